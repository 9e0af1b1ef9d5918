import type { AuditEntry } from "../audit/index.ts";
import type { Json } from "../kernel/canonical-json.ts";
import type { SubjectIdentity } from "./subject-identity.ts";

/** Whom an audit entry concerns. */
export interface Concerned {
  /** Each target of the requests that it names, its own subject, and those whom it names otherwise. */
  readonly subjects: readonly SubjectIdentity[];
  /** It has text that a person typed, and no subject: the text may be about anybody. */
  readonly isUndetermined: boolean;
}

/** Finds whom audit entries concern, in their order. */
export type SubjectsOfEntries = (entries: readonly AuditEntry[]) => Promise<readonly Concerned[]>;

/** Details that name other requests, by number or as `CR-n`. */
const NAMING_REQUESTS = ["undoes", "extends", "othersOpen"] as const;
/** Details that a person typed. */
const TYPED = ["reason", "role", "org", "ticket"] as const;

export function createSubjectsOfEntries(options: {
  /** The targets of these requests, by the request's number, as they were stored with it. */
  identitiesOf: (requestIds: readonly number[]) => Promise<ReadonlyMap<number, readonly SubjectIdentity[]>>;
}): SubjectsOfEntries {
  return async (entries) => {
    const named = entries.map(requestsIn);
    const requestIds = [...new Set(named.flat())];
    const stored = requestIds.length > 0 ? await options.identitiesOf(requestIds) : new Map();
    return entries.map((entry, index): Concerned => {
      const targets = (named[index] ?? []).flatMap((id) => stored.get(id) ?? []);
      const subjects = [...targets, ...usernamesIn(entry).map(byUsername), ...mentionedIn(entry)];
      return { subjects, isUndetermined: subjects.length === 0 && TYPED.some((key) => isText(entry, key)) };
    });
  };
}

function requestsIn({ requestId, details }: AuditEntry): number[] {
  const named = [requestId, ...NAMING_REQUESTS.map((key) => details[key])].flat();
  return [...new Set(named.flatMap(requestNumber))];
}

function requestNumber(named: Json | undefined): number[] {
  const number = typeof named === "string" ? Number(/^CR-(\d{1,9})$/.exec(named)?.[1]) : named;
  return typeof number === "number" && Number.isSafeInteger(number) && number > 0 ? [number] : [];
}

function usernamesIn({ subject, details: { usernames, asked } }: AuditEntry): string[] {
  const listed = Array.isArray(usernames) ? usernames : [];
  // An attempt that failed has no subject, but whoever was typed may be one.
  const typed = typeof asked === "string" && /^[^\s@<>|]+@[^\s@<>|]+$/.test(asked) ? [asked] : [];
  const named = [subject, ...listed, ...typed].filter((name) => typeof name === "string");
  return [...new Set(named.map((name) => name.toLowerCase()))];
}

/** Whoever was typed as a mention, `<@U…|name>`. */
function mentionedIn({ details: { asked } }: AuditEntry): SubjectIdentity[] {
  const slackUserId = typeof asked === "string" ? /^<@([A-Z0-9]+)/.exec(asked)?.[1] : undefined;
  return slackUserId ? [{ userId: null, username: "", slackUserIds: [slackUserId] }] : [];
}

function byUsername(username: string): SubjectIdentity {
  return { userId: null, username, slackUserIds: [] };
}

function isText({ details }: AuditEntry, key: string): boolean {
  const value = details[key];
  return typeof value === "string" && value !== "";
}
