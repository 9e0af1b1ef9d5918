import { describe, expect, it } from "vitest";
import { reasonFault, ticketFault } from "../../../src/change-requests/model/text-faults.ts";
import { isChannelNamed } from "../../../src/config/channel-rules.ts";
import { linearPattern } from "../../../src/config/whole-text-pattern.ts";
import { answerError } from "../../../src/incydr/http/answer-error.ts";
import { retryAfterMs } from "../../../src/incydr/http/retry-policy.ts";
import { hasKnownShape, readServerErrorDetail } from "../../../src/incydr/http/server-error-detail.ts";
import { createRedactor } from "../../../src/incydr/model/redactor.ts";
import { shortened } from "../../../src/kernel/shortened.ts";
import { storableJson } from "../../../src/kernel/storable-text.ts";
import { saysSomething } from "../../../src/kernel/visible-text.ts";
import { createLogLineRedactor } from "../../../src/observability/logger.ts";
import { parseCommand } from "../../../src/slack/listeners/commands/parse-command.ts";
import { namesInMessage } from "../../../src/slack/listeners/shortcuts/act-on-user.ts";
import { toCsv } from "../../../src/slack/posting/to-csv.ts";
import { givenBack, message } from "../../../src/slack/texts/message.ts";
import { escapeMrkdwn, plain, unescapeMrkdwn } from "../../../src/slack/texts/rich-text.ts";
import { readTypedText, withNames } from "../../../src/slack/texts/typed-text.ts";
import { readTypedUser } from "../../../src/subjects/typed-user.ts";

const MOST_CPU_MS = 50;
const TRIES = 5;
const LENGTH = 65_536;

const SECRETS = ["xoxb-0123456789-abcdefghij", "s3cr3t+t0ken/==", String.raw`\\\\`, "a".repeat(40)];
const redactor = createRedactor(SECRETS);
const redactLine = createLogLineRedactor(SECRETS);
const ticketPattern = linearPattern("(?:[a-z]+-?)+[0-9]+");

const answer = (body: string) =>
  ({ kind: "answer", status: 400, header: () => body.slice(0, 8_192), body }) as const;
const problem = (description: string) => JSON.stringify({ problem: "BAD_REQUEST", description });
const readError = (body: string) =>
  answerError(
    answer(body),
    { purpose: "x", method: "GET", path: "/" },
    { nowMs: 0, redact: redactor.redact },
  );

/** Each function of src that reads text of people or of other systems, except those that read a file. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  "a command": (text) => parseCommand(readTypedText(text)),
  "the user of a command": (text) => parseCommand(`roles ${text}`),
  "the organization of a command": (text) => parseCommand(`move a@x.example ${text}`),
  "a question of a command": (text) => parseCommand(`can ${text}`),
  "a typed text of Slack": readTypedText,
  "mentions in a typed text": (text) => withNames(readTypedText(text)),
  "a typed user": readTypedUser,
  "a pasted user that is as long as one may be": (text) => {
    for (let from = 0; from < text.length; from += 1_000) readTypedUser(text.slice(from, from + 1_000));
  },
  "names in a message": (text) =>
    namesInMessage({ text, attachments: [{ text, fields: [{ value: text }] }] }),
  "a reason": (text) => [reasonFault(text), saysSomething(text)],
  "a ticket": (text) => [ticketFault(text, ticketPattern), ticketPattern.test(text.slice(0, 100))],
  "the body of an error": readError,
  "the body of an error in JSON": (text) => readError(problem(text)),
  "the body of an error in HTML": (text) => readError(`<html>${text}`),
  "words of a server": (text) => [readServerErrorDetail(text, (same) => same), hasKnownShape(text)],
  "a header that says when to try again": (text) => retryAfterMs(answer(text), 0),
  "secrets in an answer": (text) => redactor.redact(text),
  "a log line": (text) => redactLine(JSON.stringify({ msg: text, error: { message: text } })),
  "a log line that is no JSON": redactLine,
  "the name of a channel": (text) =>
    isChannelNamed([{ kind: "name", pattern: "a*a*a*a*a*a*a*b" }], { id: "C0", name: text }),
  "text for notifications": (text) => message(escapeMrkdwn(text), []),
  "text of Slack": unescapeMrkdwn,
  "rich text": (text) => [plain(text), givenBack({ text })],
  "a text that is cut": (text) => [shortened(text, 80), shortened(text, 3_000)],
  "JSON for the database": (text) => storableJson({ text }),
  "cells of CSV": (text) => toCsv([[text, text.slice(0, 80)]]),
};

const filled = (unit: string, length = LENGTH) =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

const UNITS = [
  ...["\\", "<", ">", '"', " ", "@", "a@", "a@a@", "a.", "mailto:", "<mailto:", "<@", "<@U0|", "0", "(", "'"],
  ...["&", "&amp;", "&#", "&#0", "%", "%25", "%2", "\\u", "\\u0061", "<script", "<style>"],
  ...["\u200B", "\u202E", "😀", "👨‍👩‍👧‍👦", "e\u0301", "\u0301", "\0", "\uD83D", "\u3164"],
  ...["-", "—", "“", "bearer ", "xoxb-", "\n", "\r\n", "\t ", "|", ","],
];

/** The worst texts of each kind. */
const TEXTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(UNITS.map((unit) => [`64 KB of ${JSON.stringify(unit)}`, filled(unit)])),
  "40,000 letters": filled("abcdefghijklmnopqrstuvwxyz", 40_000),
  "40,000 letters and an @": `${filled("a", 40_000)}@`,
  "40,000 letters of one kind": filled("a", 40_000),
  base64: Buffer.from(filled("\u0001\u00fe~", 30_000)).toString("base64").slice(0, 40_000),
  "64 KB behind a bearer": `bearer${filled(" ", LENGTH - 6)}`,
  "64 KB of tags that never end": `<html>${filled("<a ", LENGTH - 6)}`,
  "64 KB of a JSON string that never ends": `{"problem":"${filled("\\", LENGTH - 12)}`,
};

/** The least CPU time of this thread in several tries, because the machine may be busy. */
function leastCpuMs(work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < TRIES && least >= MOST_CPU_MS; attempt += 1) {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}

describe.each(Object.entries(READERS))("%s: 64 KB take less than 50 ms of CPU", (_what, read) => {
  it.each(Object.entries(TEXTS))("of %s", (_text, text) => {
    expect(leastCpuMs(() => read(text))).toBeLessThan(MOST_CPU_MS);
  });
});
