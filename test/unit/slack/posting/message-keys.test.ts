import { WebAPIPlatformError } from "@slack/web-api";
import { expect, it } from "vitest";
import {
  type AlarmTopic,
  CardNotShownError,
  type JobFailure,
  type Ratification,
  type RequestMessages,
} from "../../../../src/change-requests/index.ts";
import { createRequestDisplay } from "../../../../src/slack/posting/request-messages.ts";
import type { Message } from "../../../../src/slack/texts/message.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { someGrant, someRequest, someView } from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";

const PLACE = { channelId: "C0APPROVE", threadTs: null };
const refused = (error: string) => new WebAPIPlatformError({ ok: false, error });

/** Messages whose poster and direct messages note the keys, and fail as `fail` says. */
function setUp(fail: (attempt: number) => Error | null = () => null) {
  const keys: string[] = [];
  const contents: Message[] = [];
  const held: string[] = [];
  const ephemeral: object[] = [];
  const said = (key: string, message: Message) => {
    keys.push(key);
    contents.push(message);
    const error = fail(keys.length);
    if (error) throw error;
    return "17.5";
  };
  const postedMessages = {
    ...createMemoryPostedMessages(),
    withKey: <T>(key: string, work: () => Promise<T>) => {
      held.push(key);
      return work();
    },
  };
  const messages = createRequestDisplay({
    api: {
      posting: { chat: { postEphemeral: async (shown: object) => void ephemeral.push(shown) } },
    } as unknown as SlackApi, // nothing else of it is called
    poster: {
      find: async () => null,
      post: async (key, _place, message) => said(key, message),
      update: async () => true,
    },
    postedMessages,
    tellDirectly: async (key, _person, message) => void said(key, message),
    log: () => {},
  });
  return { messages, postedMessages, keys, contents, held, ephemeral };
}

const EMERGENCY = { ratifyWithinHours: 24, escalateTo: ["insider-risk-leads"] };
const theo = { slackUserId: "U0THEO", email: null };
const DISPUTED: Ratification = {
  ...{ state: "disputed", deadlineAt: new Date(0), overdue: false },
  decision: { by: theo, at: new Date(0), reason: "Not what I saw" },
};
const failureWith = (reference: string): JobFailure => ({
  ...{ key: "revoke 7", kind: "end_grants", requestId: 7, faults: 20, errorCode: "TypeError" },
  ...{ reference, givenUpAt: new Date(0) },
});

function view(id: number, state: "pending" | "denied" | "expired" | "done") {
  const emergency = state === "done" ? { emergency: EMERGENCY, ratification: DISPUTED } : {};
  const failures = ["1a2b", "3c4d"].map(failureWith);
  return someView(someRequest({ id, state, ...emergency }), { failures });
}

type Say = (messages: RequestMessages, id: number) => Promise<unknown>;
const putCard: Say = ({ withCard }, id) => withCard(id, (card) => card.put(view(id, "pending"), PLACE));
const announce =
  (state: "denied" | "expired"): Say =>
  ({ postThreadUpdate }, id) =>
    postThreadUpdate(view(id, state), state, { ...PLACE, threadTs: "17.5" });
const tellOutcome =
  (state: "denied" | "expired"): Say =>
  (messages, id) =>
    messages.tellOutcome(view(id, state), state, { withSubject: true });
const sound =
  (topic: AlarmTopic): Say =>
  ({ postAlert }, id) =>
    postAlert(view(id, "done"), topic, PLACE);
const tellWhyIn =
  (channelId: string): Say =>
  ({ tellWhyMoved }, id) =>
    tellWhyMoved(someRequest({ id }), { channelId, threadTs: null }, "subject_present");

/** Every message about a request that is said once, each by the call that says it. */
const SAID: readonly [what: string, say: Say][] = [
  ["a card", putCard],
  ["the announcement that it is denied", announce("denied")],
  ["the announcement that it is expired", announce("expired")],
  ["the outcome that it is denied", tellOutcome("denied")],
  ["the outcome that it is expired", tellOutcome("expired")],
  ["the alarm that it began", sound("begun")],
  ["the alarm that it is overdue", sound("overdue")],
  ["the alarm that it is disputed", sound("disputed")],
  ["the alarm that work of it is stuck", sound("stuck:1a2b")],
  ["the alarm that other work of it is stuck", sound("stuck:3c4d")],
  ["why the card stands in one channel", tellWhyIn("C0FIRST")],
  ["why the card stands in another channel", tellWhyIn("C0SECOND")],
];

it("each message about each request is posted under a key of its own, and again under the same", async () => {
  const { messages, keys } = setUp();
  for (const id of [7, 8]) for (const [, say] of SAID) await say(messages, id);
  expect(keys).toHaveLength(2 * SAID.length);
  expect(new Set(keys).size).toBe(keys.length);
  const first = [...keys];
  for (const id of [7, 8]) for (const [, say] of SAID) await say(messages, id);
  expect(keys.slice(first.length)).toEqual(first);
});

it.each(SAID.filter(([what]) => /^a card|announcement|alarm/.test(what)))(
  "%s is posted while nobody else works on its key, so that two replicas post it once",
  async (_what, say) => {
    const { messages, keys, held } = setUp();
    await say(messages, 7);
    expect(held).toEqual(keys);
  },
);

it("a card that Slack doesn't take for another reason than its content isn't shown without its details", async () => {
  const { messages, contents } = setUp(() => refused("restricted_action"));
  const put = messages.withCard(7, (card) => card.put(view(7, "pending"), PLACE));
  await expect(put).rejects.toBeInstanceOf(CardNotShownError);
  expect(contents).toHaveLength(1);
});

it("a card whose content Slack refuses is shown without its details", async () => {
  const { messages, contents } = setUp((attempt) => (attempt === 1 ? refused("invalid_blocks") : null));
  expect(await messages.withCard(7, (card) => card.put(view(7, "pending"), PLACE))).toBe("posted");
  expect(contents).toHaveLength(2);
});

it.each([refused("internal_error"), refused("token_revoked"), new Error("read ECONNRESET")])(
  "a card, or an announcement, that %s keeps from Slack is no refusal of Slack's, and is tried again",
  async (error) => {
    const { messages } = setUp(() => error);
    await expect(messages.withCard(7, (card) => card.put(view(7, "pending"), PLACE))).rejects.toBe(error);
    await expect(messages.postThreadUpdate(view(7, "denied"), "denied", PLACE)).rejects.toBe(error);
  },
);

it.each([
  ["17.1", { thread_ts: "17.1" }],
  [null, {}],
])("that a card moved is said in the thread where its request was made: %s", async (threadTs, expected) => {
  const { messages, ephemeral } = setUp();
  await messages.tellMoved(someRequest({ id: 7, place: { channelId: "C0INC4711", threadTs } }));
  expect(ephemeral).toEqual([expect.objectContaining({ channel: "C0INC4711", user: "U0MAYA", ...expected })]);
  expect("thread_ts" in (ephemeral[0] ?? {})).toBe(threadTs !== null);
});

it("a warning that another replica is posting anew when its turn comes is left to that one", async () => {
  const { messages, postedMessages } = setUp();
  const key = "announce:7:grants_end_soon";
  await postedMessages.begin(key, PLACE);
  await postedMessages.posted(key, "17.6", null);
  const { withKey } = postedMessages;
  postedMessages.withKey = async (held, work) => {
    await postedMessages.begin(key, PLACE);
    return withKey(held, work);
  };
  const grants = [someGrant({ requestId: 7, warnedAt: new Date(0) })];
  let isUpdated = false;
  await messages.withWarning(7, async (warning) => {
    isUpdated = true;
    await warning.update(someView(someRequest({ id: 7, state: "done" }), { grants }));
  });
  expect(isUpdated).toBe(false);
});
