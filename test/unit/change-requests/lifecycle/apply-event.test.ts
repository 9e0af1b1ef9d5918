import { expect, test } from "vitest";
import type { AuditEvent } from "../../../../src/audit/index.ts";
import type { Job, Transaction } from "../../../../src/change-requests/index.ts";
import {
  applyEventToTargets,
  applyRequestEvent,
} from "../../../../src/change-requests/lifecycle/apply-event.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";

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

test("the cards of earlier changes to each of many targets are shown anew, of whichever it becomes known what came", async () => {
  const shown: Job[] = [];
  const earlier: Record<string, number> = { "user-a": 7, "user-b": 8 };
  const tx = {
    requests: {
      updateTargets: async () => {},
      scheduleProgress: async () => null,
      finishedOn: async (userId: string) => [earlier[userId] ?? 0],
    },
    audit: { append: async () => {} },
    jobs: { enqueue: async (job: Job) => void shown.push(job) },
  } as unknown as Transaction; // it uses no more of it
  const targets = ["user-a", "user-b"].map((userId, position) =>
    someTarget({ position, state: "executing", facts: someFacts({ userId }) }),
  );
  const request = someRequest({ state: "executing", targets });
  await applyEventToTargets(tx, request, targets, "read_back_shows_it", CAUSE);
  expect(shown).toEqual([7, 8].map((requestId) => ({ kind: "show_card", requestId })));
});

test.each([
  ["approver_lost_authority", AT, 1],
  ["approver_lost_authority", new Date(AT.getTime() + 1), 0],
  ["subject_changed", AT, 1],
  ["cancel", AT, 0],
] as const)(
  "an approved request that waits again after its time to decide is left to expire: %s, %j",
  async (event, decideBy, expiries) => {
    const request = someRequest({ state: "approved", decideBy, executeBy: new Date("2099-01-01") });
    const { uow, jobs } = storeOf(request);
    await uow.run((tx) => applyRequestEvent(tx, request, event, { actor: "bot", at: AT }));
    expect(jobs().filter(({ kind }) => kind === "expire")).toHaveLength(expiries);
  },
);
