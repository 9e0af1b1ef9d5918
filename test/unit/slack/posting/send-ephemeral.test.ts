import type { KnownBlock } from "@slack/types";
import { afterEach, beforeEach, expect, it } from "vitest";
import { commandButton } from "../../../../src/slack/messages/command-buttons.ts";
import { createSendEphemeral, type SendEphemeral } from "../../../../src/slack/posting/send-ephemeral.ts";
import { shortMessage } from "../../../../src/slack/texts/message.ts";
import { plain } from "../../../../src/slack/texts/rich-text.ts";
import { type SlackBench, startSlackBench } from "../slack-bench.ts";

const PLACE = { channelId: "C0APPROVE", threadTs: null };
const said = shortMessage("That was not done", [plain("Your approval does not count.")]);

let bench: SlackBench;
let logged: string[];
let sendEphemeral: SendEphemeral;
beforeEach(async () => {
  bench = await startSlackBench();
  logged = [];
  sendEphemeral = createSendEphemeral({ api: bench.api, log: (what) => void logged.push(what) });
});
afterEach(() => bench[Symbol.asyncDispose]());

const read = (channel: string) =>
  bench.slack
    .as("maya")
    .sees(channel)
    .map(({ plain: text }) => text);
const directly = () => bench.slack.as("maya").sees("dm-maya");

it("an answer is shown where the person acted, to them alone", async () => {
  await sendEphemeral("U0MAYA", PLACE, said);
  expect(read("insider-risk-approvals")).toEqual(["Your approval does not count."]);
  expect(bench.slack.as("theo").sees("insider-risk-approvals")).toEqual([]);
  expect(bench.calls()).toEqual(["chat.postEphemeral"]);
});

it.each([
  ["left the channel", () => bench.slack.admin.removeFromChannel("insider-risk-approvals", "maya")],
  ["was archived", () => bench.slack.admin.archive("insider-risk-approvals")],
  ["lost the bot", () => bench.slack.admin.removeFromChannel("insider-risk-approvals", "bot")],
  [
    "was restricted",
    () => bench.slack.admin.restrictPosting("insider-risk-approvals", "restricted_action_read_only_channel"),
  ],
])("an answer is sent by direct message if the person or the channel %s", async (_what, change) => {
  await change();
  await sendEphemeral("U0MAYA", PLACE, said);
  expect(directly().map(({ plain: text }) => text)).toEqual(["Your approval does not count."]);
});

it("an answer is sent by direct message if Slack doesn't have the thread", async () => {
  await sendEphemeral("U0MAYA", { ...PLACE, threadTs: "1.000001" }, said);
  expect(directly()).toHaveLength(1);
});

it.each(["internal_error", "ratelimited", "missing_scope", "message_limit_exceeded"])(
  "an answer is tried again later while Slack answers %s",
  async (error) => {
    bench.slack.faults.add({ kind: "refused", error, method: "chat.postEphemeral" });
    await expect(sendEphemeral("U0MAYA", PLACE, said)).rejects.toThrow(error);
    expect(bench.calls()).toEqual(["chat.postEphemeral"]);
  },
);

const refusal = { kind: "refused", error: "invalid_blocks", method: "chat.postEphemeral" } as const;

it.each([
  ["with its buttons", "a block", 1, "Your approval does not count.", ["Next"]],
  [
    "without its buttons",
    "the buttons too",
    2,
    "Your approval does not count.\nSome buttons or menus of this answer could not be shown.",
    [],
  ],
])("an answer is shown as plain text %s if Slack refuses %s", async (_how, _what, times, text, buttons) => {
  bench.slack.faults.add({ ...refusal, times });
  const next: KnownBlock = { type: "actions", elements: [commandButton("Next", "devices nadia --page 2")] };
  await sendEphemeral("U0MAYA", PLACE, { ...said, blocks: [...said.blocks, next] });
  const shown = bench.slack.as("maya").sees("insider-risk-approvals");
  expect(shown.map(({ plain: read }) => read.replace("\n[Next]", ""))).toEqual([text]);
  expect(shown.flatMap((message) => message.buttons)).toEqual(buttons);
  expect(logged).toHaveLength(times);
});

it("an answer is shortened to its summary if Slack refuses its plain text too", async () => {
  bench.slack.faults.add({ ...refusal, times: 2 });
  await sendEphemeral("U0MAYA", PLACE, said);
  expect(read("insider-risk-approvals")).toEqual([
    "That was not done. The rest of this answer could not be shown.",
  ]);
  expect(logged).toHaveLength(2);
});

it("an answer to a person who can't be reached at all is logged", async () => {
  bench.slack.faults.add({ kind: "refused", error: "user_not_in_channel", method: "chat.postEphemeral" });
  bench.slack.faults.add({ kind: "refused", error: "user_disabled", method: "chat.postMessage" });
  await sendEphemeral("U0MAYA", PLACE, said);
  expect(logged).toEqual(["A person could not be told the answer to what they did."]);
});

it("an answer is tried again later while Slack can't take the direct message either", async () => {
  bench.slack.faults.add({ kind: "refused", error: "user_not_in_channel", method: "chat.postEphemeral" });
  bench.slack.faults.add({ kind: "refused", error: "internal_error", method: "chat.postMessage" });
  await expect(sendEphemeral("U0MAYA", PLACE, said)).rejects.toThrow("internal_error");
  expect(logged).toEqual([]);
});
