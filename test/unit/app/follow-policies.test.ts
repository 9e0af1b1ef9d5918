import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { followPolicies, openPolicies } from "../../../src/app/follow-policies.ts";
import type { AuditEvent } from "../../../src/audit/index.ts";
import type { Transaction, UnitOfWork } from "../../../src/change-requests/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import type { Logger } from "../../../src/observability/index.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

it("audits and logs once that policies don't decide, however often they are tried", async () => {
  const audited: AuditEvent[] = [];
  const logged: string[] = [];
  let tries = 0;
  const tx = {
    policies: {
      current: async () => {
        tries += 1;
        return "another";
      },
      wasRecorded: async () => true,
    },
    audit: { append: async (event: AuditEvent) => void audited.push(event) },
  } as unknown as Transaction; // nothing else is asked
  const uow = { run: (work: (tx: Transaction) => Promise<unknown>) => work(tx) } as UnitOfWork; // nothing else is asked
  const logger = { error: (_what: object, text: string) => void logged.push(text), debug: () => {} };
  await using _following = await followPolicies({
    policies: await openPolicies("policies"),
    folder: "policies",
    uow,
    clock: systemClock,
    logger: logger as unknown as Logger, // nothing else is logged
    onReplaced: async () => {},
  });
  const later = async () => {
    await vi.advanceTimersByTimeAsync(5_000);
    return tries;
  };
  await expect.poll(later, { interval: 20, timeout: 5_000 }).toBeGreaterThanOrEqual(4);
  expect(audited.map(({ kind }) => kind)).toEqual(["policies.refused"]);
  expect(logged).toEqual(["Changed policies were refused."]);
});
