import type { ModalView } from "@slack/types";
import { WebAPIPlatformError } from "@slack/web-api";
import type { PeopleDirectory } from "../../src/authorization/index.ts";
import type {
  ChangeRequest,
  FileForPerson,
  Job,
  Transaction,
  UnitOfWork,
} from "../../src/change-requests/index.ts";
import { createPoster, createTellDirectly } from "../../src/slack/index.ts";
import { answerMessage } from "../../src/slack/messages/answer-message.ts";
import type { PostedMessages } from "../../src/slack/posting/posted-messages.ts";
import { toCsv } from "../../src/slack/posting/to-csv.ts";
import { fileComment } from "../../src/slack/texts/bulk-texts.ts";
import type { Message } from "../../src/slack/texts/message.ts";
import { reportRows } from "../../src/slack/texts/report-rows.ts";
import type { SlackApi } from "../../src/slack/web-api/slack-api.ts";
import type { Entry, FileText } from "./entries.ts";
import { AT } from "./fixtures.ts";
import { steady } from "./refusal-message.ts";

/** The time for the whole catalogue. */
export const CLOCK = { now: () => AT.later, sleep: async () => {} };

type Call = Record<string, unknown>;

/** The error code with which Slack refuses a call; `null` if Slack accepts the call. */
export type Refuse = (method: string, call: Call) => string | null;

/** A Slack API that records every message and view in `sent`, and keeps posted messages in memory. */
export function recordingSlack(refuse: Refuse = () => null) {
  const sent: Exclude<Entry, null>[] = [];
  const posts = new Map<string, { channelId: string; threadTs: string | null; ts: string | null }>();
  const take = async (method: string, call: Call) => {
    const code = refuse(method, call);
    if (code !== null) throw slackError(code);
    if ("view" in call)
      sent.push(steady(call.view as ModalView)); // every caller gives a view
    else if ("text" in call) sent.push(steady({ text: call.text, blocks: call.blocks } as Message)); // every other call with a text is a message
    return { ok: true, ts: `1793000000.00${String(sent.length).padStart(4, "0")}`, view: { id: "V0FORM" } };
  };
  const method = (name: string) => (call: Call) => take(name, call);
  const client = {
    chat: {
      postMessage: method("chat.postMessage"),
      postEphemeral: method("chat.postEphemeral"),
      update: method("chat.update"),
      delete: method("chat.delete"),
    },
    conversations: { history: async () => ({ messages: [] }), replies: async () => ({ messages: [] }) },
    views: { open: method("views.open"), update: method("views.update") },
  };
  const api = { reading: client, posting: client } as unknown as SlackApi; // no other member is called
  const postedMessages: PostedMessages = {
    find: async (key) => {
      const post = posts.get(key);
      return post ? { ...post, contentHash: post.ts, begunAt: AT.asked } : null;
    },
    findAll: async (prefix) =>
      [...posts]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, post]) => ({ key, ...post, contentHash: null, begunAt: AT.asked })),
    begin: async (key, { channelId, threadTs }) => {
      posts.set(key, { channelId, threadTs, ts: null });
    },
    posted: async (key, ts) => {
      const post = posts.get(key);
      if (post) posts.set(key, { ...post, ts });
    },
    updateRefused: async () => 0,
    forget: async (key) => {
      posts.delete(key);
    },
    withKey: (_key, work) => work(),
  };
  const log = () => {};
  const poster = createPoster({ api, postedMessages });
  const tellDirectly = createTellDirectly({ poster, postedMessages, log });
  return { sent, api, postedMessages, poster, tellDirectly, log };
}

/** The error with which Slack refuses a call. */
export function slackError(code: string): WebAPIPlatformError {
  return new WebAPIPlatformError({ ok: false, error: code });
}

/** A unit of work about one request; it keeps the message of every `tell` job. */
export function recordingUnitOfWork(request: ChangeRequest, more: object = {}) {
  const told: Message[] = [];
  const jobs: Job[] = [];
  const enqueue = async (job: Job) => {
    jobs.push(job);
    if (job.kind === "tell") told.push(messageOf(job));
  };
  const nothing = async () => {};
  const tx = {
    jobs: { enqueue, isWaiting: async () => false, isDueSoon: async () => false },
    audit: { append: nothing },
    clicks: { claim: async () => true },
    cards: { reserveUpdate: nothing },
    requests: {
      get: async () => request,
      lock: async () => request,
      update: nothing,
      updateTarget: nothing,
      bulksAmong: async () => [],
      changesSince: async () => [],
    },
    reminders: { plan: nothing },
    freeze: { read: async () => null },
    grants: { ofRequest: async () => [], temporaryBetween: async () => [] },
    jobFailures: { givenUpOf: async () => [] },
    ...more,
  } as unknown as Transaction; // the functions of the catalogue use no other member
  const uow: UnitOfWork = { run: (work) => work(tx), read: (work) => work(tx) };
  return { uow, told, jobs };
}

/** A directory of people who are all in a group, unless they are among `outside`. */
export function peopleDirectory(outside: readonly string[] = []): PeopleDirectory {
  return {
    person: async (slackUserId: string) => ({
      slackUserId,
      displayName: slackUserId,
      email: `${slackUserId.toLowerCase()}@harborlight.example`,
      isGuest: false,
      isBot: slackUserId === "U0BOT",
      isDeactivated: slackUserId === "U0GONE",
      isOtherCompany: slackUserId === "U0PARTNER",
      groups: outside.includes(slackUserId) ? [] : ["insider-risk-analysts"],
      minutesInGroups: {},
    }),
    idsByEmail: async () => [],
  } as unknown as PeopleDirectory; // no other member is called
}

/** A file as the catalogue shows it: the lines of its text, without the byte order mark. */
export function fileText({ name, holds }: FileForPerson): FileText {
  const content = toCsv(reportRows(holds));
  return { file: name, comment: fileComment(holds), lines: content.replace(/^\uFEFF/, "").split("\r\n") };
}

/** The message that a `tell` job sends. */
export function messageOf(job: Extract<Job, { kind: "tell" }>): Message {
  if ("notice" in job) return steady(answerMessage(job.notice));
  const { text, blocks } = job.words;
  return steady({ text, blocks } as unknown as Message); // written by a version of this bot
}

/** Names entries by the order in which they were sent. */
export function inOrder(name: string, sent: readonly Entry[]): Readonly<Record<string, Entry>> {
  return Object.fromEntries(
    sent.map((entry, index) => [sent.length === 1 ? name : `${name}, ${index + 1} of ${sent.length}`, entry]),
  );
}
