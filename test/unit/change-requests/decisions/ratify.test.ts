import { describe, expect, it } from "vitest";
import {
  FRESH,
  type Freshness,
  IdentityUnavailableError,
  type Person,
} from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  createRatifying,
  type RatificationClick,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { UnmappedOperatorError } from "../../../../src/subjects/index.ts";
import { someChannels, someLead, somePerson, someRequest } from "../../../support/domain-objects.ts";
import { LENIENT, lenientAuthorizer, storeOf } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const JONAS = somePerson({ slackUserId: "U0JONAS", email: "jonas.weber@harborlight.example" });
const THEO = someLead();
const AWAITED = {
  state: "awaiting",
  deadlineAt: new Date("2099-11-02T09:00:00Z"),
  overdue: false,
  decision: null,
} as const;
const EMERGENCY: Partial<ChangeRequest> = {
  state: "done",
  requester: { slackUserId: "U0JONAS", email: JONAS.email, userId: "user of U0JONAS" },
  emergency: { ratifyWithinHours: 24, escalateTo: ["insider-risk-leads"] },
  ratification: AWAITED,
};
const CLICK: RatificationClick = {
  clickId: "9f4f6f5e-0000-4000-8000-000000000001",
  requestId: 1,
  slackUserId: "U0THEO",
  place: { channelId: "C0APPROVE", threadTs: null },
  event: "ratify",
  reason: null,
};

interface Setting {
  readonly request?: Partial<ChangeRequest>;
  /** Jonas, as Slack shows him now. */
  readonly jonas?: Person;
  /** The one Incydr user that Jonas is now. */
  readonly jonasIs?: (jonas: Person) => Promise<string>;
  readonly channels?: ReturnType<typeof someChannels>;
}

/** Jonas's emergency, which Theo may ratify. */
function setUp({ request: patch = {}, jonas = JONAS, channels = someChannels(), ...setting }: Setting = {}) {
  const { jonasIs = async () => "user of U0JONAS" } = setting;
  const request = someRequest({ ...EMERGENCY, ...patch });
  const store = storeOf(request);
  const people = directoryOf(jonas, THEO);
  const read: Freshness[] = [];
  const directory = {
    ...people,
    person: (slackUserId: string, freshness: Freshness) => {
      read.push(freshness);
      return people.person(slackUserId, freshness);
    },
  };
  const { authorizer, asked } = lenientAuthorizer([jonas, THEO]);
  const ratifying = createRatifying({
    authorizer,
    directory,
    channels,
    identify: jonasIs,
    uow: store.uow,
    visibleRequest: async () => request,
    clock: systemClock,
  });
  return { ...ratifying, store, asked, read };
}

describe("an emergency", () => {
  it("is ratified by a second person", async () => {
    const { ratify, store } = setUp();
    await ratify(CLICK);
    expect(store.stored().ratification).toMatchObject({
      state: "ratified",
      decision: { by: { slackUserId: "U0THEO", email: THEO.email } },
    });
    expect(store.entries()).toMatchObject([{ kind: "ratification.ratified", policyHash: LENIENT }]);
    expect(store.jobs()).toMatchObject([{ kind: "show_card" }, { kind: "announce", topic: "ratified" }]);
  });

  it("that is overdue is ratified all the same, and audited as overdue", async () => {
    const { ratify, store } = setUp({ request: { ratification: { ...AWAITED, overdue: true } } });
    await ratify(CLICK);
    expect(store.entries()).toMatchObject([{ kind: "ratification.ratified", details: { overdue: true } }]);
    expect(store.stored().ratification).toMatchObject({ state: "ratified", overdue: true });
  });

  it("is ratified also where the requester is no single Incydr user any more", async () => {
    const { ratify, store } = setUp({ jonasIs: (jonas) => Promise.reject(new UnmappedOperatorError(jonas)) });
    await ratify(CLICK);
    expect(store.stored().ratification?.state).toBe("ratified");
  });

  it.each<[string, Setting]>([
    [
      "was the ratifier's Incydr user when they made it, and is another now",
      { request: { requester: { slackUserId: "U0JONAS", email: JONAS.email, userId: "user of U0THEO" } } },
    ],
    ["has become the ratifier's Incydr user since", { jonasIs: async () => "user of U0THEO" }],
    [
      "had the ratifier's address when they made it",
      { request: { requester: { slackUserId: "U0JONAS", email: THEO.email, userId: "user of U0JONAS" } } },
    ],
    ["has the ratifier's address now", { jonas: { ...JONAS, email: THEO.email } }],
  ])("is neither ratified nor disputed by one person with its requester, who %s", async (_who, setting) => {
    for (const click of [CLICK, { ...CLICK, event: "dispute", reason: "It was not needed" } as const]) {
      const { ratify, store } = setUp(setting);
      await ratify(click);
      expect(store.stored().ratification).toEqual(AWAITED);
      expect(store.entries()).toMatchObject([
        { kind: "attempt.rejected", actor: { slackUserId: "U0THEO" }, details: { fault: "own_request" } },
      ]);
      expect(store.told()).toEqual(["own_request"]);
    }
  });

  it("isn't ratified while Incydr can't be asked who its requester is", async () => {
    const { ratify, store } = setUp({ jonasIs: () => Promise.reject(new IdentityUnavailableError(null)) });
    await expect(ratify(CLICK)).rejects.toBeInstanceOf(IdentityUnavailableError);
    expect(store.stored().ratification).toEqual(AWAITED);
  });

  it("is ratified by what is known of people for at most half a minute, and by the policies of when it was made too", async () => {
    const { ratify, asked, read } = setUp();
    await ratify(CLICK);
    expect(asked.actions).toEqual([{ who: "U0THEO", action: "ratify", freshness: FRESH }]);
    expect(asked.pins).toMatchObject([{ madeUnder: someRequest().policyHash, attemptId: CLICK.clickId }]);
    expect(new Set(read)).toEqual(new Set([FRESH]));
  });

  it("isn't ratified once more by a click that is delivered again", async () => {
    const { ratify, store } = setUp();
    await ratify(CLICK);
    const { ratification } = store.stored();
    store.meanwhile({ ratification: AWAITED });
    await ratify(CLICK);
    expect(store.audited()).toEqual(["ratification.ratified"]);
    expect(ratification?.state).toBe("ratified");
  });

  it("that somebody disputes in between stays disputed", async () => {
    const { ratify, store } = setUp();
    const by = { slackUserId: "U0PRIYA", email: null };
    const disputed = {
      ...AWAITED,
      state: "disputed",
      decision: { by, at: new Date(0), reason: "No" },
    } as const;
    store.meanwhile({ ratification: disputed });
    await ratify(CLICK);
    expect(store.audited()).toEqual(["attempt.rejected"]);
    expect(store.told()).toEqual(["nothing_to_ratify"]);
  });

  it("isn't ratified by policies that decide no more when it is stored", async () => {
    const { ratify, store } = setUp();
    store.decideBy("newer");
    await expect(ratify(CLICK)).rejects.toMatchObject({ code: "policies_differ" });
    expect(store.stored().ratification).toEqual(AWAITED);
  });

  it.each(["", "  ", null])("is disputed by nobody who doesn't say why: %j", async (reason) => {
    const { ratify, store } = setUp();
    await ratify({ ...CLICK, event: "dispute", reason });
    expect(store.stored().ratification).toEqual(AWAITED);
    expect(store.told()).toEqual(["reason_missing"]);
  });

  it("that is disputed sounds an alarm, and keeps why", async () => {
    const { ratify, store } = setUp();
    await ratify({ ...CLICK, event: "dispute", reason: " It was not needed " });
    expect(store.stored().ratification).toMatchObject({
      state: "disputed",
      decision: { reason: "It was not needed" },
    });
    expect(store.jobs()).toContainEqual({ kind: "sound_alarm", requestId: 1, topic: "disputed" });
  });

  it("is ratified on no card in a public channel, whatever the policies say", async () => {
    const inPublic = { private: false, shared: false, allowed: false };
    const { ratify, store } = setUp({ channels: { ...someChannels(), ofCard: async () => inPublic } });
    await ratify(CLICK);
    expect(store.stored().ratification).toEqual(AWAITED);
    expect(store.told()).toEqual(["card_channel_not_allowed"]);
  });
});

it("nothing but an emergency is ratified", async () => {
  const { ratify, store, asked } = setUp({ request: { emergency: null } });
  await ratify(CLICK);
  expect(store.told()).toEqual(["nothing_to_ratify"]);
  expect(asked.actions).toEqual([]);
});

describe("the form that asks why an emergency is disputed", () => {
  const opening = { requestId: 1, slackUserId: "U0THEO" };

  it("is opened for whoever may dispute it", async () => {
    const { openDispute, asked, store } = setUp();
    expect((await openDispute(opening)).id).toBe(1);
    expect(asked.pins).toMatchObject([{ isForForm: true }]);
    expect(store.audited()).toEqual([]);
  });

  it("is refused, and audited, where nothing is to be disputed", async () => {
    const { openDispute, store } = setUp({ request: { ratification: null } });
    await expect(openDispute(opening)).rejects.toMatchObject({ code: "nothing_to_ratify" });
    expect(store.entries()).toMatchObject([
      { kind: "attempt.rejected", requestId: "CR-1", details: { action: "dispute" } },
    ]);
  });
});
