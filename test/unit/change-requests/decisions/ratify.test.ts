import { describe, expect, it } from "vitest";
import { FRESH, IdentityUnavailableError, type Person } from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  createRatifying,
  type RatificationClick,
} from "../../../../src/change-requests/index.ts";
import { UnmappedOperatorError } from "../../../../src/subjects/index.ts";
import { someChannels, someLead, somePerson, someRequest } from "../../../support/domain-objects.ts";
import { clicksOn, someClick } from "../../../support/one-click.ts";
import { LENIENT } from "../../../support/one-request.ts";

const JONAS = somePerson({ slackUserId: "U0JONAS", email: "jonas.weber@harborlight.example" });
const JONAS_REF = { slackUserId: "U0JONAS", email: JONAS.email, userId: "user of U0JONAS" };
const THEO = someLead();
const AWAITED = {
  state: "awaiting",
  deadlineAt: new Date("2099-11-02T09:00:00Z"),
  overdue: false,
  decision: null,
} as const;
const RATIFY: RatificationClick = { ...someClick(), event: "ratify", reason: null };
const DISPUTE: RatificationClick = { ...RATIFY, event: "dispute", reason: " It was not needed " };

interface Setting {
  readonly request?: Partial<ChangeRequest>;
  /** Jonas, as Slack shows him now. */
  readonly jonas?: Person;
  /** The one Incydr user that Jonas is now. */
  readonly jonasIs?: (jonas: Person) => Promise<string>;
  readonly channels?: ReturnType<typeof someChannels>;
}

/** Jonas's emergency, which Theo may ratify. */
function setUp({ request = {}, jonas = JONAS, channels = someChannels(), ...setting }: Setting = {}) {
  const { jonasIs: identify = async () => "user of U0JONAS" } = setting;
  const emergency = someRequest({
    state: "done",
    requester: JONAS_REF,
    emergency: { ratifyWithinHours: 24, escalateTo: ["insider-risk-leads"] },
    ratification: AWAITED,
    ...request,
  });
  const { options, ...rest } = clicksOn(emergency, { people: [jonas, THEO] });
  return { ...createRatifying({ ...options, channels, identify }), ...rest };
}

describe("ratifying an emergency", () => {
  it("a second person can ratify an emergency", async () => {
    const { ratify, store } = setUp();
    await ratify(RATIFY);
    expect(store.stored().ratification).toMatchObject({
      state: "ratified",
      decision: { by: { slackUserId: "U0THEO", email: THEO.email } },
    });
    expect(store.entries()).toMatchObject([{ kind: "ratification.ratified", policyHash: LENIENT }]);
    expect(store.jobs()).toMatchObject([{ kind: "show_card" }, { kind: "announce", topic: "ratified" }]);
  });

  it("an overdue emergency can still be ratified, and is audited as overdue", async () => {
    const { ratify, store } = setUp({ request: { ratification: { ...AWAITED, overdue: true } } });
    await ratify(RATIFY);
    expect(store.entries()).toMatchObject([{ kind: "ratification.ratified", details: { overdue: true } }]);
    expect(store.stored().ratification).toMatchObject({ state: "ratified", overdue: true });
  });

  it("an emergency can be ratified if its requester is no single Incydr user any more", async () => {
    const { ratify, store } = setUp({ jonasIs: (jonas) => Promise.reject(new UnmappedOperatorError(jonas)) });
    await ratify(RATIFY);
    expect(store.stored().ratification?.state).toBe("ratified");
  });

  it.each<[string, Setting]>([
    [
      "was the ratifier's Incydr user then",
      { request: { requester: { ...JONAS_REF, userId: "user of U0THEO" } } },
    ],
    ["is the ratifier's Incydr user now", { jonasIs: async () => "user of U0THEO" }],
    ["had the ratifier's address then", { request: { requester: { ...JONAS_REF, email: THEO.email } } }],
    ["has the ratifier's address now", { jonas: { ...JONAS, email: THEO.email } }],
  ])("an emergency is neither ratified nor disputed if its requester %s", async (_who, setting) => {
    for (const click of [RATIFY, DISPUTE]) {
      const { ratify, store } = setUp(setting);
      await ratify(click);
      expect(store.stored().ratification).toEqual(AWAITED);
      expect(store.entries()).toMatchObject([
        { kind: "attempt.rejected", actor: { slackUserId: "U0THEO" }, details: { fault: "own_request" } },
      ]);
      expect(store.told()).toEqual(["own_request"]);
    }
  });

  it("an emergency is not ratified while Incydr can't say who its requester is", async () => {
    const { ratify, store } = setUp({ jonasIs: () => Promise.reject(new IdentityUnavailableError(null)) });
    await expect(ratify(RATIFY)).rejects.toBeInstanceOf(IdentityUnavailableError);
    expect(store.stored().ratification).toEqual(AWAITED);
  });

  it("the policies of now and of the emergency are asked about a ratification with fresh groups", async () => {
    const { ratify, asked, read } = setUp();
    await ratify(RATIFY);
    expect(asked.actions).toEqual([{ who: "U0THEO", action: "ratify", freshness: FRESH }]);
    expect(asked.pins).toMatchObject([{ madeUnder: someRequest().policyHash, attemptId: RATIFY.clickId }]);
    expect(new Set(read)).toEqual(new Set([FRESH]));
  });

  it("a click that is delivered twice ratifies once", async () => {
    const { ratify, store } = setUp();
    await ratify(RATIFY);
    const { ratification } = store.stored();
    store.meanwhile({ ratification: AWAITED });
    await ratify(RATIFY);
    expect(store.audited()).toEqual(["ratification.ratified"]);
    expect(ratification?.state).toBe("ratified");
  });

  it("an emergency that is disputed in between stays disputed", async () => {
    const { ratify, store } = setUp();
    const decision = { by: { slackUserId: "U0PRIYA", email: null }, at: new Date(0), reason: "No" };
    store.meanwhile({ ratification: { ...AWAITED, state: "disputed", decision } });
    await ratify(RATIFY);
    expect(store.audited()).toEqual(["attempt.rejected"]);
    expect(store.told()).toEqual(["nothing_to_ratify"]);
  });

  it("a ratification fails if other policies decide when it is stored", async () => {
    const { ratify, store } = setUp();
    store.decideBy("newer");
    await expect(ratify(RATIFY)).rejects.toMatchObject({ code: "policies_differ" });
    expect(store.stored().ratification).toEqual(AWAITED);
  });

  it.each(["", "  ", null])("a dispute with the reason %j is refused", async (reason) => {
    const { ratify, store } = setUp();
    await ratify({ ...DISPUTE, reason });
    expect(store.stored().ratification).toEqual(AWAITED);
    expect(store.told()).toEqual(["reason_missing"]);
  });

  it("a dispute stores its reason and sounds an alarm", async () => {
    const { ratify, store } = setUp();
    await ratify(DISPUTE);
    expect(store.stored().ratification).toMatchObject({
      state: "disputed",
      decision: { reason: "It was not needed" },
    });
    expect(store.jobs()).toContainEqual({ kind: "sound_alarm", requestId: 1, topic: "disputed" });
  });

  it("a click on a card in a public channel does not ratify, even if the policies permit it", async () => {
    const inPublic = { private: false, shared: false, allowed: false };
    const { ratify, store } = setUp({ channels: { ...someChannels(), ofCard: async () => inPublic } });
    await ratify(RATIFY);
    expect(store.stored().ratification).toEqual(AWAITED);
    expect(store.told()).toEqual(["card_channel_not_allowed"]);
  });

  it("a request that is no emergency can't be ratified", async () => {
    const { ratify, store, asked } = setUp({ request: { emergency: null } });
    await ratify(RATIFY);
    expect(store.told()).toEqual(["nothing_to_ratify"]);
    expect(asked.actions).toEqual([]);
  });
});

describe("the form that asks why an emergency is disputed", () => {
  const opening = { requestId: 1, slackUserId: "U0THEO" };

  it("the form opens for a person who may dispute the emergency", async () => {
    const { openDispute, asked, store } = setUp();
    expect((await openDispute(opening)).id).toBe(1);
    expect(asked.pins).toMatchObject([{ isForForm: true }]);
    expect(store.audited()).toEqual([]);
  });

  it("the form is refused, and the refusal audited, if there is nothing to dispute", async () => {
    const { openDispute, store } = setUp({ request: { ratification: null } });
    await expect(openDispute(opening)).rejects.toMatchObject({ code: "nothing_to_ratify" });
    expect(store.entries()).toMatchObject([
      { kind: "attempt.rejected", requestId: "CR-1", details: { action: "dispute" } },
    ]);
  });
});
