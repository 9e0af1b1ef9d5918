import type { AuditEntry } from "../../audit/index.ts";
import type { Json } from "../../kernel/canonical-json.ts";
import { inQuotes, quotedUsername } from "../../kernel/quoted-name.ts";
import { type Message, message } from "../texts/message.ts";
import {
  bold,
  bullet,
  code,
  type Inline,
  type Line,
  lines,
  moment,
  person,
  plain,
  quote,
  richText,
  shortened,
} from "../texts/rich-text.ts";

/** Audit entries for the audit channel, in order. An entry in `withheld` shows only its number and hash. */
export function auditMessage(
  entries: readonly AuditEntry[],
  { withheld = new Set() }: { withheld?: ReadonlySet<number> } = {},
): Message {
  const first = entries[0]?.seq;
  const last = entries.at(-1)?.seq;
  const range = first === last ? `Audit entry ${first}` : `Audit entries ${first}–${last}`;
  const isWithheld = ({ seq }: AuditEntry) => withheld.has(seq);
  const subjects = new Set(
    entries.map((entry) => (isWithheld(entry) ? "withheld" : (entry.requestId ?? entry.kind))),
  );
  return message(`${range}: ${[...subjects].join(", ")}`, [
    richText(
      lines([plain(range)]),
      ...entries.flatMap((entry) =>
        isWithheld(entry) ? [[withheldLine(entry)]] : [[entryLine(entry)], lines(...quotations(entry))],
      ),
    ),
  ]);
}

/** Replaces an entry whose message Slack refuses; it shows nothing of the entry's content. */
export function placeholderMessage({ seq, hash }: AuditEntry, refusal: string): Message {
  const line = bullet(
    bold(`#${seq} `),
    plain(`could not be posted: Slack refuses its content (${refusal}). See the audit log. · `),
    code(hash.slice(0, 12)),
  );
  return message(`Audit entry ${seq} could not be posted`, [
    richText(lines([plain(`Audit entry ${seq}`)]), [line]),
  ]);
}

/** Characters of an entry's details: eight entries must fit into the blocks of one message. */
const LONGEST_DETAILS = 500;
/** The part of `LONGEST_DETAILS` for all quotations below the entry. */
const LONGEST_QUOTATIONS = 300;
/** Characters of a text in the line of its entry; a longer one is quoted below. */
const LONGEST_IN_LINE = 120;

function withheldLine({ seq, hash }: AuditEntry) {
  const why =
    "withheld: a member of this channel may be its subject. See the restricted channel or the audit log.";
  return bullet(bold(`#${seq} `), plain(`${why} · `), code(hash.slice(0, 12)));
}

function entryLine(entry: AuditEntry) {
  const { seq, kind, at, actor, requestId, subject, details, hash } = entry;
  const parts: Inline[] = [bold(`#${seq} ${kind}`)];
  if (requestId) parts.push(plain(` ${requestId}`));
  parts.push(plain(" · "), actorName(actor));
  if (subject) parts.push(plain(` · ${quotedUsername(subject)}`));
  parts.push(plain(" · "), moment(at));
  const told = shownDetails(details).map(([key, value]) =>
    isLong(value) ? `${labelOf(key)}: below` : `${labelOf(key)}: ${describeValue(value, key)}`,
  );
  const room = LONGEST_DETAILS - (longTexts(details).length > 0 ? LONGEST_QUOTATIONS : 0);
  if (told.length > 0) parts.push(plain(` · ${shortened(told.join(" · "), room)}`));
  parts.push(plain(" · "), code(hash.slice(0, 12)));
  return bullet(...parts);
}

function actorName(actor: AuditEntry["actor"]): Inline {
  if (actor === "bot") return plain("the bot");
  // Users of the command line have no Slack account.
  return actor.slackUserId.startsWith("cli:") ? plain(actor.slackUserId) : person(actor.slackUserId);
}

/** Texts of several lines, or long ones, as quotations below the entry's line. */
function quotations({ details }: AuditEntry): Line[] {
  const long = longTexts(details);
  const longest = Math.floor(LONGEST_QUOTATIONS / Math.max(1, long.length));
  return long.flatMap(([key, text]): Line[] => [[bold(labelOf(key))], quote(text, { longest })]);
}

function longTexts(details: AuditEntry["details"]): [string, string][] {
  return shownDetails(details).flatMap(([key, value]): [string, string][] =>
    isLong(value) ? [[key, value]] : [],
  );
}

/** The details shown in the channel; the audit log has all. */
function shownDetails(details: AuditEntry["details"]): [string, Json][] {
  return Object.entries(details).filter(
    ([key, value]) => !HIDDEN.has(key) && value !== null && value !== "" && !isEmpty(value),
  );
}

/** Usernames are hidden because their owners may read the channel. */
const HIDDEN: ReadonlySet<string> = new Set(["snapshotHash", "usernames", "asked", "message"]);

/** The name of a detail in words: “approvals needed”. */
function labelOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function isEmpty(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isLong(value: Json): value is string {
  return typeof value === "string" && (value.length > LONGEST_IN_LINE || /[\n\r\u2028\u2029]/.test(value));
}

/** Details whose values are names that the bot itself uses. */
const NAMED = ["action", "change", "event", "fault"];

function describeValue(value: Json, key = ""): string {
  if (Array.isArray(value)) return value.map((each) => describeValue(each)).join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "object" && value !== null)
    return asValue(
      Object.entries(value)
        .map(([name, part]) => `${labelOf(name)} ${describeValue(part)}`)
        .join(", "),
    );
  const text = String(value);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text))
    return `${text.slice(0, 16).replace("T", " ")} UTC`;
  return NAMED.includes(key) && /^[a-z_]+$/.test(text) ? text.replaceAll("_", " ") : asValue(text);
}

/** A text of several words is put in quotes, so that it can't look like another detail. */
function asValue(text: string): string {
  return /^[\p{L}\p{M}\p{N}_.@:+#<>-]+$/u.test(text) ? text : inQuotes(text);
}
