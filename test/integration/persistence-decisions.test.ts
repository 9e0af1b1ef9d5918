import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Authorizer,
  createPolicyEngine,
  loadPolicies,
  type PolicyEngine,
} from "../../src/authorization/index.ts";
import {
  type DecisionClick,
  SHOWN_SNAPSHOT_LENGTH,
  type UnitOfWork,
} from "../../src/change-requests/index.ts";
import { createAuditReader } from "../../src/persistence/index.ts";
import { someChannels, someLead, someNewRequest, somePerson } from "../support/domain-objects.ts";
import { decideBetween } from "../support/stub-decide.ts";
import { openQueueStore, type QueueStore, type Replica } from "../support/test-store.ts";
import { toldIn } from "../support/told-in.ts";

const PEOPLE = [
  somePerson(),
  someLead(),
  someLead({ slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" }),
  someLead({ slackUserId: "U0LENA", email: "lena.fischer@harborlight.example" }),
];
const SHOWN = someNewRequest().snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);

let store: QueueStore;
let other: Replica;
let engine: PolicyEngine;
beforeAll(async () => {
  store = await openQueueStore();
  other = store.openReplica();
  engine = createPolicyEngine(await loadPolicies("policies"));
});
beforeEach(async () => void (await store.database.lockPool.query("delete from pgboss.job")));
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

/** Decides on a replica. What Slack is asked waits at the `gate`, so that several decide at the same instant. */
function decideOn(
  replica: Replica,
  gate: () => Promise<void> = async () => {},
  decidingHash: () => Promise<string | null> = async () => null,
  wrapped: (authorizer: Authorizer) => Authorizer = (authorizer) => authorizer,
  { channels = someChannels(), policies = engine } = {},
) {
  return decideBetween(replica, { people: PEOPLE, gate, decidingHash, wrapped, channels, policies });
}

/** A gate that opens when so many stand before it. */
function gateFor(count: number): () => Promise<void> {
  const open = Promise.withResolvers<void>();
  let waiting = 0;
  return () => {
    waiting += 1;
    if (waiting === count) open.resolve();
    return open.promise;
  };
}

function click(requestId: number, patch: Partial<DecisionClick> = {}): DecisionClick {
  return {
    clickId: crypto.randomUUID(),
    requestId,
    verdict: "approval",
    reason: null,
    slackUserId: "U0THEO",
    shownSnapshot: SHOWN,
    place: { channelId: "C0APPROVE", threadTs: null },
    ...patch,
  };
}

async function insert(patch: Parameters<typeof someNewRequest>[0] = {}): Promise<number> {
  return (await store.uow.run((tx) => tx.requests.insert(someNewRequest(patch)))).id;
}

/** The end of a request: its state, decisions that count, audit entries, jobs that carry it out, refusals. */
async function outcomeOf(id: number) {
  const request = await store.uow.run((tx) => tx.requests.get(id));
  const kinds: string[] = [];
  for await (const { kind, requestId } of createAuditReader(store.database.db).all())
    if (requestId === `CR-${id}`) kinds.push(kind);
  const jobs = await store.waiting();
  return {
    state: request?.state,
    decisions: (request?.decisions ?? []).filter((each) => !each.void).length,
    kinds,
    executions: jobs.filter((job) => job.kind === "execute" && job.requestId === id).length,
    refusals: toldIn(jobs),
  };
}

describe("a card that stands in a channel which has become public,", () => {
  const inPublic = { private: false, shared: false, allowed: false };
  const channels = { ...someChannels(), ofCard: async () => inPublic };

  /** The policies without the rules about places, as a team may have them. */
  async function placeless(): Promise<PolicyEngine> {
    const { schema, policies } = await loadPolicies("policies");
    return createPolicyEngine({
      schema,
      policies: policies.filter(({ file }) => !file.endsWith("15-places.cedar")),
      hash: "placeless",
    });
  }

  const decided = (policies: PolicyEngine) =>
    decideOn(store, undefined, undefined, undefined, { channels, policies });

  test("is approved by nobody, by the policies or without them", async () => {
    const id = await insert();
    await decided(engine)(click(id));
    await decided(await placeless())(click(id));
    expect(await outcomeOf(id)).toMatchObject({
      state: "pending",
      decisions: 0,
      kinds: ["attempt.forbidden", "attempt.rejected"],
      refusals: ["forbidden", "card_channel_not_allowed"],
    });
  });

  test("nor is a card in a channel that the bot can't see", async () => {
    const unseen = { ...someChannels(), ofCard: async () => null, isCardUnseen: async () => true };
    const id = await insert();
    await decideOn(store, undefined, undefined, undefined, { channels: unseen })(click(id));
    expect(await outcomeOf(id)).toMatchObject({ state: "pending", refusals: ["card_channel_not_allowed"] });
  });

  test("can be denied", async () => {
    const id = await insert();
    await decided(await placeless())(click(id, { verdict: "denial", reason: "Not here" }));
    expect((await outcomeOf(id)).state).toBe("denied");
  });
});

test("a decision is stored with the policies that permit it, and the groups that they are for", async () => {
  const [id, other] = [await insert({ approvalsNeeded: 2 }), await insert()];
  await decideOn(store)(click(id));
  await decideOn(store)(click(other, { verdict: "denial", reason: "Not now" }));
  for (const requestId of [id, other]) {
    const stored = await store.uow.run((tx) => tx.requests.get(requestId));
    expect(stored?.decisions).toMatchObject([
      { entitlement: { policyIds: ["leads-decide"], groups: ["insider-risk-leads"] }, onBehalfOf: null },
    ]);
  }
});

describe("two clicks at the same instant, on two replicas,", () => {
  test.each(Array.from({ length: 5 }, (_, index) => index))(
    "by two people, decide once where one approval is needed (%i)",
    async () => {
      const id = await insert();
      const gate = gateFor(2);
      await Promise.all([
        decideOn(store, gate)(click(id)),
        decideOn(other, gate)(click(id, { slackUserId: "U0PRIYA" })),
      ]);
      expect(await outcomeOf(id)).toEqual({
        state: "approved",
        decisions: 1,
        kinds: ["decision.approved", "request.approved", "attempt.rejected"],
        executions: 1,
        refusals: ["already_decided"],
      });
    },
  );

  test("by two people, both count where two approvals are needed, and it is carried out once", async () => {
    const id = await insert({ approvalsNeeded: 2 });
    const gate = gateFor(2);
    await Promise.all([
      decideOn(store, gate)(click(id)),
      decideOn(other, gate)(click(id, { slackUserId: "U0PRIYA" })),
    ]);
    expect(await outcomeOf(id)).toMatchObject({
      state: "approved",
      decisions: 2,
      executions: 1,
      refusals: [],
    });
  });

  test("one an approval and the other a denial, end in one of the two", async () => {
    const id = await insert();
    const gate = gateFor(2);
    await Promise.all([
      decideOn(store, gate)(click(id)),
      decideOn(other, gate)(click(id, { slackUserId: "U0PRIYA", verdict: "denial", reason: "Not now" })),
    ]);
    const { state, executions, refusals } = await outcomeOf(id);
    expect(["approved", "denied"]).toContain(state);
    expect(executions).toBe(state === "approved" ? 1 : 0);
    expect(refusals).toEqual(["already_decided"]);
  });

  test("by the same person, count once where two approvals are needed", async () => {
    const id = await insert({ approvalsNeeded: 2 });
    const gate = gateFor(2);
    await Promise.all([decideOn(store, gate)(click(id)), decideOn(other, gate)(click(id))]);
    expect(await outcomeOf(id)).toMatchObject({
      state: "pending",
      decisions: 1,
      executions: 0,
      refusals: ["already_approved_by_you"],
    });
  });

  test("that are one click which was delivered twice, count once and refuse nobody", async () => {
    const id = await insert();
    const gate = gateFor(2);
    const same = click(id);
    await Promise.all([decideOn(store, gate)(same), decideOn(other, gate)(same)]);
    expect(await outcomeOf(id)).toMatchObject({
      state: "approved",
      decisions: 1,
      executions: 1,
      refusals: [],
    });
  });
});

test("no policy is asked while a request is locked, unless somebody else approved it in between", async () => {
  const id = await insert({ approvalsNeeded: 2 });
  let isLocked = false;
  const asked = { unlocked: 0, locked: 0 };
  const watched = ({ pin, ...authorizer }: Authorizer): Authorizer => ({
    ...authorizer,
    pin: async (options) => {
      const pinned = await pin(options);
      const check: Authorizer["check"] = (...question) => {
        asked[isLocked ? "locked" : "unlocked"] += 1;
        return pinned.check(...question);
      };
      return { ...pinned, check };
    },
  });
  const uow: UnitOfWork = {
    ...store.uow,
    run: (work) =>
      store.uow.run(async (tx) => {
        isLocked = true;
        return work(tx).finally(() => {
          isLocked = false;
        });
      }),
  };
  const decide = (gate?: () => Promise<void>) => decideOn({ ...store, uow }, gate, undefined, watched);
  await decide()(click(id));
  expect(asked.unlocked).toBeGreaterThan(0);
  expect(asked.locked).toBe(0);

  const another = await insert({ approvalsNeeded: 2 });
  const inBetween = async () => decideOn(other)(click(another));
  await decide(inBetween)(click(another, { slackUserId: "U0PRIYA" }));
  expect(asked.locked).toBeGreaterThan(0);
  expect(await outcomeOf(another)).toMatchObject({ state: "approved", decisions: 2, executions: 1 });
});

describe("a click", () => {
  test("that is decided again, after a crash, changes and says nothing", async () => {
    const id = await insert({ approvalsNeeded: 2 });
    const same = click(id);
    await decideOn(store)(same);
    const before = await outcomeOf(id);
    await decideOn(other)(same);
    expect(await outcomeOf(id)).toEqual(before);
  });

  test("of somebody who approved and now denies, denies", async () => {
    const id = await insert({ approvalsNeeded: 2 });
    await decideOn(store)(click(id));
    await decideOn(store)(click(id, { verdict: "denial", reason: "Not now" }));
    expect(await outcomeOf(id)).toMatchObject({ state: "denied", decisions: 1 });
  });

  test.each(["0123456789abcdef", "", SHOWN.slice(0, 4), `${SHOWN}0`])(
    "on a card that showed other facts is refused: %j",
    async (shownSnapshot) => {
      const id = await insert();
      await decideOn(store)(click(id, { shownSnapshot }));
      expect(await outcomeOf(id)).toMatchObject({
        state: "pending",
        decisions: 0,
        kinds: ["attempt.rejected"],
        refusals: ["card_out_of_date"],
      });
    },
  );

  test("of the requester is refused, though they may decide for others", async () => {
    const requester = { slackUserId: "U0THEO", email: "theo.okafor@harborlight.example" };
    const id = await insert({ requester });
    await decideOn(store)(click(id));
    expect(await outcomeOf(id)).toMatchObject({ state: "pending", decisions: 0, refusals: ["forbidden"] });
  });

  test("of the requester under another Slack id but the same e-mail is refused", async () => {
    const requester = { slackUserId: "U0MAYA", email: "theo.okafor@harborlight.example" };
    const id = await insert({ requester });
    await decideOn(store)(click(id));
    expect(await outcomeOf(id)).toMatchObject({ state: "pending", decisions: 0, refusals: ["own_request"] });
  });

  test("on a request that doesn't exist is refused", async () => {
    await decideOn(store)(click(987_654));
    expect((await outcomeOf(987_654)).refusals).toEqual(["request_not_found"]);
  });

  test.each(["approved", "executing", "done", "denied", "cancelled", "expired", "stale"] as const)(
    "on a request that is %s is refused",
    async (state) => {
      const id = await insert({ state });
      await decideOn(store)(click(id));
      expect(await outcomeOf(id)).toMatchObject({ state, decisions: 0, refusals: ["already_decided"] });
    },
  );

  test("that fails on its way is stored not at all, so that it can be decided again", async () => {
    const id = await insert();
    const same = click(id);
    const failing = decideOn(store, () => Promise.reject(new TypeError("the network")));
    await expect(failing(same)).rejects.toThrow("the network");
    expect(await outcomeOf(id)).toMatchObject({ state: "pending", decisions: 0, kinds: [], refusals: [] });
    await decideOn(other)(same);
    expect(await outcomeOf(id)).toMatchObject({ state: "approved", decisions: 1 });
  });
});

/** A replica on which the `index`-th transaction from now fails, as when the process dies before it. */
function failingAt(index: number): Replica {
  let begun = 0;
  const run: Replica["uow"]["run"] = (work) => {
    begun += 1;
    return begun === index ? Promise.reject(new Error("Killed.")) : store.uow.run(work);
  };
  return { ...store, uow: { ...store.uow, run } };
}

describe("a click that is carried out again,", () => {
  test("because the bot died after it had audited that the policy forbids it, is audited once and told once", async () => {
    const id = await insert();
    const mine = click(id, { slackUserId: "U0MAYA" });
    // Read, audited; then whoever clicked would have been told.
    await expect(decideOn(failingAt(2))(mine)).rejects.toThrow("Killed.");
    expect((await outcomeOf(id)).kinds).toEqual(["attempt.forbidden"]);
    for (let time = 0; time < 2; time += 1) await decideOn(store)(mine);
    expect(await outcomeOf(id)).toMatchObject({
      state: "pending",
      kinds: ["attempt.forbidden"],
      refusals: ["forbidden"],
    });
  });

  test("because this replica's policies don't decide, is told of once, and decided by those that do", async () => {
    const id = await insert();
    const mine = click(id);
    const superseded = decideOn(store, undefined, async () => "newer");
    for (let time = 0; time < 2; time += 1)
      await expect(superseded(mine)).rejects.toMatchObject({ code: "policies_differ" });
    expect(await outcomeOf(id)).toMatchObject({
      state: "pending",
      kinds: [],
      refusals: [expect.stringContaining("Your click is saved")],
    });
    await decideOn(store)(mine);
    expect(await outcomeOf(id)).toMatchObject({ state: "approved", decisions: 1 });
  });

  test("is not decided where other policies were recorded after it was judged", async () => {
    const id = await insert();
    await store.uow.run(({ policies }) => policies.record("newer", new Date()));
    await expect(decideOn(store)(click(id))).rejects.toMatchObject({ code: "policies_differ" });
    expect(await outcomeOf(id)).toMatchObject({ state: "pending", decisions: 0, kinds: [] });
    await store.database.lockPool.query("truncate policy_versions");
  });
});
