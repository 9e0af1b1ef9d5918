import type { IncomingHttpHeaders } from "node:http";
import type { UserState } from "../tenant/readable-tenant.ts";

/** The four writes of the API. */
export type WriteKind = "deactivate" | "activate" | "move" | "set_roles";

/** One received request, without those to the control. */
export interface RequestLogEntry {
  /** From 1, in order of arrival. */
  seq: number;
  /** Milliseconds since 1970, by the simulator's clock. */
  at: number;
  /** When its answer went out or its connection ended, by the same clock; null before that. */
  answeredAt: number | null;
  method: string;
  /** As sent, without the query. */
  path: string;
  /** As sent, without the question mark; empty without a query. */
  query: string;
  /** The matching row of the endpoint table, such as `/v1/users/{userId}`; `null` without a match. */
  route: string | null;
  /** The status sent; null as long as, or when at last, no whole answer was sent. */
  status: number | null;
  /** The header `X-Request-Id`; `null` if it is absent. */
  requestId: string | null;
  /** The kind of the fault that affected it. */
  fault: string | null;
}

/**
 * One received write. The log has the writes in the order of their effects. It shows the real changes of the tenant,
 * independent of the reports of a client.
 */
export interface WriteLogEntry {
  /** From 1, in the order of the effects. */
  seq: number;
  /** The time of its effect: milliseconds since 1970, by the simulator's clock. */
  at: number;
  method: string;
  path: string;
  /** From the path, decoded. */
  userId: string;
  kind: WriteKind;
  /** The JSON value of the body; the raw text if it is not JSON; `null` without a body. */
  body: unknown;
  /** Whether the tenant accepted it; also `true` for a write that changed nothing. */
  applied: boolean;
  /** The status sent; null as long as, or when at last, no whole answer was sent. */
  status: number | null;
  /** `null` if the user does not exist. */
  before: UserState | null;
  after: UserState | null;
}

/** The two logs of a simulator. Entries are completed in place when their answer goes out. */
export interface RequestLogs {
  addRequest(entry: Omit<RequestLogEntry, "seq" | "at" | "answeredAt">): RequestLogEntry;
  /** Notes that the request's exchange is over. */
  endRequest(entry: RequestLogEntry): void;
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
      const added = { seq: requestSeq, at: options.now(), answeredAt: null, ...entry };
      requests.push(added);
      return added;
    },
    endRequest: (entry) => {
      entry.answeredAt = options.now();
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
