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

/** The pause between two starts doubles from the first to the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** The service, whose two listeners answer. */
export interface RunningApp extends AsyncDisposable {
  /** The port of Slack's requests in HTTP mode, and of `/healthz` in both modes. */
  readonly port: number;
  /** The port of `/healthz`, `/readyz` and `/metrics`. */
  readonly opsPort: number;
  /** Resolves when the service receives from Slack and works on jobs; rejects if a start fails permanently. */
  readonly started: Promise<void>;
  /** Resolves with the reason if the service fails permanently, and the process should end. */
  readonly failed: Promise<Error>;
}

/**
 * Opens the two listeners, and starts the service behind them. An outage of the database or of Slack delays the start,
 * and `/readyz` reports it. Disposal closes everything in reverse order, also during a start.
 * @param clock the time for the whole service, in tests; default: the database's time
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
      ...config.incydr,
      clientSecret: config.secrets.incydrClientSecret,
      redisUrl: config.secrets.redisUrl,
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

/** Reports an outage during a start; returns `false` for any other error, after which a further start would fail too. */
function reportOutage(
  { health, logger }: { health: Health; logger: Logger },
  error: unknown,
  mode: "socket" | "http",
): boolean {
  if (error instanceof SlackTokenRefusedError || !isOutage(error)) return false;
  if (error instanceof SlackUnreachableError) reportSlackFailure(health, error, mode);
  else if (isDatabaseOutage(error)) reportDatabaseFailure(health, error);
  else logger.warn({ error }, "The start failed because of an outage. The bot tries again.");
  return true;
}

/**
 * Starts the service, and again after each outage until it runs.
 * @param options.start closes everything before it throws
 * @throws the first error that is no outage, or the signal's reason after an abort
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
