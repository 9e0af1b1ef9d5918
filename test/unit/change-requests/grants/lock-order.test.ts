import { expect, it } from "vitest";
import { createRevocationSteps } from "../../../../src/change-requests/grants/revocation-steps.ts";
import {
  createRevokeNow,
  createWarnOfEnd,
  type Grant,
  type Transaction,
  type UnitOfWork,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someChannels, someGrant, someLead, someRequest } from "../../../support/domain-objects.ts";
import { someClick } from "../../../support/one-click.ts";
import { lenientAuthorizer } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

/** The order that `createUnitOfWork` documents. */
const ORDER = ["request", "freeze", "policies", "turn", "grants"];

/** Grants of one request, and the locks that each transaction takes, in their order. */
function setUp(grants: readonly Grant[]) {
  const taken: string[][] = [];
  const transaction = (): Transaction => {
    const locks: string[] = [];
    taken.push(locks);
    const locking =
      <T>(name: string, value: T) =>
      async () => {
        locks.push(name);
        return value;
      };
    return {
      grants: {
        ofRequest: async () => grants,
        lockOpen: locking("grants", grants),
        lockClaims: locking("turn", false),
        update: async () => {},
      },
      requests: {
        lock: locking("request", someRequest()),
        executingOn: async () => [],
        finishedOn: async () => [],
        bulksAmong: async () => [],
      },
      freeze: { current: locking("freeze", null) },
      policies: { current: locking("policies", null) },
      clicks: { claim: async () => true },
      reminders: { find: async () => null, replan: async () => {}, escalateTo: async () => [] },
      audit: { append: async () => {} },
      jobs: { enqueue: async () => {} },
    } as unknown as Transaction; // nothing else of it is used
  };
  const run = (work: (tx: Transaction) => Promise<unknown>) => work(transaction());
  const uow = { run, read: run } as UnitOfWork; // what is read is made above
  return { taken, uow };
}

it("every step that ends temporary roles takes its locks in the common order, so that there is no deadlock", async () => {
  const due = someGrant({ state: "revoking" });
  const { taken, uow } = setUp([due, someGrant({ role: { id: "other", name: "Other" } })]);
  const steps = createRevocationSteps({ uow, clock: systemClock });
  await steps.begin(1);
  expect(await steps.claim([due], new Date())).toHaveLength(1);
  await steps.wait([due], "subject", new Date());
  await steps.release([due]);
  await steps.fail([due], "It failed.", { intent: "over", isOutage: false });
  await steps.end([due], "read_back_shows_it", null);
  await createWarnOfEnd({ uow, clock: systemClock })(1);
  const people = [someLead()];
  await createRevokeNow({
    ...{ uow, clock: systemClock, channels: someChannels() },
    authorizer: lenientAuthorizer(people).authorizer,
    directory: directoryOf(...people),
    visibleRequest: async () => someRequest({ state: "done" }),
  })(someClick());
  for (const locks of taken) expect(locks).toEqual(ORDER.filter((lock) => locks.includes(lock)));
  expect(taken).toContainEqual(["freeze", "turn", "grants"]);
  expect(taken).toContainEqual(["request", "policies", "grants"]);
});
