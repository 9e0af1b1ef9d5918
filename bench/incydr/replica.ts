import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Lane, LimiterReading, SharingStatus } from "../../src/incydr/index.ts";
import type { CallReport, Subject } from "./workload.ts";

/** The settings of a replica's client. */
export interface ReplicaSettings {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly requestsPerMinute: number;
  readonly burst?: number;
  readonly reserve?: number;
  readonly redisUrl?: string;
  readonly share?: number;
  readonly timeoutMs?: number;
  /** For how long its event loop is busy four times a second, in milliseconds. */
  readonly busyMs?: number;
}

/** A command to a replica. */
export type ReplicaCommand =
  | { readonly kind: "fill"; readonly lane: Lane; readonly count: number; readonly userId: string }
  | {
      readonly kind: "calls";
      readonly calls: readonly { readonly n: number; readonly subject: Subject }[];
      readonly deadlineMs: number;
    }
  | { readonly kind: "read" }
  | { readonly kind: "close" };

/** A message from a replica. */
export type ReplicaMessage =
  | { readonly kind: "up" }
  | { readonly kind: "start"; readonly lane: Lane; readonly atMs: number }
  | { readonly kind: "response"; readonly status: number | null }
  | { readonly kind: "sharing"; readonly event: SharingStatus & { readonly reason: string | null } }
  | { readonly kind: "report"; readonly report: CallReport }
  | { readonly kind: "reading"; readonly reading: LimiterReading }
  | { readonly kind: "done"; readonly command: ReplicaCommand["kind"] };

/** A process with its own client. */
export interface Replica extends AsyncDisposable {
  readonly pid: number;
  /** The start time of each request, by the clock that all processes share, and its priority. */
  readonly starts: { readonly lane: Lane; readonly atMs: number }[];
  /** The received HTTP statuses. */
  readonly statuses: (number | null)[];
  readonly sharing: (SharingStatus & { readonly reason: string | null })[];
  readonly reports: CallReport[];
  /** Calls `onMessage` with each message. */
  watch(onMessage: (message: ReplicaMessage) => void): void;
  /** Resolves with the first later message that passes. */
  until<M extends ReplicaMessage>(passes: (message: ReplicaMessage) => message is M): Promise<M>;
  /** Resolves when its limiter is in this state. */
  untilSharing(sharing: SharingStatus["sharing"]): Promise<void>;
  /** Makes calls about one user, all at once; resolves when they have ended. */
  fill(lane: Lane, count: number, userId: string): Promise<void>;
  makeCalls(calls: readonly { n: number; subject: Subject }[], deadlineMs: number): Promise<void>;
  read(): Promise<LimiterReading>;
  /** Ends it with a signal that it can't catch. */
  kill9(): Promise<void>;
}

/** Starts a replica. Disposal closes its client and ends it. */
export async function startReplica(settings: ReplicaSettings): Promise<Replica> {
  const child = fork(join(import.meta.dirname, "replica-program.ts"), [JSON.stringify(settings)]);
  const ended = once(child, "exit");
  const listeners = new Set<(message: ReplicaMessage) => void>();
  const starts: { lane: Lane; atMs: number }[] = [];
  const statuses: (number | null)[] = [];
  const sharing: Replica["sharing"] = [];
  const reports: CallReport[] = [];
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });

  child.on("message", (message: ReplicaMessage) => {
    if (message.kind === "start") starts.push(message);
    if (message.kind === "response") statuses.push(message.status);
    if (message.kind === "sharing") sharing.push(message.event);
    if (message.kind === "report") reports.push(message.report);
    for (const listener of listeners) listener(message);
  });

  const until: Replica["until"] = (passes) =>
    new Promise((resolve, reject) => {
      const listen = (message: ReplicaMessage) => {
        if (!passes(message)) return;
        listeners.delete(listen);
        resolve(message);
      };
      listeners.add(listen);
      void ended.then(() => reject(new Error("the replica has ended")));
    });
  const run = async (command: ReplicaCommand): Promise<void> => {
    const done = until(
      (message): message is Extract<ReplicaMessage, { kind: "done" }> =>
        message.kind === "done" && message.command === command.kind,
    );
    child.send(command);
    await done;
  };

  await until((message): message is Extract<ReplicaMessage, { kind: "up" }> => message.kind === "up");
  return {
    pid: child.pid ?? 0,
    starts,
    statuses,
    sharing,
    reports,
    watch: (onMessage) => void listeners.add(onMessage),
    until,
    untilSharing: async (wanted) => {
      if (sharing.at(-1)?.sharing === wanted) return;
      await until(
        (message): message is Extract<ReplicaMessage, { kind: "sharing" }> =>
          message.kind === "sharing" && message.event.sharing === wanted,
      );
    },
    fill: (lane, count, userId) => run({ kind: "fill", lane, count, userId }),
    makeCalls: (calls, deadlineMs) => run({ kind: "calls", calls, deadlineMs }),
    read: async () => {
      const reading = until(
        (message): message is Extract<ReplicaMessage, { kind: "reading" }> => message.kind === "reading",
      );
      child.send({ kind: "read" } satisfies ReplicaCommand);
      return (await reading).reading;
    },
    kill9: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    [Symbol.asyncDispose]: async () => {
      if (hasEnded) return;
      child.send({ kind: "close" } satisfies ReplicaCommand);
      await ended;
    },
  };
}
