import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Place } from "../../../../src/change-requests/index.ts";
import { createPoster, type Poster } from "../../../../src/slack/posting/post-once.ts";
import { type Message, shortMessage } from "../../../../src/slack/texts/message.ts";
import { plain } from "../../../../src/slack/texts/rich-text.ts";
import {
  createMemoryPostedMessages,
  type MemoryPostedMessages,
} from "../../../support/memory-posted-messages.ts";
import { type SlackBench, startSlackBench } from "../slack-bench.ts";

const KEY = "card:1";
const APPROVALS: Place = { channelId: "C0APPROVE", threadTs: null };
const hello = shortMessage("Hello", [plain("Hello")]);
const goodbye = shortMessage("Goodbye", [plain("Goodbye")]);

let bench: SlackBench;
let postedMessages: MemoryPostedMessages;
let poster: Poster;
beforeAll(async () => {
  bench = await startSlackBench();
});
beforeEach(() => {
  bench.slack.faults.clear();
  for (const message of seen()) bench.slack.admin.deleteMessage(message);
  postedMessages = createMemoryPostedMessages();
  poster = createPoster({ api: bench.api, postedMessages });
  bench.calls();
});
afterAll(() => bench[Symbol.asyncDispose]());

function seen() {
  return bench.slack.as("theo").sees("insider-risk-approvals");
}

/** Posts a message and loses the answer, so that the outcome is unknown. */
async function losePost(key: string, place: Place, message: Message) {
  bench.slack.faults.add({ kind: "answer_lost", method: "chat.postMessage", times: 1 });
  await expect(poster.post(key, place, message)).rejects.toThrow();
}

const texts = () => seen().map(({ plain: text }) => text);

/** Another process, which has only the stored posted messages. */
function restarted(): Poster {
  return createPoster({ api: bench.api, postedMessages });
}

describe("posting", () => {
  it("a message is posted once per key, however often", async () => {
    const ts = await poster.post(KEY, APPROVALS, hello);
    expect(await poster.post(KEY, APPROVALS, hello)).toBe(ts);
    expect(await restarted().post(KEY, APPROVALS, goodbye)).toBe(ts);
    expect(texts()).toEqual(["Hello"]);
  });

  it("a post has no text read as markup, and no preview of a linked page", async () => {
    await poster.post(KEY, APPROVALS, hello);
    const { body } = bench.slack.apiCalls.findLast(({ method }) => method === "chat.postMessage") ?? {};
    expect(body).toMatchObject(
      Object.fromEntries(
        ["mrkdwn", "unfurl_links", "unfurl_media"].map((option) => [
          option,
          expect.toSatisfy((value) => String(value) === "false"),
        ]),
      ),
    );
  });

  it("a post is stored as begun before the call, and as posted after it", async () => {
    const hanging = bench.slack.faults.add({ kind: "hang", method: "chat.postMessage" });
    const posting = poster.post(KEY, APPROVALS, hello);
    await hanging.waitForHits(1);
    expect(postedMessages.posts.get(KEY)).toMatchObject({ channelId: "C0APPROVE", ts: null });
    hanging.release();
    expect(postedMessages.posts.get(KEY)?.ts).toBeNull();
    const ts = await posting;
    expect(postedMessages.posts.get(KEY)).toMatchObject({
      ts,
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("a message whose answer was lost is found in the channel and updated, since it may be outdated", async () => {
    await losePost(KEY, APPROVALS, hello);
    const [posted] = seen();
    expect(await restarted().post(KEY, APPROVALS, goodbye)).toBe(posted?.ts);
    expect(texts()).toEqual(["Goodbye"]);
  });

  it("a message whose answer was lost is found among hundreds of later ones", async () => {
    await losePost(KEY, APPROVALS, hello);
    const maya = bench.slack.as("maya");
    for (let count = 0; count < 250; count++) maya.post("insider-risk-approvals", "chatter");
    await restarted().post(KEY, APPROVALS, hello);
    expect(seen().filter(({ isBot }) => isBot)).toHaveLength(1);
  });

  it("a message that is found in another channel than the wanted one stays as it is", async () => {
    await losePost(KEY, APPROVALS, hello);
    const elsewhere = { channelId: "C0RESTRICT", threadTs: null };
    expect(await restarted().find(KEY)).toMatchObject({ channelId: "C0APPROVE", contentHash: null });
    await restarted().post(KEY, elsewhere, goodbye);
    expect(texts()).toEqual(["Hello"]);
  });

  it("a message is posted in the wanted channel if the bot can't search the channel of the interrupted post", async () => {
    await postedMessages.begin(KEY, { channelId: "C0NOBOT", threadTs: null });
    await poster.post(KEY, APPROVALS, hello);
    expect(texts()).toEqual(["Hello"]);
  });

  it("a reply whose answer was lost is found in its thread", async () => {
    const threadTs = await poster.post("card:2", APPROVALS, hello);
    const place = { channelId: "C0APPROVE", threadTs };
    await losePost("announce:2:approved", place, goodbye);
    await restarted().post("announce:2:approved", place, goodbye);
    expect(seen().map(({ plain: text, threadTs: thread }) => [text, thread])).toEqual([
      ["Hello", undefined],
      ["Goodbye", threadTs],
    ]);
  });

  it("neither the message of another key nor a person's copy is taken for the message", async () => {
    bench.slack.as("maya").post("insider-risk-approvals", "Hello");
    await poster.post("card:11", APPROVALS, hello);
    const lost = bench.slack.faults.add({ kind: "drop", method: "chat.postMessage", times: 1 });
    await expect(poster.post(KEY, APPROVALS, hello)).rejects.toThrow();
    lost.release();
    await restarted().post(KEY, APPROVALS, hello);
    expect(texts()).toEqual(["Hello", "Hello", "Hello"]);
  });

  it("a message is not posted again while the channel can't be searched", async () => {
    await losePost(KEY, APPROVALS, hello);
    bench.slack.faults.add({ kind: "refused", error: "internal_error", method: "conversations.history" });
    await expect(restarted().post(KEY, APPROVALS, hello)).rejects.toThrow();
    expect(seen()).toHaveLength(1);
  });

  it("a failed post is not repeated by itself", async () => {
    bench.slack.faults.add({ kind: "http_error", status: 500, method: "chat.postMessage" });
    await expect(poster.post(KEY, APPROVALS, hello)).rejects.toThrow();
    expect(bench.calls()).toEqual(["chat.postMessage"]);
  });
});

describe("updating", () => {
  it("an update changes the message, and one without a difference makes no call", async () => {
    const ts = await poster.post(KEY, APPROVALS, hello);
    const at = { channelId: "C0APPROVE", ts };
    bench.calls();
    expect(await poster.update(KEY, at, hello)).toBe(true);
    expect(bench.calls()).toEqual([]);
    expect(await poster.update(KEY, at, goodbye)).toBe(true);
    expect(await restarted().update(KEY, at, goodbye)).toBe(true);
    expect(bench.calls()).toEqual(["chat.update"]);
    expect(seen().map(({ plain: text, edits }) => [text, edits])).toEqual([["Goodbye", 1]]);
  });

  it("an update whose answer was lost is made again", async () => {
    const ts = await poster.post(KEY, APPROVALS, hello);
    const at = { channelId: "C0APPROVE", ts };
    bench.slack.faults.add({ kind: "answer_lost", method: "chat.update", times: 1 });
    await expect(poster.update(KEY, at, goodbye)).rejects.toThrow();
    expect(await restarted().update(KEY, at, goodbye)).toBe(true);
    expect(texts()).toEqual(["Goodbye"]);
  });

  it("an update of a deleted message reports that it is gone", async () => {
    const ts = await poster.post(KEY, APPROVALS, hello);
    for (const message of seen()) bench.slack.admin.deleteMessage(message);
    expect(await poster.update(KEY, { channelId: "C0APPROVE", ts }, goodbye)).toBe(false);
  });

  it("an update fails while the channel is archived or lacks the bot, since the message is still there", async () => {
    const archived = await poster.post("card:5", { channelId: "C0WATER", threadTs: null }, hello);
    await bench.slack.admin.archive("watercooler");
    await expect(poster.update("card:5", { channelId: "C0WATER", ts: archived }, goodbye)).rejects.toThrow(
      "is_inactive",
    );
    const removed = await poster.post("card:6", { channelId: "C0INC4712", threadTs: null }, hello);
    await bench.slack.admin.removeFromChannel("inc-4712", "bot");
    await expect(poster.update("card:6", { channelId: "C0INC4712", ts: removed }, goodbye)).rejects.toThrow(
      "channel_not_found",
    );
  });

  const refusals: readonly (readonly [string, () => unknown])[] = [
    ["the workspace lets nobody edit", () => bench.slack.admin.closeEditWindow(0)],
    [
      "the channel restricts posting",
      () => bench.slack.admin.restrictPosting("insider-risk-approvals", "restricted_action"),
    ],
    ["the workspace has too many messages", () => bench.slack.admin.limitMessages(true)],
    ...["msg_too_long", "msg_blocks_too_long", "restricted_action_thread_only_channel"].map(
      (error) =>
        [
          `Slack answers ${error}`,
          () => bench.slack.faults.add({ kind: "refused", error, method: "chat.update" }),
        ] as const,
    ),
  ];
  it.each(refusals)(
    "an update reports that the message has to be posted anew if %s",
    async (_what, refuse) => {
      const ts = await poster.post(KEY, APPROVALS, hello);
      refuse();
      try {
        expect(await poster.update(KEY, { channelId: "C0APPROVE", ts }, goodbye)).toBe(false);
      } finally {
        bench.slack.admin.closeEditWindow(null);
        bench.slack.admin.restrictPosting("insider-risk-approvals", null);
        bench.slack.admin.limitMessages(false);
      }
    },
  );

  it("a message has to be posted anew once its updates have failed with update_failed for ten minutes", async () => {
    let minutes = 0;
    postedMessages = createMemoryPostedMessages(() => new Date(minutes * 60_000));
    poster = createPoster({ api: bench.api, postedMessages });
    const ts = await poster.post(KEY, APPROVALS, hello);
    const update = (message = goodbye) => poster.update(KEY, { channelId: "C0APPROVE", ts }, message);
    const failing = () =>
      bench.slack.faults.add({ kind: "refused", error: "update_failed", method: "chat.update" });
    const first = failing();
    await expect(update()).rejects.toThrow("update_failed");
    minutes = 9;
    await expect(update()).rejects.toThrow("update_failed");
    first.release();
    expect(await update()).toBe(true);
    failing();
    minutes = 10;
    await expect(update(hello)).rejects.toThrow("update_failed");
    minutes = 19.9;
    await expect(update(hello)).rejects.toThrow("update_failed");
    minutes = 20;
    expect(await update(hello)).toBe(false);
  });

  it("an update fails for any other reason, so that it is tried again", async () => {
    const ts = await poster.post(KEY, APPROVALS, hello);
    bench.slack.faults.add({ kind: "rate_limited", method: "chat.update" });
    await expect(poster.update(KEY, { channelId: "C0APPROVE", ts }, goodbye)).rejects.toThrow();
  });
});
