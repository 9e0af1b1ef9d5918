import type { RequestListener } from "node:http";
import { createAuditPublisher } from "../audit/index.ts";
import {
  createAnnounceFreeze,
  createAskPeople,
  createFindPlace,
  createIsFrozen,
  createJobFailures,
  createMayBeTold,
  createMemberIdentities,
  createNoteStart,
  createPruning,
  createReadView,
  createReminders,
  createRequestShowing,
  createSubjectsOfEntries,
  resumeUnfinished,
} from "../change-requests/index.ts";
import type { Config } from "../config/index.ts";
import { createReader, type IncydrClient } from "../incydr/index.ts";
import { createDurableQueue, startJobWorkers } from "../jobs/index.ts";
import { type Clock, steadyClock } from "../kernel/clock.ts";
import type { Health, Logger, Metrics } from "../observability/index.ts";
import {
  assertDatabaseWritable,
  checkDatabase,
  createPostedMessages,
  createPublicationQueue,
  createReadSubjectIdentities,
  createTryWithLock,
  createUnitOfWork,
  createWithLock,
  isDatabaseOutage,
  migrate,
  openDatabase,
  readAuditBacklog,
} from "../persistence/index.ts";
import {
  createAskDisplay,
  createAuditSink,
  createBulkForms,
  createCardPlaces,
  createChannelDirectory,
  createCheckChannels,
  createDigestDisplay,
  createFileDelivery,
  createFindCard,
  createFreezeDisplay,
  createHandedInFiles,
  createPeopleDirectory,
  createPoster,
  createRequestDisplay,
  createSlackApi,
  createSlackApp,
  createTellDirectly,
} from "../slack/index.ts";
import { createIdentify } from "../subjects/index.ts";
import { createBoltLogger } from "./bolt-logger.ts";
import { channelRulesOf } from "./channel-rules.ts";
import { createDomain } from "./create-domain.ts";
import {
  createAuditCheck,
  createChannelsCheck,
  createDatabaseCheck,
  createSlackCheck,
  reportQueueFailure,
} from "./dependency-checks.ts";
import { createEarlierPolicies } from "./earlier-policies.ts";
import { followPolicies, openPolicies } from "./follow-policies.ts";
import { errorCodeOf, isOutage } from "./is-outage.ts";
import { createJobHandlers } from "./job-handlers.ts";
import { createJobFailureObserver } from "./observe-job-failures.ts";
import { openClock } from "./open-clock.ts";
import { openGroupDirectory } from "./open-group-directory.ts";
import { readBotIdentity } from "./read-bot-identity.ts";
import { type RepeatedChecks, repeatChecks } from "./repeat-checks.ts";

/** The parts that the service takes from the process. */
export interface ServiceOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** The time for the whole service; `undefined` takes the database's time. */
  readonly clock: Clock | undefined;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly incydr: IncydrClient;
  /** In HTTP mode, receives the handler of Slack's requests, and `null` when the service stops. */
  readonly serveSlack: (listener: RequestListener | null) => void;
  /** Called when the service can't go on, and only a new process helps. */
  readonly onFatal: (error: Error) => void;
}

/** How long running jobs may take to end when the service stops, in milliseconds. */
const STOP_TIMEOUT_MS = 10_000;

/**
 * Starts everything that needs the database and Slack. Disposal closes it in reverse order.
 * @throws outages of the database and of Slack, after which a later start can succeed; any other error is lasting
 */
export async function startService(options: ServiceOptions): Promise<AsyncDisposable> {
  const { config, logger, metrics, health, incydr } = options;
  const { secrets } = config;
  const apiUrl = config.slack.apiUrl ? `${config.slack.apiUrl}/` : null;
  const connectionString = secrets.databaseUrl;
  await using opened = new AsyncDisposableStack();

  const policies = await openPolicies(config.policiesDir);
  const engine = policies.live;
  const log = (what: string) => (error: unknown) => {
    // The check of the database says an outage once. Each of these would say it again and again.
    if (isDatabaseOutage(error)) logger.debug({ error }, what);
    else logger.error({ error }, what);
  };
  const database = opened.use(
    openDatabase({
      connectionString,
      connections: config.databaseConnections,
      log: (error) => logger.warn({ error }, "A connection to the database broke."),
    }),
  );
  for (const { message, ...finding } of await checkDatabase(database)) logger.warn(finding, message);
  await assertDatabaseWritable(database);
  await migrate(database);
  health.ok("database");
  const clock =
    options.clock ?? opened.use(await openClock({ pool: database.pool, health, metrics, logger }));
  if (options.clock) health.ok("clock");
  // The age of a reading is measured by a clock that is never set back, as the database's is by a failover.
  const ages = options.clock ?? steadyClock;
  const durableQueue = createDurableQueue({
    connectionString,
    connections: database.connections.queue,
    generation: database.generation,
    log: log("The job queue's upkeep failed."),
  });
  // Before the start, which may fail with connections open.
  opened.defer(() => durableQueue.stop(STOP_TIMEOUT_MS));
  await durableQueue.start();
  const withLock = createWithLock(database.lockPool);
  const tryWithLock = createTryWithLock(database.lockPool);
  const uow = createUnitOfWork(database.db, durableQueue);
  const ledger = createPostedMessages(database.db, withLock);

  const api = createSlackApi({ token: secrets.slack.botToken, apiUrl });
  const { identity } = await readBotIdentity(api.reading);
  const groups = opened.use(
    await openGroupDirectory({
      config,
      engine,
      client: api.reading,
      uow,
      ...{ clock, ages },
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
    ...{ clock, ages },
    teamId: identity.teamId,
    groups,
    operatorMap: config.operatorMap,
  });
  const channels = createChannelDirectory({
    client: api.reading,
    people,
    botUserId: identity.botUserId,
    clock: ages,
  });
  const rules = channelRulesOf(config);
  const poster = createPoster({ api, ledger });
  const { operatorMap } = config;
  const identify = createIdentify({ incydr: createReader(incydr), operatorMap });
  const members = createMemberIdentities({ people, identify, clock: ages });
  const findPlace = createFindPlace({ channels, rules, people, members });
  const display = createRequestDisplay({
    ...{ api, poster, ledger },
    log: (what, error) => logger.error({ error }, what),
  });

  const isFrozen = createIsFrozen({ uow, readOnly: config.readOnly });
  const domain = createDomain({
    config,
    engine,
    earlierPolicies: createEarlierPolicies({ uow, groups }),
    people,
    channels,
    findPlace,
    mayBeTold: createMayBeTold({ rules, people, members }),
    cards: createCardPlaces(ledger),
    incydr,
    uow,
    subjectLock: { withLock: (userId, work) => withLock(`subject ${userId}`, work) },
    bulkLock: { tryWithLock: (requestId, work) => tryWithLock(`bulk ${requestId}`, work) },
    files: createHandedInFiles({ api, token: secrets.slack.botToken, apiUrl }),
    forms: createBulkForms({
      ...{ api, isFrozen },
      jobs: { enqueue: (job, options) => durableQueue.enqueue(database.db, job, options) },
    }),
    isFrozen,
    delivery: createFileDelivery({ api, ledger }),
    display,
    clock,
  });

  const showing = createRequestShowing({
    readView: createReadView({ uow, readOnly: config.readOnly }),
    ...{ uow, display, findPlace, people, channels, rules, clock },
  });
  const announceFreeze = createAnnounceFreeze({
    uow,
    display: createFreezeDisplay({ poster, ledger, findPlace, rules, readOnly: config.readOnly }),
  });
  const findCard = createFindCard({ api, ledger });
  const tellDirectly = createTellDirectly({
    ...{ poster, ledger },
    log: (what, error) => logger.error({ error }, what),
  });
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
      ...{ channels, rules, isOutage },
    }),
    peopleToAsk: domain.peopleToAsk,
    clock,
    isOutage,
  });
  const pruning = createPruning({ uow, clock });
  const noteStart = createNoteStart({ uow, clock, policyHash: engine.hash });
  const slackApp = createSlackApp({
    connection: secrets.slack,
    botToken: secrets.slack.botToken,
    apiUrl,
    identity,
    events: {
      onConnected: () => health.ok("slack"),
      onDisconnected: (code, error) =>
        health.failing("slack", code, `Slack is not connected (${code}). The bot tries again.`, error),
      onFatal: options.onFatal,
    },
    clock,
    logger: createBoltLogger(logger),
    deps: {
      ...domain,
      openDispute: domain.ratifying.openDispute,
      api,
      people,
      isFrozen,
      jobs: { enqueue: (job, options) => durableQueue.enqueue(database.db, job, options) },
      userLinkTemplate: config.userLinkTemplate ?? null,
      log: (what, error) => logger.error({ error }, what),
      claimDelivery: (deliveryId) => uow.run((tx) => tx.clicks.claim(deliveryId, clock.now())),
    },
  });

  const auditCheck = createAuditCheck({
    readBacklog: () => readAuditBacklog(database.db),
    ...{ clock, health, metrics },
  });
  let checks: RepeatedChecks | null = null;
  const channelsCheck = createChannelsCheck({
    checkChannels: createCheckChannels({ channels, configured: config.channels, rules }),
    health,
  });
  const subjectsOf = createSubjectsOfEntries({ identitiesOf: createReadSubjectIdentities(database.db) });
  const publishAudit = createAuditPublisher({
    queue: createPublicationQueue(database.db, (work) => withLock("audit publication", work)),
    sink: createAuditSink({ poster, findPlace, subjectsOf, rules }),
    onDelivered: auditCheck.onDelivered,
    onBlocked(error) {
      auditCheck.onBlocked(error);
      checks?.hurry(channelsCheck);
    },
  });
  const observer = createJobFailureObserver(logger, metrics);
  const jobFailures = createJobFailures({ uow, display, clock, isOutage, errorCodeOf, observer });
  await jobFailures.load();
  const workers = startJobWorkers({
    jobs: durableQueue,
    handlers: createJobHandlers({
      ...{ domain, showing, askPeople, reminders, pruning, announceFreeze, publishAudit },
      tell: display.tell,
    }),
    failures: jobFailures,
    onWatched: () => health.ok("queue"),
    onWatchFailed: (error) => reportQueueFailure(health, error),
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
  if (config.channels.acceptsUnmappedSubjects) {
    logger.warn(
      "ACCEPT_UNMAPPED_SUBJECTS is true: a user without a known Slack account may read requests and audit messages about themselves, in any channel of which they are a member under an account that the bot can't tell.",
    );
  }
  const { requestListener } = slackApp;
  await slackApp.start();
  opened.defer(() => slackApp.stop());
  if (requestListener) options.serveSlack(requestListener);
  opened.defer(() => options.serveSlack(null));
  logger.info({ policies: engine.hash.slice(0, 12), readOnly: config.readOnly }, "started");
  checks = opened.use(
    repeatChecks({
      checks: [
        createDatabaseCheck({ database, health }),
        createSlackCheck({
          ...{ client: api.reading, mode: config.slack.mode, health },
          groupsRemedy: groups.remedy,
        }),
        channelsCheck,
        auditCheck,
      ],
      onError: log("A check of a dependency failed."),
    }),
  );

  const running = opened.move();
  return { [Symbol.asyncDispose]: () => running.disposeAsync() };
}
