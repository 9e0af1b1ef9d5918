import { expect, it } from "vitest";
import {
  createRequestDisplay,
  type RequestDisplayOptions,
} from "../../../../src/slack/posting/request-messages.ts";
import { someRequest, someView } from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";

it("earlier cards can be taken away also while Slack can't say where the card stands, which is neither posted nor hidden", async () => {
  const missing = new Error("missing_scope");
  const messages = createRequestDisplay({
    poster: { find: () => Promise.reject(missing) },
    postedMessages: createMemoryPostedMessages(),
    api: {},
  } as unknown as RequestDisplayOptions); // nothing else of it is called
  await messages.withCard(7, async (card) => {
    expect(card.channelId).toBeNull();
    await card.takeAwayEarlier();
    const place = { channelId: "C0APPROVE", threadTs: null };
    await expect(card.put(someView(someRequest({ id: 7 })), place)).rejects.toBe(missing);
    await expect(card.takeAway()).rejects.toBe(missing);
  });
  expect.assertions(3);
});
