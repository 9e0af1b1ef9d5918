import type { Config } from "../config/index.ts";
import { createIncydrClient, createReader } from "../incydr/index.ts";
import { type Clock, systemClock } from "../kernel/clock.ts";
import { correlationId } from "../kernel/correlation.ts";
import {
  createHealth,
  createMetrics,
  type Health,
  type Logger,
  type Metrics,
} from "../observability/index.ts";
import { isDatabaseOutage } from "../persistence/index.ts";
import { createIncydrCheck, reportDatabaseFailure, reportSlackFailure } from "./dependency-checks.ts";
import { isOutage } from "./is-outage.ts";
import { createIncydrHooks } from "./observers.ts";
import { startHttpServer, startOpsServer } from "./probe-server.ts";
import { SlackTokenRefusedError, SlackUnreachableError } from "./read-bot-identity.ts";
import { type Phase, readinessOf } from "./readiness.ts";
import { repeatChecks } from "./repeat-checks.ts";
import { startService } from "./start-service.ts";

/** Pauses between two starts: doubled from the first to the longest, in milliseconds. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** The service as a process sees it, from the moment its two listeners answer. */
export interface RunningApp extends AsyncDisposable {
  /** The port that Slack reaches in HTTP mode; it answers `/healthz` in both modes. */
  readonly port: number;
  /** The port of `/healthz`, `/readyz` and `/metrics`. */
  readonly opsPort: number;
  /** Resolves when Slack is listened to and jobs are worked on; rejects with the reason if that can't be reached. */
  readonly started: Promise<void>;
  /** Resolves with the reason if the service can't go on, at its start or later; the process should end then. */
  readonly failed: Promise<Error>;
}

/**
 * Opens the two listeners, and starts the service behind them. An outage of the database or of Slack delays the start
 * and is reported by `/readyz`. Disposal closes everything in reverse order, also in the middle of a start.
 * @param clock in tests, the time for the whole service; by default the time of the database
 * @throws EADDRINUSE and the like if a listener can't be opened
 */
export async function createApp(
  config: Config,
  logger: Logger,
  clock?: Clock,
  metrics: Metrics = createMetrics(),
): Promise<RunningApp> {
  await using opened = new AsyncDisposableStack();
  const stopping = new AbortController();
  const failure = Promise.withResolvers<Error>();
  let phase: Phase = "starting";

  const { mode } = config.slack;
  let wasReady = false;
  const logReadiness = () => {
    const { ready } = readiness("all");
    if (ready !== wasReady) logger.info({ ...ports, mode }, ready ? "ready" : "not ready");
    wasReady = ready;
  };
  const health = createHealth({ logger, now: () => systemClock.now(), onChange: logReadiness });
  const readiness = (scope: "all" | "traffic") => readinessOf({ health, phase, mode, scope });
  const ops = opened.use(await startOpsServer({ ...config.ops, readiness, metrics }));
  const http = opened.use(await startHttpServer({ ...config.http, mode }));
  const ports = { port: http.port, opsPort: ops.port };
  logger.info({ ...ports, mode }, "listening");

  const incydr = opened.use(
    createIncydrClient({
      url: config.incydr.url,
      clientId: config.incydr.clientId,
      clientSecret: config.secrets.incydrClientSecret,
      requestsPerMinute: config.incydr.requestsPerMinute,
      redisUrl: config.secrets.redisUrl,
      share: config.incydr.share,
      requestId: correlationId,
      hooks: createIncydrHooks({ logger, metrics, onTokenRefused: () => checks.hurry(incydrCheck) }),
    }),
  );
  metrics.watchQueue(incydr.limiter.read);
  const reader = createReader(incydr);
  const incydrCheck = createIncydrCheck({ incydr: reader, health });
  const checks = opened.use(
    repeatChecks({
      checks: [incydrCheck],
      onError: (error) => logger.error({ error }, "A check of a dependency failed."),
    }),
  );

  const service = retryStart({
    start: () =>
      startService({
        ...{ config, logger, clock, metrics, health },
        incydr: { client: incydr, reader },
        serveSlack: http.serveSlack,
        onFatal: failure.resolve,
      }),
    isOutage: (error) => reportOutage({ health, logger }, error, mode),
    sleep: systemClock.sleep,
    signal: stopping.signal,
  });
  opened.defer(async () => {
    phase = "stopping";
    stopping.abort();
    await service.then(
      (running) => running[Symbol.asyncDispose](),
      () => undefined,
    );
  });
  const started = service.then(() => {
    if (phase === "starting") phase = "running";
    logReadiness();
  });
  started.catch((error: unknown) => {
    if (!stopping.signal.aborted) failure.resolve(error instanceof Error ? error : new Error(String(error)));
  });

  const running = opened.move();
  return {
    ...ports,
    started,
    failed: failure.promise,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Reports an outage that a start met; `false` if the error is no outage, so that a further start would fail as well. */
function reportOutage(
  { health, logger }: { health: Health; logger: Logger },
  error: unknown,
  mode: "socket" | "http",
): boolean {
  if (error instanceof SlackTokenRefusedError || !isOutage(error)) return false;
  if (error instanceof SlackUnreachableError) reportSlackFailure(health, error, mode);
  else if (isDatabaseOutage(error)) reportDatabaseFailure(health, error);
  else logger.warn({ error }, "The start met an outage, and is tried again.");
  return true;
}

/**
 * Starts the service, and starts it again after each outage until it runs.
 * @param options.start opens everything or, if it throws, leaves nothing open
 * @param options.isOutage whether a start that failed with this error can succeed later
 * @throws the first error that is no outage, or the signal's reason once it is aborted
 */
export async function retryStart<T extends AsyncDisposable>(options: {
  start: () => Promise<T>;
  isOutage: (error: unknown) => boolean;
  sleep: Clock["sleep"];
  signal: AbortSignal;
}): Promise<T> {
  const { start, isOutage, sleep, signal } = options;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    try {
      const service = await start();
      if (!signal.aborted) return service;
      await service[Symbol.asyncDispose]();
    } catch (error) {
      if (!isOutage(error)) throw error;
    }
    signal.throwIfAborted();
    await sleep(pauseMs, signal);
  }
}
