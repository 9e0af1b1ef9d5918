import type { AuditEntry } from "../../audit/index.ts";
import type { Json } from "../../kernel/canonical-json.ts";
import type { SubjectIdentity } from "../model/change-request.ts";

export interface Concerned {
  /** The subjects of an entry: its own subject, the users that it names, and the targets of requests that it names. */
  readonly subjects: readonly SubjectIdentity[];
  /** Whether a person typed a text of the entry, and no stored subject is known. The text may be about any user. */
  readonly isUndetermined: boolean;
}

/** Finds the subjects of audit entries, in their order. */
export type SubjectsOfEntries = (entries: readonly AuditEntry[]) => Promise<readonly Concerned[]>;

/** Details that name other requests, by number or as `CR-n`. */
const NAMING_REQUESTS = ["undoes", "extends", "othersOpen", "by"] as const;
/** Details that a person typed. */
const TYPED = ["reason", "role", "org", "ticket"] as const;

export function createSubjectsOfEntries(options: {
  /** The stored targets of requests, by the request's number. */
  identitiesOf: (requestIds: readonly number[]) => Promise<ReadonlyMap<number, readonly SubjectIdentity[]>>;
}): SubjectsOfEntries {
  return async (entries) => {
    const named = entries.map(requestsIn);
    const requestIds = [...new Set(named.flat())];
    const stored = requestIds.length > 0 ? await options.identitiesOf(requestIds) : new Map();
    return entries.map((entry, index): Concerned => {
      const targets = (named[index] ?? []).flatMap((id) => stored.get(id) ?? []);
      const known = [...targets, ...usernamesIn(entry).map(byUsername)];
      const isUndetermined = known.length === 0 && TYPED.some((key) => isText(entry, key));
      return { subjects: [...known, ...askedIn(entry)], isUndetermined };
    });
  };
}

function requestsIn({ requestId, details }: AuditEntry): number[] {
  const named = [requestId, ...NAMING_REQUESTS.map((key) => details[key])].flat();
  return [...new Set(named.flatMap(requestNumber))];
}

function requestNumber(named: Json | undefined): number[] {
  const number = typeof named === "string" ? Number(/^CR-(\d{1,9})$/.exec(named)?.[1]) : named;
  return typeof number === "number" && Number.isSafeInteger(number) ? [number] : [];
}

function usernamesIn({ subject, details: { usernames } }: AuditEntry): string[] {
  const listed = Array.isArray(usernames) ? usernames : [];
  const named = [subject, ...listed].filter((name) => typeof name === "string");
  return [...new Set(named.map((name) => name.toLowerCase()))];
}

/** The user whom a failed attempt names, by address or by a mention, `<@U…|name>`. */
function askedIn({ details: { asked } }: AuditEntry): SubjectIdentity[] {
  if (typeof asked !== "string") return [];
  const slackUserId = /^<@([A-Z0-9]+)/.exec(asked)?.[1];
  if (slackUserId) return [{ userId: null, username: "", slackUserIds: [slackUserId] }];
  return /^[^\s@<>|]+@[^\s@<>|]+$/.test(asked) ? [byUsername(asked.toLowerCase())] : [];
}

function byUsername(username: string): SubjectIdentity {
  return { userId: null, username, slackUserIds: [] };
}

function isText({ details }: AuditEntry, key: string): boolean {
  const value = details[key];
  return typeof value === "string" && value !== "";
}
