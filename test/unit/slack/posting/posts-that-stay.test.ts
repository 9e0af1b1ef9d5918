import { WebAPIPlatformError } from "@slack/web-api";
import { expect, it } from "vitest";
import { announcementKey, createHidePosts } from "../../../../src/slack/posting/hide-posts.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";

it("a message of the thread that Slack lets nobody hide is remembered, while those that are hidden are forgotten", async () => {
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
