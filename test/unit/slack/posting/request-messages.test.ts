import { WebAPIPlatformError } from "@slack/web-api";
import { expect, it } from "vitest";
import {
  type AlarmTopic,
  CardNotShownError,
  type JobFailure,
  type Ratification,
  type RequestMessages,
} from "../../../../src/change-requests/index.ts";
import type { Poster } from "../../../../src/slack/posting/post-once.ts";
import { createRequestDisplay } from "../../../../src/slack/posting/request-messages.ts";
import type { Message } from "../../../../src/slack/texts/message.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { someGrant, someRequest, someView } from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";

const PLACE = { channelId: "C0APPROVE", threadTs: null };
const WARNING_KEY = "announce:7:grants_end_soon";
const refused = (error: string) => new WebAPIPlatformError({ ok: false, error });

/** Messages about requests; `steps` records, in order, the keys that are held, posted, updated and told. */
function setUp({ fail = () => null, find = async () => null }: SetUp = {}) {
  const steps: string[] = [];
  const contents: Message[] = [];
  const ephemeral: object[] = [];
  const say = (how: string, key: string, message: Message) => {
    steps.push(`${how} ${key}`);
    contents.push(message);
    const error = fail(contents.length);
    if (error) throw error;
    return "17.5";
  };
  const postedMessages = {
    ...createMemoryPostedMessages(),
    withKey: async <T>(key: string, work: () => Promise<T>): Promise<T> => {
      steps.push(`hold ${key}`);
      const done = await work();
      steps.push(`release ${key}`);
      return done;
    },
  };
  const messages = createRequestDisplay({
    api: {
      posting: { chat: { postEphemeral: async (shown: object) => void ephemeral.push(shown) } },
    } as unknown as SlackApi, // nothing else of it is called
    poster: {
      find,
      post: async (key, _place, message) => say("post", key, message),
      update: async (key) => steps.push(`update ${key}`) > 0,
    },
    postedMessages,
    tellDirectly: async (key, _person, message) => void say("tell", key, message),
    log: () => {},
  });
  /** Stores the warning that CR-7's roles end soon as posted. */
  const postWarning = async () => {
    await postedMessages.begin(WARNING_KEY, { ...PLACE, threadTs: "17.5" });
    await postedMessages.posted(WARNING_KEY, "17.6", null);
  };
  return { messages, postedMessages, postWarning, steps, contents, ephemeral };
}

interface SetUp {
  /** The failure of each attempt to say something, if it fails. */
  readonly fail?: (attempt: number) => Error | null;
  readonly find?: Poster["find"];
}

const DISPUTED: Ratification = {
  ...{ state: "disputed", deadlineAt: new Date(0), overdue: false },
  decision: { by: { slackUserId: "U0THEO", email: null }, at: new Date(0), reason: "Not what I saw" },
};
const failureWith = (reference: string): JobFailure => ({
  ...{ key: "revoke 7", kind: "end_grants", requestId: 7, faults: 20, errorCode: "TypeError" },
  ...{ reference, givenUpAt: new Date(0) },
});

function view(id: number, state: "pending" | "denied" | "expired" | "done") {
  const emergency = { ratifyWithinHours: 24, escalateTo: ["insider-risk-leads"] };
  const disputed = state === "done" ? { emergency, ratification: DISPUTED } : {};
  const failures = ["1a2b", "3c4d"].map(failureWith);
  return someView(someRequest({ id, state, ...disputed }), { failures });
}
const ENDING = someView(someRequest({ id: 7, state: "done" }), {
  grants: [someGrant({ requestId: 7, warnedAt: new Date(0) })],
});

type Say = (messages: RequestMessages, id: number) => Promise<unknown>;
const putCard: Say = ({ withCard }, id) => withCard(id, (card) => card.put(view(id, "pending"), PLACE));
const announce =
  (state: "denied" | "expired"): Say =>
  ({ postThreadUpdate }, id) =>
    postThreadUpdate(view(id, state), state, { ...PLACE, threadTs: "17.5" });
const sound =
  (topic: AlarmTopic): Say =>
  ({ postAlert }, id) =>
    postAlert(view(id, "done"), topic, PLACE);

/** Every message that is posted once about a request, each by the call that posts it. */
const POSTED: readonly [what: string, say: Say][] = [
  ["a card", putCard],
  ...(["denied", "expired"] as const).map((state): [string, Say] => [
    `the announcement of ${state}`,
    announce(state),
  ]),
  ...(["begun", "overdue", "disputed", "stuck:1a2b", "stuck:3c4d"] as const).map((topic): [string, Say] => [
    `the alarm ${topic}`,
    sound(topic),
  ]),
];
/** Every message that one person is told once. */
const TOLD: readonly Say[] = [
  ...(["denied", "expired"] as const).map(
    (state): Say =>
      ({ tellOutcome }, id) =>
        tellOutcome(view(id, state), state, { withSubject: true }),
  ),
  ...["C0FIRST", "C0SECOND"].map(
    (channelId): Say =>
      ({ tellWhyMoved }, id) =>
        tellWhyMoved(someRequest({ id }), { channelId, threadTs: null }, "subject_present"),
  ),
];

it("each message about each request has a key of its own, and the same key when it is said again", async () => {
  const { messages, steps } = setUp();
  const said = () => steps.splice(0).filter((step) => /^(post|tell) /.test(step));
  const sayAll = async () => {
    for (const id of [7, 8])
      for (const say of [...POSTED.map(([, post]) => post), ...TOLD]) await say(messages, id);
    return said();
  };
  const first = await sayAll();
  expect(new Set(first).size).toBe(2 * (POSTED.length + TOLD.length));
  expect(await sayAll()).toEqual(first);
});

it.each(POSTED)(
  "%s is posted while its key is held, so that two replicas post it once",
  async (_what, say) => {
    const { messages, steps } = setUp();
    await say(messages, 7);
    const [key = ""] = steps.flatMap((step) => (step.startsWith("post ") ? [step.slice(5)] : []));
    expect(steps).toEqual([`hold ${key}`, `post ${key}`, `release ${key}`]);
  },
);

it("the key of a card is held before the card is found", async () => {
  const { messages, steps } = setUp();
  const put = await messages.withCard(7, (card) => {
    steps.push(`stands in ${card.channelId}`);
    return card.put(view(7, "pending"), PLACE);
  });
  expect(put).toBe("posted");
  expect(steps).toEqual(["hold card:7", "stands in null", "post card:7", "release card:7"]);
});

it("a card whose content Slack refuses is posted without its details", async () => {
  const { messages, contents } = setUp({
    fail: (attempt) => (attempt === 1 ? refused("invalid_blocks") : null),
  });
  expect(await putCard(messages, 7)).toBe("posted");
  expect(contents).toHaveLength(2);
});

it("a card that Slack refuses for another reason than its content is not posted without its details", async () => {
  const { messages, contents } = setUp({ fail: () => refused("restricted_action") });
  await expect(putCard(messages, 7)).rejects.toBeInstanceOf(CardNotShownError);
  expect(contents).toHaveLength(1);
});

it.each([refused("internal_error"), refused("token_revoked"), new Error("read ECONNRESET")])(
  "a card or an announcement that an outage stops is tried again, as no refusal of Slack's: %s",
  async (error) => {
    const { messages } = setUp({ fail: () => error });
    await expect(putCard(messages, 7)).rejects.toBe(error);
    await expect(announce("denied")(messages, 7)).rejects.toBe(error);
  },
);

it("while Slack can't find a card, it is neither posted nor hidden, and earlier cards can be taken away", async () => {
  const missing = new Error("missing_scope");
  const { messages } = setUp({ find: () => Promise.reject(missing) });
  await messages.withCard(7, async (card) => {
    expect(card.channelId).toBeNull();
    await card.takeAwayEarlier();
    await expect(card.put(view(7, "pending"), PLACE)).rejects.toBe(missing);
    await expect(card.takeAway()).rejects.toBe(missing);
  });
  expect.assertions(3);
});

it.each([
  ["17.1", { thread_ts: "17.1" }],
  [null, {}],
])(
  "the requester is told of a card's move in the thread of their request: %s",
  async (threadTs, expected) => {
    const { messages, ephemeral } = setUp();
    await messages.tellMoved(someRequest({ id: 7, place: { channelId: "C0INC4711", threadTs } }));
    expect(ephemeral).toEqual([
      expect.objectContaining({ channel: "C0INC4711", user: "U0MAYA", ...expected }),
    ]);
    expect("thread_ts" in (ephemeral[0] ?? {})).toBe(threadTs !== null);
  },
);

it("a warning is updated while its key is held, and nothing is called if there is no warning", async () => {
  const { messages, postWarning, steps } = setUp();
  await messages.withWarning(7, (warning) => warning.update(ENDING));
  expect(steps).toEqual([]);
  await postWarning();
  await messages.withWarning(7, (warning) => warning.update(ENDING));
  expect(steps).toEqual([`hold ${WARNING_KEY}`, `update ${WARNING_KEY}`, `release ${WARNING_KEY}`]);
});

it("a warning that another replica is posting anew when its turn comes is left to that replica", async () => {
  const { messages, postedMessages, postWarning, steps } = setUp();
  await postWarning();
  const { withKey } = postedMessages;
  postedMessages.withKey = async (held, work) => {
    await postedMessages.begin(WARNING_KEY, PLACE);
    return withKey(held, work);
  };
  await messages.withWarning(7, (warning) => warning.update(ENDING));
  expect(steps).toEqual([`hold ${WARNING_KEY}`, `release ${WARNING_KEY}`]);
});
