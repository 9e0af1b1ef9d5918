import { afterEach, beforeEach, expect, it } from "vitest";
import type { FreezeDisplay } from "../../../../src/change-requests/index.ts";
import { createFreezeDisplay } from "../../../../src/slack/posting/freeze-display.ts";
import { createPoster } from "../../../../src/slack/posting/post-once.ts";
import { someChannelRules } from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";
import { type SlackBench, startSlackBench } from "../slack-bench.ts";

const FROZEN = { by: "U0JONAS", at: "2026-11-01T09:00:00.000Z", ended: null };
const OVER = { ...FROZEN, ended: { by: "U0THEO", at: "2026-11-01T10:00:00.000Z" } };

let bench: SlackBench;
let display: FreezeDisplay;
beforeEach(async () => {
  bench = await startSlackBench();
  const postedMessages = createMemoryPostedMessages();
  const place = { channelId: "C0APPROVE", threadTs: null };
  display = createFreezeDisplay({
    poster: createPoster({ api: bench.api, postedMessages }),
    postedMessages,
    findPlace: async () => ({ place, moved: null }),
    rules: someChannelRules(),
    readOnly: false,
  });
});
afterEach(() => bench[Symbol.asyncDispose]());

const said = () =>
  bench.slack
    .as("theo")
    .sees("insider-risk-approvals")
    .map(({ plain }) => plain);

it("a freeze is announced in one message, which says later that changes are unfrozen", async () => {
  await display.showFreeze(FROZEN, async () => "this");
  await display.showFreeze(FROZEN, async () => "this");
  expect(said()).toEqual([expect.stringContaining("All changes are frozen by @Jonas Weber since")]);
  await display.showFreeze(OVER, async () => "none");
  expect(said()).toEqual([expect.stringContaining("Changes are unfrozen. Unfrozen by @Theo Okafor on")]);
});

it("a freeze that is over when its notice comes late is not announced", async () => {
  await display.showFreeze(OVER, async () => "none");
  await display.showFreeze(FROZEN, async () => "none");
  expect(said()).toEqual([expect.stringContaining("Changes are unfrozen.")]);
});

it("the end of a freeze that was never announced is not announced while another freeze is in force", async () => {
  const next = { ...FROZEN, at: "2026-11-01T11:00:00.000Z" };
  await display.showFreeze(next, async () => "this");
  await display.showFreeze(OVER, async () => "another");
  expect(said()).toEqual([expect.stringContaining("All changes are frozen by @Jonas Weber since")]);
});

it("the announcement of a freeze says that this freeze is over, also while another is in force", async () => {
  await display.showFreeze(FROZEN, async () => "this");
  await display.showFreeze(OVER, async () => "another");
  expect(said()).toEqual([expect.stringMatching(/^This freeze is over\. Ended by @Theo Okafor on/)]);
});

it("each stop by the configuration is announced in its own message, and its end only after a stop", async () => {
  await display.showReadOnly(async () => false);
  expect(said()).toEqual([]);
  for (const isReadOnly of [true, true, false, false, true])
    await display.showReadOnly(async () => isReadOnly);
  expect(said()).toEqual([
    "The bot's configuration no longer stops changes (READ_ONLY).",
    expect.stringContaining("All changes are frozen by the bot's configuration (READ_ONLY)."),
  ]);
});

it("the end of a stop by the configuration is announced anew if Slack lets nobody edit the old message", async () => {
  await display.showReadOnly(async () => true);
  bench.slack.faults.add({ method: "chat.update", kind: "refused", error: "edit_window_closed" });
  for (let times = 0; times < 2; times++) await display.showReadOnly(async () => false);
  expect(said()).toEqual([
    expect.stringContaining("All changes are frozen by the bot's configuration (READ_ONLY)."),
    "The bot's configuration no longer stops changes (READ_ONLY).",
  ]);
});
