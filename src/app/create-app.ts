import { createAuditPublisher } from "../audit/index.ts";
import {
  createAskPeople,
  createFindPlace,
  createNoteStart,
  createPruning,
  createReminders,
  createRequestShowing,
} from "../change-requests/index.ts";
import type { Config } from "../config/index.ts";
import { createIncydrClient } from "../incydr/index.ts";
import { createJobBoss, startJobWorkers } from "../jobs/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { createHealth, createMetrics, type Logger, type Metrics } from "../observability/index.ts";
import {
  checkDatabase,
  createPostLedger,
  createPublicationQueue,
  createTryWithLock,
  createUnitOfWork,
  createWithLock,
  migrate,
  openDatabase,
} from "../persistence/index.ts";
import {
  createAskDisplay,
  createAuditSink,
  createBulkForms,
  createChannelDirectory,
  createDigestDisplay,
  createFileDelivery,
  createFindCard,
  createHandedInFiles,
  createPeopleDirectory,
  createPoster,
  createRequestDisplay,
  createSlackApi,
  createSlackApp,
  createTellDirectly,
  SLACK_PATH,
} from "../slack/index.ts";
import { createBoltLogger } from "./bolt-logger.ts";
import { channelRulesOf } from "./channel-rules.ts";
import { createDomain } from "./create-domain.ts";
import { createEarlierPolicies } from "./earlier-policies.ts";
import { followPolicies, openPolicies } from "./follow-policies.ts";
import { createHealthHandler, startHealthServer } from "./health.ts";
import { createIncydrHooks } from "./incydr-hooks.ts";
import { openClock } from "./open-clock.ts";
import { openGroupDirectory } from "./open-group-directory.ts";
import { readBotIdentity } from "./read-bot-identity.ts";
import { resumeUnfinished } from "./resume-unfinished.ts";

/** The service while it runs. */
export interface RunningApp extends AsyncDisposable {
  /** Where it answers over HTTP: the health check, and Slack's requests in HTTP mode. */
  readonly port: number;
  /** Resolves when the service can't go on and has to be started again as a new process. */
  readonly failed: Promise<Error>;
}

/** How long jobs in hand may take to end when the service stops. */
const STOP_TIMEOUT_MS = 10_000;

/**
 * Starts the service: config in, running app out. Whatever was opened is closed again, in reverse, when it
 * is disposed of or doesn't start.
 */
export async function createApp(
  config: Config,
  logger: Logger,
  givenClock?: Clock,
  metrics: Metrics = createMetrics(),
): Promise<RunningApp> {
  const { secrets } = config;
  const failed = Promise.withResolvers<Error>();
  const apiUrl = config.slack.apiUrl ? `${config.slack.apiUrl}/` : null;
  const connectionString = secrets.databaseUrl;
  await using opened = new AsyncDisposableStack();

  const policies = await openPolicies(config.policiesDir);
  const engine = policies.live;
  const log = (what: string) => (error: unknown) => logger.error({ error }, what);
  const database = opened.use(
    openDatabase({
      connectionString,
      connections: config.databaseConnections,
      log: log("A connection to the database broke."),
    }),
  );
  for (const { message, ...finding } of await checkDatabase(database)) logger.warn(finding, message);
  await migrate(database);
  const clock =
    givenClock ??
    opened.use(
      await openClock({
        pool: database.pool,
        health: createHealth({ logger, now: () => new Date() }),
        metrics,
        logger,
      }),
    );
  // Before the queue, so that it closes after the last job.
  const incydr = opened.use(
    createIncydrClient({
      url: config.incydr.url,
      clientId: config.incydr.clientId,
      clientSecret: secrets.incydrClientSecret,
      requestsPerMinute: config.incydr.requestsPerMinute,
      redisUrl: secrets.redisUrl,
      share: config.incydr.share,
      hooks: createIncydrHooks(logger, metrics),
    }),
  );
  metrics.watchQueue(incydr.limiter.read);
  const jobBoss = createJobBoss({
    connectionString,
    connections: database.connections.queue,
    generation: database.generation,
    log: log("The job queue's upkeep failed."),
  });
  await jobBoss.start();
  opened.defer(() => jobBoss.stop(STOP_TIMEOUT_MS));
  const withLock = createWithLock(database.lockPool);
  const tryWithLock = createTryWithLock(database.lockPool);
  const uow = createUnitOfWork(database.db, jobBoss);
  const ledger = createPostLedger(database.db, withLock);

  const api = createSlackApi({ token: secrets.slack.botToken, apiUrl });
  const { identity } = await readBotIdentity(api.reading);
  const groups = opened.use(
    await openGroupDirectory({
      config,
      engine,
      client: api.reading,
      uow,
      clock,
      log: (what, error) => logger.error({ error }, what),
    }),
  );
  opened.use(
    await followPolicies({
      policies,
      folder: config.policiesDir,
      uow,
      clock,
      logger,
      onReplaced: () => groups.refresh(),
    }),
  );
  const people = createPeopleDirectory({
    client: api.reading,
    clock,
    teamId: identity.teamId,
    groups,
    operatorMap: config.operatorMap,
  });
  const channels = createChannelDirectory({
    client: api.reading,
    people,
    botUserId: identity.botUserId,
    clock,
  });
  const rules = channelRulesOf(config);
  const poster = createPoster({ api, ledger });
  const findPlace = createFindPlace({ channels, rules });
  const display = createRequestDisplay({ api, poster, ledger, findPlace, people, channels, rules });

  const domain = createDomain({
    config,
    engine,
    earlierPolicies: createEarlierPolicies({ uow, groups }),
    people,
    channels,
    incydr,
    uow,
    subjectLock: { withLock: (userId, work) => withLock(`subject ${userId}`, work) },
    bulkLock: { tryWithLock: (requestId, work) => tryWithLock(`bulk ${requestId}`, work) },
    files: createHandedInFiles({ api, token: secrets.slack.botToken, apiUrl }),
    forms: createBulkForms({ api }),
    delivery: createFileDelivery({ api, ledger }),
    display,
    clock,
  });

  const showing = createRequestShowing({ uow, display, clock });
  const findCard = createFindCard({ api, ledger });
  const tellDirectly = createTellDirectly({ poster, ledger });
  const askPeople = createAskPeople({
    uow,
    showing,
    display: createAskDisplay({ findCard, channels, tellDirectly }),
    peopleToAsk: domain.peopleToAsk,
  });
  const reminders = createReminders({
    uow,
    display: createDigestDisplay({
      ...{ poster, ledger, findPlace, findCard, tellDirectly },
      ...{ people, channels, rules },
    }),
    peopleToAsk: domain.peopleToAsk,
    clock,
  });
  const pruning = createPruning({ uow, clock });
  const noteStart = createNoteStart({ uow, clock, policyHash: engine.hash });
  const isHealthy = async () => (await database.pool.query("select 1")).rowCount === 1;
  const healthHandler = createHealthHandler(isHealthy);
  const slackApp = createSlackApp({
    connection: secrets.slack,
    botToken: secrets.slack.botToken,
    apiUrl,
    identity,
    events: {
      onConnected: () => logger.info("Slack is connected."),
      onDisconnected: (code, error) => logger.error({ code, error }, "Slack is not connected."),
      onFatal: failed.resolve,
    },
    clock,
    logger: createBoltLogger(logger),
    deps: {
      ...domain,
      openDispute: domain.ratifying.openDispute,
      api,
      people,
      jobs: { enqueue: (job, options) => jobBoss.leave(database.db, job, options) },
      userLinkTemplate: config.userLinkTemplate ?? null,
      log: (what, error) => logger.error({ error }, what),
    },
  });

  const publishAudit = createAuditPublisher({
    queue: createPublicationQueue(database.db, (work) => withLock("audit publication", work)),
    sink: createAuditSink({ poster, findPlace, people, rules }),
  });
  const workers = startJobWorkers({
    jobs: jobBoss,
    handlers: {
      decide: domain.decide,
      cancel: domain.cancel,
      renew: domain.renew,
      execute: domain.executor.execute,
      settle: domain.executor.settle,
      ratify: domain.ratifying.ratify,
      escalateRatification: domain.escalateRatification,
      warnOfEnd: domain.warnOfEnd,
      endGrants: domain.revoker.end,
      revokeNow: domain.revokeNow,
      soundAlarm: showing.soundAlarm,
      executeBulk: domain.executeBulk,
      controlBulk: domain.controlBulk,
      sendList: domain.sendList,
      readBulk: domain.readBulk,
      deliverDryRun: domain.bulkReports.deliverDryRun,
      deliverOutcomes: domain.bulkReports.deliverOutcomes,
      showCard: showing.showCard,
      showProgress: showing.showProgress,
      announce: showing.announce,
      askPeople,
      expire: domain.expire,
      remind: reminders.remind,
      postDigest: reminders.postDigest,
      tell: display.tell,
      prune: pruning.prune,
      publishAudit,
    },
    onFailed: (job, message) =>
      logger.warn(
        { job: job.kind, requestId: "requestId" in job ? job.requestId : null, message },
        "A job failed and will be tried again.",
      ),
  });
  opened.use(workers);

  await noteStart(config.readOnly);
  await pruning.planPruning();
  await resumeUnfinished({ uow, clock });

  if (config.channels.allowedPublic.length > 0) {
    logger.warn(
      { channels: config.channels.allowedPublic },
      "Cards may be posted to public channels: everybody in the workspace, the subject too, can find and read them there.",
    );
  }
  await slackApp.start();
  opened.defer(() => slackApp.stop());
  const { requestListener } = slackApp;
  const http = await startHealthServer({
    ...config.http,
    handler: healthHandler,
    ...(requestListener ? { slack: { path: SLACK_PATH, listener: requestListener } } : { metrics }),
  });
  opened.defer(() => http.stop());
  const { port } = http;
  logger.info(
    { port, mode: config.slack.mode, policies: engine.hash.slice(0, 12), readOnly: config.readOnly },
    "ready",
  );

  const running = opened.move();
  return { port, failed: failed.promise, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
