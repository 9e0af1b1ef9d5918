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

/**
 * A few audit entries, in their order, for the audit channel. Those whose numbers are among `withheld` say only that
 * they exist.
 */
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

/** The placeholder of an entry whose message Slack refuses; it has nothing of the entry's content. */
export function placeholderMessage({ seq, hash }: AuditEntry, refusal: string): Message {
  const line = bullet(
    bold(`#${seq} `),
    plain(`could not be posted: Slack refuses its content (${refusal}). The entry is in the audit log. · `),
    code(hash.slice(0, 12)),
  );
  return message(`Audit entry ${seq} could not be posted`, [
    richText(lines([plain(`Audit entry ${seq}`)]), [line]),
  ]);
}

/** Characters of an entry's details; eight entries have to fit into what Slack takes for one message's blocks. */
const LONGEST_DETAILS = 500;
/** Of these, characters of the quotations below the entry together. */
const LONGEST_QUOTATIONS = 300;
/** Characters of a text that stands in its entry's line. */
const LONGEST_IN_LINE = 120;

function withheldLine({ seq, hash }: AuditEntry) {
  const why = "withheld: a member may be its subject. Look in the restricted channel or the audit log.";
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
    isLong(value) ? `${key}: below` : `${key}: ${describeValue(value)}`,
  );
  const room = LONGEST_DETAILS - (longTexts(details).length > 0 ? LONGEST_QUOTATIONS : 0);
  if (told.length > 0) parts.push(plain(` · ${shortened(told.join(" · "), room)}`));
  parts.push(plain(" · "), code(hash.slice(0, 12)));
  return bullet(...parts);
}

function actorName(actor: AuditEntry["actor"]): Inline {
  if (actor === "bot") return plain("the bot");
  // Somebody at the command line is nobody whom Slack could name.
  return actor.slackUserId.startsWith("cli:") ? plain(actor.slackUserId) : person(actor.slackUserId);
}

/** Texts of several lines, or long ones, as quotations below the entry's line. */
function quotations({ details }: AuditEntry): Line[] {
  const long = longTexts(details);
  const longest = Math.floor(LONGEST_QUOTATIONS / Math.max(1, long.length));
  return long.flatMap(([key, text]): Line[] => [[bold(key)], quote(text, { longest })]);
}

function longTexts(details: AuditEntry["details"]): [string, string][] {
  return shownDetails(details).flatMap(([key, value]): [string, string][] =>
    isLong(value) ? [[key, value]] : [],
  );
}

/** Details that people read in a channel; the whole entry stands in the log. */
function shownDetails(details: AuditEntry["details"]): [string, Json][] {
  return Object.entries(details).filter(
    ([key, value]) => !HIDDEN.has(key) && value !== null && value !== "" && !isEmpty(value),
  );
}

/** Usernames are left out as well: some of them may read the channel. */
const HIDDEN: ReadonlySet<string> = new Set(["snapshotHash", "usernames", "asked", "message"]);

function isEmpty(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isLong(value: Json): value is string {
  return typeof value === "string" && (value.length > LONGEST_IN_LINE || /[\n\r\u2028\u2029]/.test(value));
}

function describeValue(value: Json): string {
  if (Array.isArray(value)) return value.map(describeValue).join(", ");
  if (typeof value === "string") return asValue(value);
  return typeof value === "object" ? asValue(JSON.stringify(value)) : String(value);
}

/** A word as it is, and any other text in quotes, so that it can't be taken for another detail. */
function asValue(text: string): string {
  return /^[\p{L}\p{M}\p{N}_.@:+#<>-]+$/u.test(text) ? text : inQuotes(text);
}
