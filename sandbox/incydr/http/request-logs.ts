import type { IncomingHttpHeaders } from "node:http";
import type { UserState } from "../tenant/readable-tenant.ts";

/** The four writes of the API. */
export type WriteKind = "deactivate" | "activate" | "move" | "set_roles";

/** One request that arrived, the control's own left out. */
export interface RequestLogEntry {
  /** From 1, in order of arrival. */
  seq: number;
  /** Milliseconds since 1970, by the simulator's clock. */
  at: number;
  method: string;
  /** As sent, without the query. */
  path: string;
  /** As sent, without the question mark; empty when there was none. */
  query: string;
  /** The matching row of the endpoint table, such as `/v1/users/{userId}`; null when there is none. */
  route: string | null;
  /** The status sent; null as long as, or when at last, no whole answer was sent. */
  status: number | null;
  /** Its header `X-Request-Id`; null when it has none. */
  requestId: string | null;
  /** The kind of fault that was switched on for it. */
  fault: string | null;
}

/**
 * One write that arrived; the log has the writes in the order in which they were settled. It shows the true changes of
 * the tenant, independent of the reports of a client.
 */
export interface WriteLogEntry {
  /** From 1, in order of settling. */
  seq: number;
  /** When it was settled: milliseconds since 1970, by the simulator's clock. */
  at: number;
  method: string;
  path: string;
  /** From the path, decoded. */
  userId: string;
  kind: WriteKind;
  /** The parsed JSON body, the raw text when it is not JSON, null when there was none. */
  body: unknown;
  /** Whether the tenant accepted it; true also for a write that changed nothing. */
  applied: boolean;
  /** The status sent; null as long as, or when at last, no whole answer was sent. */
  status: number | null;
  /** Null when there is no such user. */
  before: UserState | null;
  after: UserState | null;
}

/** The two logs of a simulator. Entries are completed in place when their answer goes out. */
export interface RequestLogs {
  addRequest(entry: Omit<RequestLogEntry, "seq" | "at">): RequestLogEntry;
  addWrite(entry: Omit<WriteLogEntry, "seq" | "at">): WriteLogEntry;
  readonly requests: readonly RequestLogEntry[];
  readonly writes: readonly WriteLogEntry[];
  /** Empties both; the numbering continues. */
  clear(): void;
}

/** The header `X-Request-Id` of a request, for its log entry. */
export function requestIdIn({ "x-request-id": id }: IncomingHttpHeaders): string | null {
  return typeof id === "string" ? id : null;
}

/** Creates empty logs. */
export function createRequestLogs(options: { now: () => number }): RequestLogs {
  const requests: RequestLogEntry[] = [];
  const writes: WriteLogEntry[] = [];
  let requestSeq = 0;
  let writeSeq = 0;

  return {
    requests,
    writes,
    addRequest: (entry) => {
      requestSeq += 1;
      const added = { seq: requestSeq, at: options.now(), ...entry };
      requests.push(added);
      return added;
    },
    addWrite: (entry) => {
      writeSeq += 1;
      const added = { seq: writeSeq, at: options.now(), ...entry };
      writes.push(added);
      return added;
    },
    clear: () => {
      requests.length = 0;
      writes.length = 0;
    },
  };
}
