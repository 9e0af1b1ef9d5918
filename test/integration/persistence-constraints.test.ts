import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Transaction } from "../../src/change-requests/index.ts";
import { someDecision } from "../support/domain-objects.ts";
import { ALERTS, giveRoles, insertRequest } from "../support/stored-rows.ts";
import { useTestStore } from "../support/use-store.ts";

// Rows that no version of the program may store.

const AT = new Date("2026-11-01T10:00:00Z");
const LATER = new Date("2026-11-01T11:00:00Z");
const INTENT = { at: AT, deadlineAt: LATER };
const RATIFICATION = { deadlineAt: LATER, overdue: false };
const BY_THEO = { by: { slackUserId: "U0THEO", email: null }, at: AT };

const store = useTestStore();

test.each<[what: string, store: (tx: Transaction, id: number) => Promise<unknown>]>([
  [
    "a denial without a reason",
    (tx, id) =>
      tx.requests.addDecision(id, someDecision({ clickId: randomUUID(), verdict: "denial", reason: "" })),
  ],
  [
    "a ratification without a person",
    (tx, id) => tx.requests.saveRatification(id, { ...RATIFICATION, state: "ratified", decision: null }),
  ],
  [
    "a dispute without a reason",
    (tx, id) => {
      const decision = { ...BY_THEO, reason: "" };
      return tx.requests.saveRatification(id, { ...RATIFICATION, state: "disputed", decision });
    },
  ],
  [
    "a target that is executed without the intent of its write",
    (tx, id) => tx.requests.updateTarget(id, 0, { state: "executing" }),
  ],
  [
    "a temporary role that ends before it begins",
    (tx, id) =>
      tx.grants.insert([{ requestId: id, userId: "a", role: ALERTS, grantedAt: LATER, endsAt: AT }]),
  ],
])("the database refuses %s", async (_what, work) => {
  const id = await insertRequest(store);
  await expect(store.uow.run((tx) => work(tx, id))).rejects.toThrow("violates check constraint");
});

test.each([
  ["with an intent to take it away that isn't being taken away", { intent: INTENT }],
  ["that was taken away at no time", { state: "revoked" }],
  ["that is over and still held", { endedAt: AT }],
] as const)("the database refuses a temporary role %s", async (_what, patch) => {
  await expect(giveRoles(store, { patch })).rejects.toThrow("violates check constraint");
});

test.each([
  [
    "a batch of audit entries that ends before it begins",
    "update audit_publication set batch_end = published_seq",
  ],
  ["failed work that failed no time", "update job_failures set faults = 0"],
])("the database refuses %s", async (_what, statement) => {
  const fault = { kind: "ask", requestId: null, errorCode: "TypeError", reference: "7f3a" } as const;
  await store.uow.run((tx) => tx.jobFailures.addFault({ ...fault, key: "a", at: AT }));
  await expect(store.database.lockPool.query(statement)).rejects.toThrow("violates check constraint");
});
