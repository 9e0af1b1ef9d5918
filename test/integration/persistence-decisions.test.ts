import { beforeAll, describe, expect, test } from "vitest";
import {
  type Authorizer,
  createPolicyEngine,
  loadPolicies,
  type PolicyEngine,
} from "../../src/authorization/index.ts";
import {
  type DecisionClick,
  type NewChangeRequest,
  SHOWN_SNAPSHOT_LENGTH,
  type UnitOfWork,
} from "../../src/change-requests/index.ts";
import { someChannels, someLead, someNewRequest, somePerson } from "../support/domain-objects.ts";
import { auditLog, insertRequest, readRequest } from "../support/stored-rows.ts";
import { decideBetween } from "../support/stub-decide.ts";
import type { Replica } from "../support/test-store.ts";
import { toldIn } from "../support/told-in.ts";
import { useQueueStore, useReplica } from "../support/use-store.ts";

const PEOPLE = [
  somePerson(),
  someLead(),
  someLead({ slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" }),
  someLead({ slackUserId: "U0LENA", email: "lena.fischer@harborlight.example" }),
];
const SHOWN = someNewRequest().snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);

const store = useQueueStore();
const other = useReplica(store);
let engine: PolicyEngine;
beforeAll(async () => {
  engine = createPolicyEngine(await loadPolicies("policies"));
});

type DecideOptions = Partial<Omit<Parameters<typeof decideBetween>[1], "people">>;

/** Decides on a replica. The questions to Slack wait at the `gate`, so that several decide at the same instant. */
function decideOn(replica: Pick<Replica, "uow">, options: DecideOptions = {}) {
  return decideBetween(replica, {
    people: PEOPLE,
    gate: async () => {},
    decidingHash: async () => null,
    wrapped: (authorizer) => authorizer,
    channels: someChannels(),
    policies: engine,
    ...options,
  });
}

/** Decides two clicks at the same instant, one on each replica. */
async function decideAtOnce(first: DecisionClick, second: DecisionClick): Promise<void> {
  const gate = gateFor(2);
  await Promise.all([decideOn(store, { gate })(first), decideOn(other, { gate })(second)]);
}

/** A gate that opens when this number of callers wait at it. */
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

const insert = (patch: Partial<NewChangeRequest> = {}) => insertRequest(store, patch);

/** The end of a request: its state, decisions that count, audit entries, jobs that carry it out, refusals. */
async function outcomeOf(id: number) {
  const request = await store.uow.run((tx) => tx.requests.get(id));
  const entries = (await auditLog(store)).filter(({ requestId }) => requestId === `CR-${id}`);
  const jobs = await store.waiting();
  return {
    state: request?.state,
    decisions: (request?.decisions ?? []).filter((each) => !each.void).length,
    kinds: entries.map(({ kind }) => kind),
    executions: jobs.filter((job) => job.kind === "execute" && job.requestId === id).length,
    refusals: toldIn(jobs),
  };
}

describe("a request whose card stands in a channel that has become public", () => {
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

  const decided = (policies: PolicyEngine) => decideOn(store, { channels, policies });

  test("can't be approved, by the policies or without them", async () => {
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

  test("can't be approved if the bot can't see the channel", async () => {
    const unseen = { ...someChannels(), ofCard: async () => null, isCardUnseen: async () => true };
    const id = await insert();
    await decideOn(store, { channels: unseen })(click(id));
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
    expect((await readRequest(store, requestId)).decisions).toMatchObject([
      { entitlement: { policyIds: ["leads-decide"], groups: ["insider-risk-leads"] }, onBehalfOf: null },
    ]);
  }
});

describe("two clicks at the same instant, on two replicas", () => {
  test.each(Array.from({ length: 5 }, (_, index) => index))(
    "decide once if one approval is needed (time %i)",
    async () => {
      const id = await insert();
      await decideAtOnce(click(id), click(id, { slackUserId: "U0PRIYA" }));
      expect(await outcomeOf(id)).toEqual({
        state: "approved",
        decisions: 1,
        kinds: ["decision.approved", "request.approved", "attempt.rejected"],
        executions: 1,
        refusals: ["already_decided"],
      });
    },
  );

  test("end in an approval or a denial, not both, if one approves and the other denies", async () => {
    const id = await insert();
    await decideAtOnce(
      click(id),
      click(id, { slackUserId: "U0PRIYA", verdict: "denial", reason: "Not now" }),
    );
    const { state, executions, refusals } = await outcomeOf(id);
    expect(["approved", "denied"]).toContain(state);
    expect(executions).toBe(state === "approved" ? 1 : 0);
    expect(refusals).toEqual(["already_decided"]);
  });

  test.each<
    [
      string,
      { approvalsNeeded: number; second: (first: DecisionClick) => Partial<DecisionClick>; outcome: object },
    ]
  >([
    [
      "count as two if two people click and two approvals are needed, and lead to one execution",
      {
        approvalsNeeded: 2,
        second: () => ({ slackUserId: "U0PRIYA" }),
        outcome: { state: "approved", decisions: 2, executions: 1, refusals: [] },
      },
    ],
    [
      "count once if the same person clicks and two approvals are needed",
      {
        approvalsNeeded: 2,
        second: () => ({}),
        outcome: { state: "pending", decisions: 1, executions: 0, refusals: ["already_approved_by_you"] },
      },
    ],
    [
      "count once, and refuse nobody, if they are one click that was delivered twice",
      {
        approvalsNeeded: 1,
        second: ({ clickId }) => ({ clickId }),
        outcome: { state: "approved", decisions: 1, executions: 1, refusals: [] },
      },
    ],
  ])("%s", async (_rule, { approvalsNeeded, second, outcome }) => {
    const id = await insert({ approvalsNeeded });
    const first = click(id);
    await decideAtOnce(first, click(id, second(first)));
    expect(await outcomeOf(id)).toMatchObject(outcome);
  });
});

test("no policy is evaluated while a request is locked, unless another person approved the request in between", async () => {
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
  const decide = (gate?: () => Promise<void>) =>
    decideOn({ uow }, { ...(gate ? { gate } : {}), wrapped: watched });
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
  test("changes and says nothing when it is decided again after a crash", async () => {
    const id = await insert({ approvalsNeeded: 2 });
    const same = click(id);
    await decideOn(store)(same);
    const before = await outcomeOf(id);
    await decideOn(other)(same);
    expect(await outcomeOf(id)).toEqual(before);
  });

  test("denies if its person approved before and denies now", async () => {
    const id = await insert({ approvalsNeeded: 2 });
    await decideOn(store)(click(id));
    await decideOn(store)(click(id, { verdict: "denial", reason: "Not now" }));
    expect(await outcomeOf(id)).toMatchObject({ state: "denied", decisions: 1 });
  });

  const THEO = { slackUserId: "U0THEO", email: "theo.okafor@harborlight.example" };
  type Refused = [
    what: string,
    request: Partial<NewChangeRequest>,
    click: Partial<DecisionClick>,
    code: string,
  ];
  test.each<Refused>([
    ["the requester's, though they may decide for others", { requester: THEO }, {}, "forbidden"],
    [
      "the requester's under another Slack id, with the same e-mail",
      { requester: { ...THEO, slackUserId: "U0MAYA" } },
      {},
      "own_request",
    ],
    ...["0123456789abcdef", "", SHOWN.slice(0, 4), `${SHOWN}0`].map((shownSnapshot): Refused => {
      return [`on a card with other facts, as “${shownSnapshot}”`, {}, { shownSnapshot }, "card_out_of_date"];
    }),
    ...(["approved", "executing", "done", "denied", "cancelled", "expired", "stale"] as const).map(
      (state): Refused => [`on a request that is ${state}`, { state }, {}, "already_decided"],
    ),
  ])("is refused if it is %s", async (_what, request, patch, code) => {
    const id = await insert(request);
    await decideOn(store)(click(id, patch));
    expect(await outcomeOf(id)).toMatchObject({
      state: request.state ?? "pending",
      decisions: 0,
      kinds: [code === "forbidden" ? "attempt.forbidden" : "attempt.rejected"],
      refusals: [code],
    });
  });

  test("is refused if there is no such request", async () => {
    await decideOn(store)(click(987_654));
    expect((await outcomeOf(987_654)).refusals).toEqual(["request_not_found"]);
  });

  test("is not stored at all if it fails on its way, so that it can be decided again", async () => {
    const id = await insert();
    const same = click(id);
    const failing = decideOn(store, { gate: () => Promise.reject(new TypeError("the network")) });
    await expect(failing(same)).rejects.toThrow("the network");
    expect(await outcomeOf(id)).toMatchObject({ state: "pending", decisions: 0, kinds: [], refusals: [] });
    await decideOn(other)(same);
    expect(await outcomeOf(id)).toMatchObject({ state: "approved", decisions: 1 });
  });
});

/** A replica on which the `index`-th transaction from now fails, like a process that crashes before it. */
function failingAt(index: number): Pick<Replica, "uow"> {
  let begun = 0;
  const run: Replica["uow"]["run"] = (work) => {
    begun += 1;
    return begun === index ? Promise.reject(new Error("Killed.")) : store.uow.run(work);
  };
  return { uow: { ...store.uow, run } };
}

describe("a click that is carried out again", () => {
  test("is audited and told once if the bot died after it had audited that a policy forbids the click", async () => {
    const id = await insert();
    const mine = click(id, { slackUserId: "U0MAYA" });
    // The transactions before this one read the request and audit the click. This one would enqueue the message to the
    // person.
    await expect(decideOn(failingAt(2))(mine)).rejects.toThrow("Killed.");
    expect((await outcomeOf(id)).kinds).toEqual(["attempt.forbidden"]);
    for (let time = 0; time < 2; time += 1) await decideOn(store)(mine);
    expect(await outcomeOf(id)).toMatchObject({
      state: "pending",
      kinds: ["attempt.forbidden"],
      refusals: ["forbidden"],
    });
  });

  test("is told of once if this replica's policies don't decide, and is decided by those that do", async () => {
    const id = await insert();
    const mine = click(id);
    const superseded = decideOn(store, { decidingHash: async () => "newer" });
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

  test("is not decided if other policies were recorded after it was judged", async () => {
    const id = await insert();
    await store.uow.run(({ policies }) => policies.record("newer", new Date()));
    await expect(decideOn(store)(click(id))).rejects.toMatchObject({ code: "policies_differ" });
    expect(await outcomeOf(id)).toMatchObject({ state: "pending", decisions: 0, kinds: [] });
    await store.database.lockPool.query("truncate policy_versions");
  });
});
