import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { followPolicies, openPolicies } from "../../../src/app/follow-policies.ts";
import type { AuditEvent } from "../../../src/audit/index.ts";
import type { Transaction, UnitOfWork } from "../../../src/change-requests/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { correlationId } from "../../../src/kernel/correlation.ts";
import type { Logger } from "../../../src/observability/index.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

it("audits and logs once that policies don't decide, however often they are tried", async () => {
  const audited: AuditEvent[] = [];
  const logged: string[] = [];
  const ids: (string | null)[] = [];
  let tries = 0;
  const tx = {
    policies: {
      current: async () => {
        tries += 1;
        return "another";
      },
      wasRecorded: async () => true,
    },
    audit: {
      append: async (event: AuditEvent) => {
        audited.push(event);
        ids.push(correlationId());
      },
    },
  } as unknown as Transaction; // nothing else is asked
  const uow = { run: (work: (tx: Transaction) => Promise<unknown>) => work(tx) } as UnitOfWork; // nothing else is asked
  const logger = {
    error(_what: object, text: string) {
      logged.push(text);
      ids.push(correlationId());
    },
    debug: () => {},
  };
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
  // The line of the log and the entry have one correlation id.
  expect(ids).toEqual([expect.any(String), ids[0]]);
});

it.each([
  ["read anew when other policies decide", false],
  ["left as they are when those policies were superseded before", true],
])("the groups are %s", async (_what, wasRecorded) => {
  const folder = await mkdtemp(path.join(tmpdir(), "incydr-chatops-test-"));
  await cp("policies", folder, { recursive: true });
  const policies = await openPolicies(folder);
  const first = policies.live.hash;
  const decidedBy: string[] = [];
  let loaded = 0;
  const tx = {
    policies: {
      current: async () => first,
      wasRecorded: async () => {
        loaded += 1;
        return wasRecorded;
      },
      sources: async () => null,
      keep: async () => {},
      record: async () => {},
    },
    audit: { append: async () => {} },
  } as unknown as Transaction; // nothing else is asked
  const uow = { run: (work: (tx: Transaction) => Promise<unknown>) => work(tx) } as UnitOfWork; // nothing else is asked
  const logger = { error: () => {}, debug: () => {} } as unknown as Logger; // nothing else is logged
  const following = await followPolicies({
    ...{ policies, folder, uow, clock: systemClock, logger },
    onReplaced: async () => void decidedBy.push(policies.live.hash),
  });
  await appendFile(path.join(folder, "10-people.cedar"), "\n// Changed.\n");
  const later = async () => {
    await vi.advanceTimersByTimeAsync(1_000);
    return loaded;
  };
  await expect.poll(later, { interval: 20, timeout: 5_000 }).toBeGreaterThanOrEqual(1);
  await following[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
  expect(decidedBy).toEqual(wasRecorded ? [] : [policies.live.hash]);
  expect(policies.live.hash === first).toBe(wasRecorded);
});
