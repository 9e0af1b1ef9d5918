import { Counter, Gauge, Registry } from "prom-client";

/** The state of the calls that wait for Incydr. */
export interface QueueReading {
  /** Waiting calls by priority. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly longestWaitMs: number;
  /** The rest of the pause after a 429. */
  readonly pausedForMs: number;
  readonly sharing: "alone" | "together" | "cut_off";
  readonly requestsPerMinute: number;
  readonly replicas: number;
}

/** The service's metrics; none holds an id or a name. */
export interface Metrics {
  /** Counts a finished request to Incydr; `status` is `null` if there was no answer. */
  countRequest(request: {
    readonly method: string;
    readonly path: string;
    readonly status: number | null;
  }): void;
  countRetry(request: { readonly method: string; readonly path: string }): void;
  /** Counts a request whose turn has come. */
  countWait(wait: { readonly lane: string; readonly waitedMs: number }): void;
  countUnhandledRejection(): void;
  countJobFailure(failure: { readonly kind: string; readonly isOutage: boolean }): void;
  /** Counts a job that stopped, or was escalated if it never stops. */
  countJobGivenUp(kind: string): void;
  /** Shows the audit entries that wait for the audit channel; `ageMs` is the age of the oldest. */
  showAuditBacklog(backlog: { readonly count: number; readonly ageMs: number }): void;
  /** Calls `read` at each later request for the metrics. */
  watchQueue(read: () => QueueReading): void;
  /** Shows machine clock minus database clock. */
  showClockOffset(offsetMs: number): void;
  readonly contentType: string;
  /** All metrics in the text format of Prometheus. */
  text(): Promise<string>;
}

/** Creates metrics in a new registry. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });

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
  const auditEntries = gauge(
    "audit_backlog_entries",
    "Audit entries that were not yet posted to the audit channel.",
  );
  const auditAge = gauge(
    "audit_backlog_age_seconds",
    "Age of the oldest audit entry that was not yet posted to the audit channel.",
  );
  const clockOffset = gauge("clock_offset_seconds", "Machine clock minus database clock.");
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
    countWait({ lane, waitedMs }) {
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
