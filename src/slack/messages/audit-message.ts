import type { AuditEntry } from "../../audit/index.ts";
import type { Json } from "../../kernel/canonical-json.ts";
import { type Message, message } from "./message.ts";
import { bold, bullet, code, type Inline, lines, moment, person, plain, richText } from "./rich-text.ts";
import { shortened } from "./shortened.ts";

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
      entries.map((entry) => (isWithheld(entry) ? withheldLine(entry) : entryLine(entry))),
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

function withheldLine({ seq, hash }: AuditEntry) {
  const why = "withheld: a member may be its subject. Look in the restricted channel or the audit log.";
  return bullet(bold(`#${seq} `), plain(`${why} · `), code(hash.slice(0, 12)));
}

function entryLine(entry: AuditEntry) {
  const { seq, kind, at, actor, requestId, subject, details, hash } = entry;
  const parts: Inline[] = [bold(`#${seq} ${kind}`)];
  if (requestId) parts.push(plain(` ${requestId}`));
  parts.push(plain(" · "), actorName(actor));
  if (subject) parts.push(plain(` · ${subject}`));
  parts.push(plain(" · "), moment(at));
  const told = Object.entries(details).flatMap(([key, value]) => describeDetail(key, value));
  if (told.length > 0) parts.push(plain(` · ${shortened(told.join(" · "), LONGEST_DETAILS)}`));
  parts.push(plain(" · "), code(hash.slice(0, 12)));
  return bullet(...parts);
}

function actorName(actor: AuditEntry["actor"]): Inline {
  if (actor === "bot") return plain("the bot");
  // Somebody at the command line is nobody whom Slack could name.
  return actor.slackUserId.startsWith("cli:") ? plain(actor.slackUserId) : person(actor.slackUserId);
}

/** Details that people read in a channel; the whole entry stands in the log. */
function describeDetail(key: string, value: Json): string[] {
  if (
    key === "snapshotHash" ||
    // Many subjects, some of whom may read the channel.
    key === "usernames" ||
    key === "asked" ||
    key === "message" ||
    value === null ||
    value === "" ||
    (Array.isArray(value) && value.length === 0)
  )
    return [];
  const text = Array.isArray(value)
    ? value.join(", ")
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
  return [`${key}: ${text}`];
}
