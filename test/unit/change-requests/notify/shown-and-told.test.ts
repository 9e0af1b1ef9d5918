import { expect, it } from "vitest";
import {
  type ConfidentialityFault,
  createRequestShowing,
  NowhereToPostError,
  type Place,
  type RequestDisplay,
  type ShowRequestOptions,
} from "../../../../src/change-requests/index.ts";
import { createPostThreadUpdate } from "../../../../src/change-requests/notify/post-thread-update.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { somePerson, someRequest, someView } from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const PLACE: Place = { channelId: "C0APPROVE", threadTs: null };
const fact = (channelId: string, patch: object = {}) => ({
  ...{ channelId, name: "inc-1", isPrivate: true, isShared: false, isArchived: false },
  ...{ botIsMember: true, hasOutsiders: false, memberIds: [] as string[], ...patch },
});

interface Setting {
  readonly request?: ReturnType<typeof someRequest>;
  /** Where the card may stand, or why nowhere. */
  readonly place?: Place | ConfidentialityFault;
  readonly moved?: ConfidentialityFault | null;
  /** The channel in which the card stands, and what becomes of it. */
  readonly cardIn?: string | null;
  readonly put?: () => Promise<"posted" | "updated">;
  readonly isTakenAway?: boolean;
  readonly refusal?: { readonly error: unknown; readonly hasNoThread: boolean } | null;
  readonly rules?: Partial<ShowRequestOptions["rules"]>;
  readonly channels?: ShowRequestOptions["channels"];
}

/** Shows one stored request, and notes in their order the turns, and what Slack is to show. */
function setUp(setting: Setting = {}) {
  const { request = someRequest(), place = PLACE, moved = null, cardIn = null } = setting;
  const steps: string[] = [];
  const store = storeOf(request);
  const stored = { cards: { reserveUpdate: async () => void steps.push("turn") } };
  const uow = {
    ...store.uow,
    read: (work: (tx: typeof stored) => unknown) => work(stored),
  } as unknown as ShowRequestOptions["uow"]; // nothing else is read
  const display = {
    withCard: (_id: number, work: (card: unknown) => unknown) =>
      work({
        channelId: cardIn,
        put: setting.put ?? (async () => "posted"),
        takeAwayEarlier: async () => {},
        takeAway: async () => {
          steps.push("card taken away");
          return setting.isTakenAway ?? true;
        },
      }),
    withWarning: async () => {},
    threadOf: async () => ({ ...PLACE, threadTs: "17.5" }),
    postThreadUpdate: async (_view: unknown, topic: string) => {
      steps.push(`in the thread: ${topic}`);
      return setting.refusal ?? null;
    },
    postAlert: async (_view: unknown, topic: string) => void steps.push(`alarm: ${topic}`),
    tellOutcome: async (_view: unknown, topic: string) => void steps.push(`directly: ${topic}`),
    tellMoved: async () => void steps.push("moved"),
    tellWhyMoved: async () => void steps.push("why moved"),
  } as unknown as RequestDisplay; // nothing else of it is called
  const options: ShowRequestOptions = {
    ...{ uow, display, clock: systemClock, people: directoryOf(somePerson()) },
    readView: async () => someView(store.stored()),
    findPlace: async () => {
      if (typeof place === "string") throw new NowhereToPostError(place);
      return { place, moved };
    },
    channels: setting.channels ?? { facts: async (id) => fact(id, { memberIds: ["U0MAYA"] }) },
    rules: {
      ...{ approvalsChannelId: "C0APPROVE", auditChannelId: "C0AUDIT", restrictedChannelIds: ["C0RESTRICT"] },
      ...{ acceptsUnmappedSubjects: false, isCardChannel: () => true, isAllowedPublic: () => false },
      ...setting.rules,
    },
  };
  const announce = createPostThreadUpdate(options);
  return { store, steps, announce, ...createRequestShowing(options) };
}

it("a card takes its turn of Slack's pace once, and the progress of a bulk, whose turn was taken before, none", async () => {
  const { steps, showCard, showProgress } = setUp();
  await showCard(1);
  expect(steps).toEqual(["turn"]);
  await showProgress(1);
  expect(steps).toEqual(["turn"]);
});

it("a requester is told that the card stands elsewhere when it is posted there, and not at each update", async () => {
  let end: "posted" | "updated" = "posted";
  const put = async () => end;
  const { steps, showCard } = setUp({ moved: "subject_present", put });
  await showCard(1);
  const once = ["turn", "moved", "why moved"];
  expect(steps).toEqual(once);
  end = "updated";
  await showCard(1);
  expect(steps).toEqual([...once, "turn"]);
});

it.each([
  ["pending", false, ["card_withdrawn"]],
  ["pending", true, ["card_withdrawn"]],
  ["approved", true, ["card_withdrawn"]],
  // Nothing was shown of it that is gone now: this comes again with each event of the request.
  ["approved", false, []],
] as const)(
  "of a request that is %s and may be shown nowhere, with a card taken away: %s, the requester is told %j",
  async (state, isTakenAway, told) => {
    const request = someRequest({ state });
    const { store, showCard } = setUp({ request, place: "subject_present", isTakenAway });
    await showCard(1);
    const notices = store
      .jobs()
      .flatMap((job) => (job.kind === "tell" && "notice" in job ? [job.notice.kind] : []));
    expect(notices).toEqual(told);
  },
);

it("a request that may be shown nowhere says on its stored target why it was cancelled", async () => {
  const { store, showCard } = setUp({ place: "subject_present" });
  await showCard(1);
  expect(store.stored()).toMatchObject({
    state: "cancelled",
    targets: [{ explanation: new NowhereToPostError("subject_present").message }],
  });
});

it("a request that is approved while its card is taken away is not cancelled, and keeps no reason for it", async () => {
  const { store, showCard } = setUp({ place: "subject_present" });
  store.meanwhile({ state: "approved" });
  await showCard(1);
  expect(store.stored()).toMatchObject({ state: "approved", targets: [{ explanation: null }] });
});

it.each(["archived", "not_visible", "bot_not_member", "subject_unmapped"] as const)(
  "an alarm that no channel can show now (%s) fails, so that it is sounded later",
  async (place) => {
    await expect(setUp({ place }).postAlert(1, "begun")).rejects.toMatchObject({ why: place });
  },
);

it("an alarm about a subject who reads every channel is given up, since no later try would end otherwise", async () => {
  const { steps, postAlert } = setUp({ place: "subject_present" });
  await postAlert(1, "begun");
  expect(steps).toEqual([]);
});

it("nothing is announced if the card could not be shown for another reason than Slack's refusal", async () => {
  const broken = new Error("The database doesn't answer.");
  const { steps, postThreadUpdate } = setUp({ put: () => Promise.reject(broken) });
  await expect(postThreadUpdate(1, "denied")).rejects.toBe(broken);
  expect(steps).toEqual(["turn"]);
});

it.each([
  ["its own is out, though another could be used", "C0SECOND", []],
  ["another is out, and its own can be used", "C0FIRST", ["card taken away"]],
])("of two restricted channels the card's own is what counts: %s", async (_what, cardIn, expected) => {
  const { steps, showCard } = setUp({
    cardIn,
    place: "archived",
    rules: { restrictedChannelIds: ["C0FIRST", "C0SECOND"] },
    channels: { facts: async (id) => fact(id, { isArchived: id === "C0SECOND" }) },
  });
  await expect(showCard(1)).rejects.toMatchObject({ why: "archived" });
  expect(steps).toEqual(["turn", ...expected]);
});

it("a card in the only restricted channel stays when that is mended while the card is looked after", async () => {
  const { steps, showCard } = setUp({ cardIn: "C0RESTRICT", place: "archived" });
  await expect(showCard(1)).rejects.toMatchObject({ why: "archived" });
  expect(steps).toEqual(["turn"]);
});

it.each([
  ...["denied", "cancelled", "expired", "stale:0", "pending:0.1", "grants_end_soon", "grants_overdue:3"],
  ...["done:verified", "done:failed", "done:unknown"],
])("%s is told directly to a requester whom the thread could not be shown", async (topic) => {
  const { steps, announce } = setUp({ refusal: { error: new Error("refused"), hasNoThread: true } });
  await announce(someView(someRequest()), topic);
  expect(steps.filter((step) => step.startsWith("directly"))).toEqual([`directly: ${topic}`]);
});

it.each(["approved:0.1", "renewed:1", "ratified", "disputed"])(
  "%s asks nothing of the requester, and is told directly to nobody",
  async (topic) => {
    const { steps, announce } = setUp({ refusal: { error: new Error("refused"), hasNoThread: true } });
    await announce(someView(someRequest()), topic);
    expect(steps).toEqual([`in the thread: ${topic}`]);
  },
);

it("an outcome that overtakes the approval is announced after it, and told to a member of the channel there alone", async () => {
  const { steps, announce } = setUp();
  await announce(someView(someRequest({ state: "done" })), "done:verified");
  expect(steps).toEqual(["in the thread: approved:0.0", "in the thread: done:verified"]);
});
