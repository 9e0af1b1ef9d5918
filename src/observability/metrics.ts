import { Counter, Gauge, Registry } from "prom-client";

/** What can be read at any moment of the calls that wait for Incydr. */
export interface QueueReading {
  /** Waiting calls by priority. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly longestWaitMs: number;
  /** How long a 429 still holds all calls back, in milliseconds. */
  readonly pausedForMs: number;
  readonly sharing: "alone" | "together" | "cut_off";
  readonly requestsPerMinute: number;
  readonly replicas: number;
}

/** The service's metrics; none holds an id or a name. */
export interface Metrics {
  /** Counts a request to Incydr that ended: with its status, or null if there was no answer. */
  countRequest(request: {
    readonly method: string;
    readonly path: string;
    readonly status: number | null;
  }): void;
  /** Counts a request that is sent again. */
  countRetry(request: { readonly method: string; readonly path: string }): void;
  /** Counts a request that got its turn, and how long it waited for it, in milliseconds. */
  countWait(wait: { readonly lane: string; readonly waitedMs: number }): void;
  /** Counts a promise that was rejected without anything handling it. */
  countUnhandledRejection(): void;
  /** Counts a job that failed: in an outage, or by a fault. */
  countJobFailure(failure: { readonly kind: string; readonly isOutage: boolean }): void;
  /** Counts work that was given up, or escalated if it is never given up. */
  countJobGivenUp(kind: string): void;
  /** Shows the audit entries that wait for the audit channel, and the age of the oldest, in milliseconds. */
  showAuditBacklog(backlog: { readonly count: number; readonly ageMs: number }): void;
  /** From now on reads the queue whenever the metrics are asked for. */
  watchQueue(read: () => QueueReading): void;
  /** Shows machine clock minus database clock, given in milliseconds. */
  showClockOffset(offsetMs: number): void;
  readonly contentType: string;
  /** Everything in the text format of Prometheus. */
  text(): Promise<string>;
}

/** Metrics in a registry of their own, with nothing counted yet. */
export function createMetrics(): Metrics {
  const registers = [new Registry()] as const;
  const [registry] = registers;
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers: [...registers] });
  const requests = counter(
    "incydr_requests_total",
    "Requests to Incydr that ended.",
    "method",
    "path",
    "status",
  );
  const retries = counter("incydr_retries_total", "Requests to Incydr sent again.", "method", "path");
  const waits = counter("incydr_waits_total", "Requests to Incydr that got their turn.", "lane");
  const waited = counter("incydr_waited_seconds_total", "How long they waited for it.", "lane");

  const rejections = counter("unhandled_rejections_total", "Rejected promises that nothing handled.");
  const auditEntries = new Gauge({
    name: "audit_backlog_entries",
    help: "Audit entries that were not yet posted to the audit channel.",
    registers: [registry],
  });
  const auditAge = new Gauge({
    name: "audit_backlog_age_seconds",
    help: "Age of the oldest audit entry that was not yet posted to the audit channel.",
    registers: [registry],
  });
  const clockOffset = new Gauge({
    name: "clock_offset_seconds",
    help: "Machine clock minus database clock.",
    registers: [registry],
  });

  const jobFailures = counter(
    "job_failures_total",
    "Jobs that failed, and were tried again.",
    "kind",
    "outage",
  );
  const jobsGivenUp = counter("jobs_given_up_total", "Jobs that failed too often.", "kind");

  return {
    countUnhandledRejection: () => rejections.inc(),
    countJobFailure: ({ kind, isOutage }) => jobFailures.inc({ kind, outage: String(isOutage) }),
    countJobGivenUp: (kind) => jobsGivenUp.inc({ kind }),
    showAuditBacklog({ count, ageMs }) {
      auditEntries.set(count);
      auditAge.set(ageMs / 1000);
    },
    countRequest: ({ method, path, status }) =>
      requests.inc({ method, path, status: String(status ?? "none") }),
    countRetry: ({ method, path }) => retries.inc({ method, path }),
    countWait: ({ lane, waitedMs }) => {
      waits.inc({ lane });
      waited.inc({ lane }, Math.max(waitedMs, 0) / 1000);
    },
    watchQueue: (read) => watchQueue(registry, read),
    showClockOffset: (offsetMs) => clockOffset.set(offsetMs / 1000),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function watchQueue(registry: Registry, read: () => QueueReading): void {
  const gauge = (name: string, help: string, measure: (reading: QueueReading) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(measure(read()));
      },
    });
  gauge(
    "incydr_longest_wait_seconds",
    "How long the longest waiting call has waited.",
    (queue) => queue.longestWaitMs / 1000,
  );
  gauge(
    "incydr_paused_seconds",
    "How long a 429 still holds all calls back.",
    (queue) => queue.pausedForMs / 1000,
  );
  gauge("incydr_requests_per_minute", "The limit that is kept now.", (queue) => queue.requestsPerMinute);
  gauge("incydr_replicas", "How many replicas keep it, this one included.", (queue) => queue.replicas);
  new Gauge({
    name: "incydr_waiting_calls",
    help: "Calls that wait for their turn.",
    labelNames: ["lane"],
    registers: [registry],
    collect() {
      for (const [lane, count] of Object.entries(read().waiting)) this.set({ lane }, count);
    },
  });
  new Gauge({
    name: "incydr_sharing",
    help: "1 for how the limit is kept: alone, together over Redis, or cut off from it.",
    labelNames: ["sharing"],
    registers: [registry],
    collect() {
      const { sharing } = read();
      for (const state of ["alone", "together", "cut_off"])
        this.set({ sharing: state }, state === sharing ? 1 : 0);
    },
  });
}
