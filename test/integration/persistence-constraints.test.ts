import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Transaction } from "../../src/change-requests/index.ts";
import type { GrantPatch } from "../../src/change-requests/model/grant.ts";
import { someDecision, someNewRequest } from "../support/domain-objects.ts";
import { useTestStore } from "../support/use-store.ts";

// What no program may store, whichever version of it writes.

const AT = new Date("2026-11-01T10:00:00Z");
const LATER = new Date("2026-11-01T11:00:00Z");
const THEO = { slackUserId: "U0THEO", email: null };
const ROLE = { id: "alert-emails", name: "Alert Emails" };

const store = useTestStore();

async function request(): Promise<number> {
  return (await store.uow.run((tx) => tx.requests.insert(someNewRequest()))).id;
}

/** Stores an active grant of a new request, changed so. */
async function changeGrant(tx: Transaction, requestId: number, patch: GrantPatch): Promise<void> {
  const grant = { requestId, userId: "a", role: ROLE, grantedAt: AT, endsAt: LATER };
  await tx.grants.insert([grant]);
  await tx.grants.update(grant, patch);
}

const RATIFICATION = { deadlineAt: LATER, overdue: false };
const FAULT = { kind: "ask", requestId: null, errorCode: "TypeError", reference: "7f3a", at: AT } as const;

test.each<[what: string, store: (tx: Transaction, id: number) => Promise<unknown>]>([
  [
    "a denial that doesn't say why",
    (tx, id) =>
      tx.requests.addDecision(id, someDecision({ clickId: randomUUID(), verdict: "denial", reason: "" })),
  ],
  [
    "a ratification by nobody",
    (tx, id) => tx.requests.saveRatification(id, { ...RATIFICATION, state: "ratified", decision: null }),
  ],
  [
    "a dispute that doesn't say why",
    (tx, id) =>
      tx.requests.saveRatification(id, {
        ...RATIFICATION,
        state: "disputed",
        decision: { by: THEO, at: AT, reason: "" },
      }),
  ],
  [
    "a temporary role that ends before it begins",
    (tx, id) => tx.grants.insert([{ requestId: id, userId: "a", role: ROLE, grantedAt: LATER, endsAt: AT }]),
  ],
  [
    "the removal of a role that isn't being taken away",
    (tx, id) => changeGrant(tx, id, { intent: { at: AT, deadlineAt: LATER } }),
  ],
  ["a role that was taken away at no time", (tx, id) => changeGrant(tx, id, { state: "revoked" })],
  ["a role that is over and still held", (tx, id) => changeGrant(tx, id, { endedAt: AT })],
])("the database refuses %s", async (_what, work) => {
  const id = await request();
  await expect(store.uow.run((tx) => work(tx, id))).rejects.toThrow("violates check constraint");
});

test("the database refuses a batch of audit entries that ends before it begins, and work that failed no time", async () => {
  const refused = (statement: string) =>
    expect(store.database.lockPool.query(statement)).rejects.toThrow("violates check constraint");
  await refused("update audit_publication set batch_end = published_seq");
  await store.uow.run((tx) => tx.jobFailures.addFault({ ...FAULT, key: "a" }));
  await refused("update job_failures set faults = 0");
});
