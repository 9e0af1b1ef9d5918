import { expect, it } from "vitest";
import { createRequestDisplay } from "../../../../src/slack/posting/request-messages.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { someGrant, someRequest, someView } from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";

/** Messages over a store of posted messages that notes which keys are held, and when something is posted or updated. */
async function setUp() {
  const steps: string[] = [];
  const memory = createMemoryPostedMessages();
  const postedMessages = {
    ...memory,
    async withKey<T>(key: string, work: () => Promise<T>): Promise<T> {
      steps.push(`hold ${key}`);
      const done = await work();
      steps.push(`release ${key}`);
      return done;
    },
  };
  const messages = createRequestDisplay({
    api: {} as SlackApi, // nothing of it is called
    poster: {
      find: async () => null,
      post: async (key) => {
        steps.push(`post ${key}`);
        return "17.5";
      },
      update: async (key) => {
        steps.push(`update ${key}`);
        return true;
      },
    },
    postedMessages,
    tellDirectly: async () => {},
    log: () => {},
  });
  return { messages, postedMessages, steps };
}

it("holds the key of a card from before it is found until it is written, so that no two replicas write it at once", async () => {
  const { messages, steps } = await setUp();
  const put = await messages.withCard(7, (card) => {
    steps.push(`stands in ${card.channelId}`);
    return card.put(someView(someRequest({ id: 7 })), { channelId: "C0APPROVE", threadTs: null });
  });
  expect(put).toBe("posted");
  expect(steps).toEqual(["hold card:7", "stands in null", "post card:7", "release card:7"]);
});

it("holds the key of a warning while it is updated, and calls nothing where no warning stands", async () => {
  const { messages, postedMessages, steps } = await setUp();
  const grants = [someGrant({ requestId: 7, warnedAt: new Date(0) })];
  const view = someView(someRequest({ id: 7, state: "done" }), { grants });
  await messages.withWarning(7, (warning) => warning.update(view));
  expect(steps).toEqual([]);
  const key = "announce:7:grants_end_soon";
  await postedMessages.begin(key, { channelId: "C0APPROVE", threadTs: "17.5" });
  await postedMessages.posted(key, "17.6", null);
  await messages.withWarning(7, (warning) => warning.update(view));
  expect(steps).toEqual([`hold ${key}`, `update ${key}`, `release ${key}`]);
});
