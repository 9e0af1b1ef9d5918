import { Counter, Gauge, Registry } from "prom-client";

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
  /** Counts a request that leaves the queue. */
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

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });

  const requests = counter(
    "incydr_requests_total",
    "Finished requests to Incydr.",
    "method",
    "path",
    "status",
  );
  const retries = counter("incydr_retries_total", "Retries of requests to Incydr.", "method", "path");
  const waits = counter("incydr_waits_total", "Requests to Incydr that left the queue.", "lane");
  const waited = counter(
    "incydr_waited_seconds_total",
    "Total time that these requests waited in the queue.",
    "lane",
  );
  const rejections = counter("unhandled_rejections_total", "Unhandled promise rejections.");
  const auditEntries = gauge(
    "audit_backlog_entries",
    "Audit entries that were not yet posted to the audit channel.",
  );
  const auditAge = gauge(
    "audit_backlog_age_seconds",
    "Age of the oldest audit entry that was not yet posted to the audit channel.",
  );
  const clockOffset = gauge("clock_offset_seconds", "Machine clock minus database clock.");
  const jobFailures = counter("job_failures_total", "Failed tries of jobs.", "kind", "outage");
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
    "Waiting time of the oldest call in the queue.",
    (queue) => queue.longestWaitMs / 1000,
  );
  gauge(
    "incydr_paused_seconds",
    "Rest of the pause after a 429 answer.",
    (queue) => queue.pausedForMs / 1000,
  );
  gauge(
    "incydr_requests_per_minute",
    "Current limit of requests to Incydr per minute.",
    (queue) => queue.requestsPerMinute,
  );
  gauge("incydr_replicas", "Replicas that share the limit, including this one.", (queue) => queue.replicas);
  new Gauge({
    name: "incydr_waiting_calls",
    help: "Calls in the queue.",
    labelNames: ["lane"],
    registers: [registry],
    collect() {
      for (const [lane, count] of Object.entries(read().waiting)) this.set({ lane }, count);
    },
  });
  new Gauge({
    name: "incydr_sharing",
    help: "1 for the current state: alone, together (shared over Redis), or cut_off (Redis can't be used).",
    labelNames: ["sharing"],
    registers: [registry],
    collect() {
      const { sharing } = read();
      for (const state of ["alone", "together", "cut_off"])
        this.set({ sharing: state }, state === sharing ? 1 : 0);
    },
  });
}
