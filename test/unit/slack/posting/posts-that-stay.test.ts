import { WebAPIPlatformError } from "@slack/web-api";
import { expect, it } from "vitest";
import { announcementKey, createHidePosts } from "../../../../src/slack/posting/hide-posts.ts";
import {
  createRequestDisplay,
  type RequestDisplayOptions,
} from "../../../../src/slack/posting/request-messages.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";

it("a reply that Slack lets nobody hide is remembered, and hidden ones are forgotten", async () => {
  const postedMessages = createMemoryPostedMessages();
  for (const [topic, ts] of [
    ["expired", "2.0"],
    ["denied", "3.0"],
  ] as const) {
    const key = announcementKey(7, topic);
    await postedMessages.begin(key, { channelId: "C0INC4711", threadTs: "1.0" });
    await postedMessages.posted(key, ts, null);
  }
  const refuse = (error: string) => {
    throw new WebAPIPlatformError({ ok: false, error });
  };
  const chat = {
    update: async ({ ts }: { ts: string }) => (ts === "2.0" ? refuse("edit_window_closed") : { ok: true }),
    delete: async () => refuse("cant_delete_message"),
  };
  const hide = createHidePosts({ api: { posting: { chat } } as unknown as SlackApi, postedMessages }); // nothing else is called
  await hide.withoutMove(7, { channelId: "C0INC4711", threadTs: null, ts: "1.0" });
  expect((await postedMessages.findAll(announcementKey(7, ""))).map(({ key }) => key)).toEqual([
    "announce:7:expired",
  ]);
});

it.each([
  ["is deleted", true],
  ["can't be deleted", false],
])("taking a card away reports truly that it %s", async (_what, isDeleted) => {
  const postedMessages = createMemoryPostedMessages();
  await postedMessages.begin("card:7", { channelId: "C0INC4711", threadTs: null });
  await postedMessages.posted("card:7", "1.0", null);
  const refuse = (error: string) => Promise.reject(new WebAPIPlatformError({ ok: false, error }));
  const chat = {
    update: () => refuse("edit_window_closed"),
    delete: () => (isDeleted ? Promise.resolve({ ok: true }) : refuse("cant_delete_message")),
  };
  const { withCard } = createRequestDisplay({
    api: { posting: { chat } },
    poster: { find: async () => ({ channelId: "C0INC4711", threadTs: null, ts: "1.0" }) },
    postedMessages,
  } as unknown as RequestDisplayOptions); // nothing else of it is called
  expect(await withCard(7, (card) => card.takeAway())).toBe(isDeleted);
  expect(await postedMessages.find("card:7")).toEqual(isDeleted ? null : expect.anything());
});
