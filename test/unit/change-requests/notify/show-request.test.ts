import { describe, expect, it } from "vitest";
import {
  CardNotShownError,
  type ConfidentialityFault,
  createRequestShowing,
  type HeldCard,
  NowhereToPostError,
  type Place,
  type RequestDisplay,
  type ShowRequestOptions,
} from "../../../../src/change-requests/index.ts";
import { createPostThreadUpdate } from "../../../../src/change-requests/notify/post-thread-update.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { lenientChannelRules, someChannelFacts } from "../../../support/channel-objects.ts";
import { somePerson, someRequest, someView } from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const PLACE: Place = { channelId: "C0APPROVE", threadTs: null };

interface Setting {
  readonly request?: ReturnType<typeof someRequest>;
  /** The places of messages, or the reasons why there is none, one for each call. The last one repeats. */
  readonly places?: readonly (Place | ConfidentialityFault)[];
  readonly moved?: ConfidentialityFault | null;
  /** The channel of the card, and the result of updating the card. */
  readonly cardIn?: string | null;
  readonly put?: HeldCard["put"];
  readonly isTakenAway?: boolean;
  readonly refusal?: { readonly error: unknown; readonly hasNoThread: boolean } | null;
  readonly rules?: Parameters<typeof lenientChannelRules>[0];
  readonly channels?: ShowRequestOptions["channels"];
}

/** Shows one stored request, and records the steps in order. */
function setUp(setting: Setting = {}) {
  const { request = someRequest(), places = [PLACE], moved = null, cardIn = null } = setting;
  const { put = async () => "posted" } = setting;
  const steps: string[] = [];
  const asked: string[] = [];
  const store = storeOf(request);
  const noted = (step: string) => async () => void steps.push(step);
  const stored = {
    cards: { reserveUpdate: noted("turn") },
    requests: { get: async () => request },
  };
  const display = {
    withCard: async (_id: number, work: (card: HeldCard) => unknown) => {
      steps.push("held");
      const done = await work({
        channelId: cardIn,
        put: (...given) => {
          steps.push("put");
          return put(...given);
        },
        takeAwayEarlier: noted("earlier cards taken away"),
        takeAway: async () => {
          steps.push("card taken away");
          return setting.isTakenAway ?? true;
        },
      });
      steps.push("released");
      return done;
    },
    withWarning: async () => {},
    threadOf: async () => ({ channelId: "C0CARD", threadTs: "17.5" }),
    postThreadUpdate: async (_view: unknown, topic: string) => {
      steps.push(`in the thread: ${topic}`);
      return setting.refusal ?? null;
    },
    postAlert: async (_view: unknown, topic: string) => void steps.push(`alarm: ${topic}`),
    tellOutcome: async (_view: unknown, topic: string) => void steps.push(`directly: ${topic}`),
    tellMoved: noted("moved"),
    tellWhyMoved: noted("why moved"),
  } as unknown as RequestDisplay; // nothing else of it is called
  const options: ShowRequestOptions = {
    ...{ display, clock: systemClock, people: directoryOf(somePerson()) },
    uow: {
      ...store.uow,
      read: (work: (tx: typeof stored) => unknown) => work(stored),
    } as unknown as ShowRequestOptions["uow"], // nothing else is read
    readView: async () => {
      steps.push("read");
      return someView(store.stored());
    },
    findPlace: async ({ channelId }) => {
      const place = places[Math.min(asked.length, places.length - 1)] ?? PLACE;
      asked.push(channelId);
      steps.push("placed");
      if (typeof place === "string") throw new NowhereToPostError(place);
      return { place, moved };
    },
    channels: setting.channels ?? {
      facts: async (channelId) => someChannelFacts({ channelId, memberIds: ["U0MAYA"] }),
    },
    rules: lenientChannelRules(setting.rules),
  };
  const announce = createPostThreadUpdate(options);
  /** The steps of these kinds alone. */
  const stepsOf = (...kinds: string[]) => steps.filter((step) => kinds.some((kind) => step.startsWith(kind)));
  return { store, steps, stepsOf, asked, announce, ...createRequestShowing(options) };
}

describe("the card of a request", () => {
  it("a request is read while its card is held, so that the card never shows an earlier state", async () => {
    const { steps, showCard } = setUp();
    await showCard(1);
    expect(steps).toEqual(["turn", "held", "read", "placed", "put", "earlier cards taken away", "released"]);
  });

  it("a card takes one turn of Slack's pace, and the progress of a bulk takes none", async () => {
    const { stepsOf, showCard, showProgress } = setUp();
    await showCard(1);
    expect(stepsOf("turn")).toEqual(["turn"]);
    await showProgress(1);
    expect(stepsOf("turn")).toEqual(["turn"]);
  });

  it("the requester is told that the card stands elsewhere when it is posted, and not at each update", async () => {
    let end: "posted" | "updated" = "posted";
    const { stepsOf, showCard } = setUp({ moved: "subject_present", put: async () => end });
    await showCard(1);
    end = "updated";
    await showCard(1);
    expect(stepsOf("turn", "moved", "why")).toEqual(["turn", "moved", "why moved", "turn"]);
  });

  it.each([
    ["C0APPROVE", []],
    ["C0RESTRICT", [{ kind: "ask", requestId: 1 }]],
  ])("a card in C0APPROVE that is put in %s leaves these invitations: %j", async (channelId, jobs) => {
    let before: readonly object[] = [];
    const { store, showCard } = setUp({
      cardIn: "C0APPROVE",
      places: [{ channelId, threadTs: null }],
      put: async () => {
        before = store.jobs();
        return "updated";
      },
    });
    await showCard(1);
    expect(before).toEqual(jobs);
  });
});

describe("a card that may be shown nowhere now", () => {
  it.each(["archived", "bot_not_member", "not_visible", "subject_unmapped"] as const)(
    "a card is taken away and its request kept while its place is %s",
    async (why) => {
      const { store, stepsOf, showCard } = setUp({ places: [why], cardIn: "C0INC4711" });
      await expect(showCard(1)).rejects.toMatchObject({ why });
      expect(stepsOf("earlier", "card")).toEqual(["earlier cards taken away", "card taken away"]);
      expect(store.stored().state).toBe("pending");
    },
  );

  it("the requester is told once what to set if a subject can't be excluded", async () => {
    const { store, showCard } = setUp({ places: ["subject_unmapped"] });
    for (let time = 0; time < 2; time += 1) await expect(showCard(1)).rejects.toThrow();
    const notice = { kind: "card_waits", requestId: 1, why: "subject_unmapped" };
    expect(store.jobs()).toMatchObject([{ kind: "tell", notice }]);
  });

  it("a card in the only restricted channel stays while that channel is out", async () => {
    const { stepsOf, showCard } = setUp({ cardIn: "C0RESTRICT", places: ["archived"] });
    await expect(showCard(1)).rejects.toMatchObject({ why: "archived" });
    expect(stepsOf("earlier", "card")).toEqual(["earlier cards taken away"]);
  });

  it.each([
    ["stays if its own is out", "C0SECOND", []],
    ["is taken away if another is out", "C0FIRST", ["card taken away"]],
  ])("a card in one of two restricted channels %s", async (_what, cardIn, expected) => {
    const { stepsOf, showCard } = setUp({
      cardIn,
      places: ["archived"],
      rules: { restrictedChannelIds: ["C0FIRST", "C0SECOND"] },
      channels: {
        facts: async (channelId) => someChannelFacts({ channelId, isArchived: channelId === "C0SECOND" }),
      },
    });
    await expect(showCard(1)).rejects.toMatchObject({ why: "archived" });
    expect(stepsOf("card")).toEqual(expected);
  });
});

describe("a request whose subject reads every channel", () => {
  it.each([
    ["pending", false, "cancelled", ["card_withdrawn"]],
    ["pending", true, "cancelled", ["card_withdrawn"]],
    ["stale", true, "cancelled", ["card_withdrawn"]],
    ["approved", true, "approved", ["card_withdrawn"]],
    // Each event of the request would repeat this notice, though no card was shown before.
    ["approved", false, "approved", []],
  ] as const)(
    "a %s request, with its card taken away (%s), becomes %s, and its requester is told %j",
    async (state, isTakenAway, next, told) => {
      const { store, showCard } = setUp({
        request: someRequest({ state }),
        places: ["subject_present"],
        isTakenAway,
      });
      await showCard(1);
      const notices = store
        .jobs()
        .flatMap((job) => (job.kind === "tell" && "notice" in job ? [job.notice.kind] : []));
      expect(notices).toEqual(told);
      expect(store.stored().state).toBe(next);
    },
  );

  it("the stored target says why its request was cancelled, and the requester is told", async () => {
    const { store, showCard } = setUp({ places: ["subject_present"] });
    await showCard(1);
    const explanation = new NowhereToPostError("subject_present").message;
    expect(store.stored()).toMatchObject({ state: "cancelled", targets: [{ explanation }] });
    expect(store.told()).toEqual([expect.stringContaining("The card of CR-1 can no longer be shown.")]);
  });

  it("a request that is approved while its card is taken away is not cancelled", async () => {
    const { store, showCard } = setUp({ places: ["subject_present"] });
    store.meanwhile({ state: "approved" });
    await showCard(1);
    expect(store.stored()).toMatchObject({ state: "approved", targets: [{ explanation: null }] });
  });
});

describe("an alarm", () => {
  it.each(["archived", "not_visible", "bot_not_member", "subject_unmapped"] as const)(
    "an alarm fails while its channel is %s, so that it is sounded later",
    async (why) => {
      await expect(setUp({ places: [why] }).postAlert(1, "begun")).rejects.toMatchObject({ why });
    },
  );

  it("an alarm about a subject who reads every channel is given up, because a later try would end the same", async () => {
    const { stepsOf, postAlert } = setUp({ places: ["subject_present"] });
    await postAlert(1, "begun");
    expect(stepsOf("alarm")).toEqual([]);
  });

  it("an alarm goes to the audit channel, and is not raised about work that no longer fails", async () => {
    const { stepsOf, asked, postAlert } = setUp();
    await postAlert(1, "stuck:1a2b");
    expect([asked, stepsOf("alarm")]).toEqual([[], []]);
    await postAlert(1, "begun");
    expect([asked, stepsOf("alarm")]).toEqual([["C0AUDIT"], ["alarm: begun"]]);
  });
});

describe("an announcement", () => {
  it.each(["archived", "bot_not_member", "not_visible"] as const)(
    "an announcement fails if its channel becomes %s, so that it is made later",
    async (why) => {
      const { asked, stepsOf, postThreadUpdate } = setUp({ places: [PLACE, why] });
      await expect(postThreadUpdate(1, "approved")).rejects.toMatchObject({ why });
      expect(asked).toEqual(["C0APPROVE", "C0CARD"]);
      expect(stepsOf("in the thread", "directly")).toEqual([]);
    },
  );

  it("an announcement is made if Slack refuses the card, and then fails, so that the card is shown later", async () => {
    const refused = new CardNotShownError(new Error("restricted_action"));
    const { stepsOf, postThreadUpdate } = setUp({ put: () => Promise.reject(refused) });
    await expect(postThreadUpdate(1, "denied")).rejects.toBe(refused);
    expect(stepsOf("in the thread")).toEqual(["in the thread: denied"]);
  });

  it("an announcement is not made if the card fails for another reason than Slack's refusal", async () => {
    const broken = new Error("The database doesn't answer.");
    const { stepsOf, postThreadUpdate } = setUp({ put: () => Promise.reject(broken) });
    await expect(postThreadUpdate(1, "denied")).rejects.toBe(broken);
    expect(stepsOf("in the thread", "directly")).toEqual([]);
  });

  const refusal = { error: new Error("refused"), hasNoThread: true };
  it.each([
    ...["denied", "cancelled", "expired", "stale:0", "pending:0.1", "grants_end_soon", "grants_overdue:3"],
    ...["done:verified", "done:failed", "done:unknown"],
  ])("the topic %s is told directly if the thread can't show it", async (topic) => {
    const { stepsOf, announce } = setUp({ refusal });
    await announce(someView(someRequest()), topic);
    expect(stepsOf("directly")).toEqual([`directly: ${topic}`]);
  });

  it.each(["approved:0.1", "renewed:1", "ratified", "disputed"])(
    "the topic %s is not told directly, because the requester need not act",
    async (topic) => {
      const { stepsOf, announce } = setUp({ refusal });
      await announce(someView(someRequest()), topic);
      expect(stepsOf("in the thread", "directly")).toEqual([`in the thread: ${topic}`]);
    },
  );

  it("an outcome that overtakes the approval is announced after it, and only there to a member", async () => {
    const { stepsOf, announce } = setUp();
    await announce(someView(someRequest({ state: "done" })), "done:verified");
    const told = ["in the thread: approved:0.0", "in the thread: done:verified"];
    expect(stepsOf("in the thread", "directly")).toEqual(told);
  });
});
