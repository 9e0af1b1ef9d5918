import { expect, it } from "vitest";
import { createJobHandlers, type JobParts } from "../../../../src/app/job-handlers.ts";
import { type Job, runJob } from "../../../../src/change-requests/index.ts";
import {
  createRequestDisplay,
  type RequestMessagesOptions,
} from "../../../../src/slack/posting/request-messages.ts";

/** Does a job as the queue stores it; resolves to what Slack is asked to show to one person. */
async function toldBy(stored: object): Promise<unknown[]> {
  const shown: unknown[] = [];
  const postEphemeral = async (message: unknown) => void shown.push(message);
  const options = { api: { posting: { chat: { postEphemeral } } }, log: () => {} };
  const { sendEphemeral } = createRequestDisplay(options as unknown as RequestMessagesOptions); // nothing else of it is used
  const job = JSON.parse(JSON.stringify(stored)) as Job;
  await runJob(job, createJobHandlers({ sendEphemeral } as JobParts)); // the only part that is called
  return shown;
}

const to = { kind: "tell", slackUserId: "U0THEO", place: { channelId: "C0APPROVE", threadTs: "17.5" } };
const section = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});
const APPROVAL =
  "Your approval of CR-14 doesn't count: the subject has changed since. Roles gained: Watchlist Manager.";
const shown = {
  channel: "C0APPROVE",
  user: "U0THEO",
  thread_ts: "17.5",
  text: "For you",
  blocks: [section(APPROVAL)],
};

it("delivers a job that an earlier version stored with the blocks of its message", async () => {
  const words = { text: "For you", blocks: [section(APPROVAL)] };
  expect(await toldBy({ ...to, words })).toEqual([shown]);
});

it("delivers the same message for a job that carries a notice", async () => {
  const notice = { kind: "approval_void", requestId: 14, drift: "Roles gained: Watchlist Manager." };
  expect(await toldBy({ ...to, notice })).toEqual([shown]);
});
