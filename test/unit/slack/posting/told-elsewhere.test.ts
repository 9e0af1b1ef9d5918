import { WebAPIPlatformError } from "@slack/web-api";
import { expect, it } from "vitest";
import type { ChannelFacts } from "../../../../src/change-requests/index.ts";
import { createCardPlaces, createFindCard } from "../../../../src/slack/posting/card-address.ts";
import { createFileDelivery } from "../../../../src/slack/posting/file-delivery.ts";
import { createInviteDisplay } from "../../../../src/slack/posting/invite-display.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";
import { readable } from "../block-texts.ts";

const refused = (error: string) => Promise.reject(new WebAPIPlatformError({ ok: false, error }));

/** What Theo and Lena are told of a request, whose card stands in this channel. */
async function invited(facts: Partial<ChannelFacts> | null) {
  const told = new Map<string, string>();
  const display = createInviteDisplay({
    findCard: async () => ({ channelId: "C0APPROVE", url: null }),
    channels: { facts: async () => facts as ChannelFacts | null }, // no more is asked
    tellDirectly: async (_key, person, { blocks }) => void told.set(person, readable(blocks)),
  });
  await display.inviteDirectly(someRequest(), ["U0THEO", "U0LENA"]);
  return told;
}

it.each([true, false])(
  "an invited approver who isn't in the card's channel is told directly, and a member isn't; private: %s",
  async (isPrivate) => {
    const told = await invited({ isPrivate, memberIds: ["U0THEO"] });
    expect([...told.keys()]).toEqual(["U0LENA"]);
    expect(told.get("U0LENA")?.includes("add you")).toBe(isPrivate);
  },
);

it("everybody is told directly of a card whose channel can't be seen, which may be private", async () => {
  const told = await invited(null);
  expect([...told.keys()]).toEqual(["U0THEO", "U0LENA"]);
  expect(told.get("U0THEO")).toContain("add you");
});

it("a card that was begun and isn't known to be posted stands nowhere yet", async () => {
  const postedMessages = createMemoryPostedMessages();
  const api = {
    reading: { chat: { getPermalink: async () => ({ permalink: "https://x.example/1" }) } },
  } as unknown as SlackApi; // nothing else is called
  const findCard = createFindCard({ api, postedMessages });
  const { channelOf } = createCardPlaces(postedMessages);
  await postedMessages.begin("card:7", { channelId: "C0APPROVE", threadTs: null });
  expect([await findCard(7), await channelOf(7)]).toEqual([null, null]);
  await postedMessages.posted("card:7", "17.5", null);
  expect(await findCard(7)).toEqual({ channelId: "C0APPROVE", url: "https://x.example/1" });
  expect(await channelOf(7)).toBe("C0APPROVE");
});

it.each([
  ["message_not_found", { channelId: "C0APPROVE", url: null }],
  [null, "fails"],
])(
  "a card whose address Slack refuses (%s) has none, and an outage isn't taken for that",
  async (code, expected) => {
    const postedMessages = createMemoryPostedMessages();
    await postedMessages.begin("card:7", { channelId: "C0APPROVE", threadTs: null });
    await postedMessages.posted("card:7", "17.5", null);
    const getPermalink = () => (code === null ? Promise.reject(new Error("read ECONNRESET")) : refused(code));
    const api = { reading: { chat: { getPermalink } } } as unknown as SlackApi; // nothing else is called
    const found = createFindCard({ api, postedMessages })(7).catch(() => "fails");
    expect(await found).toEqual(expected);
  },
);

it.each([
  ["has it", async () => ({ ok: true }), "delivered"],
  ["can't say whether it has it", () => refused("internal_error"), "fails"],
])("a file that may have been sent isn't sent again if Slack %s", async (_what, info, expected) => {
  const postedMessages = createMemoryPostedMessages();
  await postedMessages.begin("file:7", { channelId: "D0MAYA", threadTs: null });
  await postedMessages.posted("file:7", "F1", null);
  let isOpened = false;
  const open = async () => {
    isOpened = true;
    return refused("user_not_found");
  };
  const { deliver } = createFileDelivery({
    api: { reading: { files: { info }, conversations: { open } } } as unknown as SlackApi, // nothing else is called
    postedMessages,
  });
  const file = { name: "users.csv", holds: { kind: "users", request: someRequest() } } as const;
  expect(await deliver("file:7", "U0MAYA", file).catch(() => "fails")).toBe(expected);
  expect(isOpened).toBe(false);
});

it("a file for a person to whom the bot can't write is sent nowhere, and is remembered as not begun", async () => {
  const postedMessages = createMemoryPostedMessages();
  const open = () => refused("messages_tab_disabled");
  const { deliver } = createFileDelivery({
    api: { reading: { conversations: { open } } } as unknown as SlackApi, // nothing else is called
    postedMessages,
  });
  const file = { name: "users.csv", holds: { kind: "users", request: someRequest() } } as const;
  expect(await deliver("file:7", "U0MAYA", file)).toBe("unreachable");
  expect(await postedMessages.find("file:7")).toBeNull();
});
