import { WebAPIPlatformError, WebAPIRateLimitedError } from "@slack/web-api";
import { expect, it } from "vitest";
import type { ChannelDirectory } from "../../../../src/change-requests/index.ts";
import {
  createCardLink,
  createCardPlaces,
  createFindCard,
} from "../../../../src/slack/posting/card-address.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";

/** The address of CR-7's card, whose post has begun; `getPermalink` answers as Slack. */
async function cardOf7(getPermalink: () => Promise<unknown>) {
  const postedMessages = createMemoryPostedMessages();
  await postedMessages.begin("card:7", { channelId: "C0APPROVE", threadTs: null });
  const api = { reading: { chat: { getPermalink } } } as unknown as SlackApi; // nothing else is called
  const findCard = createFindCard({ api, postedMessages });
  const { channelOf } = createCardPlaces(postedMessages);
  return {
    post: () => postedMessages.posted("card:7", "17.5", null),
    find: () => findCard(7),
    channel: () => channelOf(7),
  };
}

it("a card whose post has begun has no address until the post is known to be done", async () => {
  const { post, find, channel } = await cardOf7(async () => ({ permalink: "https://x.example/1" }));
  expect([await find(), await channel()]).toEqual([null, null]);
  await post();
  expect(await find()).toEqual({ channelId: "C0APPROVE", url: "https://x.example/1" });
  expect(await channel()).toBe("C0APPROVE");
});

it("a card whose link Slack refuses has no link, and an outage is not taken for a refusal", async () => {
  const refused = await cardOf7(() =>
    Promise.reject(new WebAPIPlatformError({ ok: false, error: "message_not_found" })),
  );
  await refused.post();
  expect(await refused.find()).toEqual({ channelId: "C0APPROVE", url: null });
  const away = await cardOf7(() => Promise.reject(new Error("read ECONNRESET")));
  await away.post();
  await expect(away.find()).rejects.toThrow("read ECONNRESET");
});

it("only members of a card's channel get its link, and nobody does while Slack is out of service", async () => {
  const url = "https://x.example/1";
  const linkFor = (slackUserId: string, facts: () => Promise<unknown>, findCard = async () => found) =>
    createCardLink({ findCard, channels: { facts } as unknown as ChannelDirectory })(7, slackUserId); // only facts is called
  const found = { channelId: "C0APPROVE", url };
  const ofTheo = async () => ({ memberIds: ["U0THEO"] });
  const rateLimited = () => Promise.reject(new WebAPIRateLimitedError(30));
  expect(await linkFor("U0THEO", ofTheo)).toBe(url);
  expect(await linkFor("U0SAM", ofTheo)).toBeNull();
  expect(await linkFor("U0THEO", rateLimited)).toBeNull();
  expect(await linkFor("U0THEO", ofTheo, rateLimited)).toBeNull();
  const broken = () => Promise.reject(new Error("The database is away."));
  await expect(linkFor("U0THEO", ofTheo, broken)).rejects.toThrow("The database is away.");
});
