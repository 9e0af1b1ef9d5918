import { expect, test } from "vitest";
import type { AuditEvent } from "../../../../src/audit/index.ts";
import type { Transaction } from "../../../../src/change-requests/index.ts";
import { applyEventToTargets } from "../../../../src/change-requests/lifecycle/apply-event.ts";
import { someRequest, someTarget } from "../../../support/domain-objects.ts";

const AT = new Date("2026-11-01T12:00:00Z");
const CAUSE = { actor: "bot", at: AT, policyHash: "judged", patch: { explanation: "Stopped." } } as const;

test("what happens to many targets is one statement and one turn of the card, with an entry for each", async () => {
  const statements: unknown[] = [];
  const audit: AuditEvent[] = [];
  const tx = {
    requests: {
      updateTargets: async (...given: unknown[]) => void statements.push(given),
      scheduleProgress: async () => void statements.push("turn"),
    },
    audit: { append: async (event: AuditEvent) => void audit.push(event) },
  } as unknown as Transaction; // it uses no more of it
  const targets = [0, 1, 2].map((position) => someTarget({ position, username: `user.${position}` }));
  const request = someRequest({ state: "executing", targets });
  const stopped = await applyEventToTargets(tx, request, targets.slice(1), "skip", CAUSE);
  expect(statements).toEqual([[1, [1, 2], { explanation: "Stopped.", state: "skipped" }], "turn"]);
  expect(audit.map(({ kind, subject, policyHash }) => [kind, subject, policyHash])).toEqual([
    ["target.skipped", "user.1", "judged"],
    ["target.skipped", "user.2", "judged"],
  ]);
  expect(stopped.targets.map(({ state }) => state)).toEqual(["waiting", "skipped", "skipped"]);
});
