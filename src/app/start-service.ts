import type { RequestListener } from "node:http";
import { createAuditPublisher } from "../audit/index.ts";
import {
  type BotPart,
  createIsFrozen,
  createJobFailures,
  createNoteStart,
  createSubjectsOfEntries,
  resumeUnfinished,
} from "../change-requests/index.ts";
import type { Config } from "../config/index.ts";
import type { IncydrClient, IncydrReader } from "../incydr/index.ts";
import { isQueueLate, startJobWorkers } from "../jobs/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { withNewCorrelation } from "../kernel/correlation.ts";
import {
  DEPENDENCIES,
  type Dependency,
  type Health,
  type Logger,
  type Metrics,
} from "../observability/index.ts";
import {
  createDirectoryStore,
  createHandledClicks,
  createPublicationQueue,
  createReadSubjectIdentities,
  createTenantDirectory,
  isDatabaseOutage,
  readAuditBacklog,
} from "../persistence/index.ts";
import { createCheckChannels, createSlackApi, createSlackApp, respondAt } from "../slack/index.ts";
import { createFillDirectory, createIdentify, noteReads } from "../subjects/index.ts";
import { createAudience } from "./create-audience.ts";
import { createDisplays } from "./create-displays.ts";
import { createDomain } from "./create-domain.ts";
import {
  createAuditCheck,
  createChannelsCheck,
  createDatabaseCheck,
  createSlackCheck,
  reportQueueFailure,
} from "./dependency-checks.ts";
import { createEarlierPolicies, followPolicies, openPolicies } from "./follow-policies.ts";
import { errorCodeOf, isOutage } from "./is-outage.ts";
import { createJobHandlers } from "./job-handlers.ts";
import { createBoltLogger, createJobFailureObserver } from "./observers.ts";
import { openGroupDirectory } from "./open-group-directory.ts";
import { openStorage } from "./open-storage.ts";
import { readBotIdentity } from "./read-bot-identity.ts";
import { readVersion } from "./read-version.ts";
import { refreshDirectory } from "./refresh-directory.ts";
import { type RepeatedChecks, repeatChecks } from "./repeat-checks.ts";

interface ServiceOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** The time for the whole service; `undefined` takes the database's time. */
  readonly clock: Clock | undefined;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly incydr: { readonly client: IncydrClient; readonly reader: IncydrReader };
  /** Called with the handler of Slack's requests in HTTP mode, and with `null` when the service stops. */
  readonly serveSlack: (listener: RequestListener | null) => void;
  /** Called if the service fails permanently, and only a new process helps. */
  readonly onFatal: (error: Error) => void;
}

/**
 * Starts everything that needs the database and Slack. Disposal closes it in reverse order.
 * @throws outages of the database and of Slack, after which a later start can succeed; any other error is permanent
 */
export async function startService(options: ServiceOptions): Promise<AsyncDisposable> {
  const { config, logger, metrics, health } = options;
  const { secrets, readOnly } = config;
  const apiUrl = config.slack.apiUrl ? `${config.slack.apiUrl}/` : null;
  const token = secrets.slack.botToken;
  const log = (what: string, error: unknown) => logger.error({ error }, what);
  const logUnlessOutage = (what: string) => (error: unknown) => {
    // The check of the database logs an outage once.
    if (isDatabaseOutage(error)) logger.debug({ error }, what);
    else log(what, error);
  };
  await using opened = new AsyncDisposableStack();

  const policies = await openPolicies(config.policiesDir);
  const engine = policies.live;
  const storage = opened.use(
    await openStorage({
      ...{ config, logger, metrics, health, clock: options.clock },
      onQueueFault: logUnlessOutage("The maintenance of the job queue failed."),
    }),
  );
  const { database, durableQueue, uow, jobs, withLock, tryWithLock, postedMessages, clock, ages } = storage;

  const api = createSlackApi({ token, apiUrl });
  const client = api.reading;
  const { identity } = await readBotIdentity(client);
  const groups = opened.use(await openGroupDirectory({ config, engine, client, uow, clock, ages, log }));
  opened.use(
    await followPolicies({
      ...{ policies, folder: config.policiesDir, uow, clock, logger },
      onReplaced: () => groups.refresh(),
    }),
  );

  const { client: incydr } = options.incydr;
  const directoryStore = createDirectoryStore(database.db);
  const noting = opened.use(noteReads({ incydr: options.incydr.reader, store: directoryStore, clock }));
  const reader = config.directoryRefresh ? noting.reader : options.incydr.reader;
  const identify = createIdentify({ incydr: reader, operatorMap: config.operatorMap });
  const audience = createAudience({ config, client, identity, groups, identify, clock, ages });
  const { people, channels, rules } = audience;
  const isFrozen = createIsFrozen({ uow, readOnly });
  const displays = createDisplays({
    ...{ api, token, apiUrl, postedMessages, audience, jobs, isFrozen, readOnly, log },
    subjectsOf: createSubjectsOfEntries({ identitiesOf: createReadSubjectIdentities(database.db) }),
  });
  const domain = createDomain({
    ...{ config, clock, ages, audience, displays },
    policies: { engine, earlierPolicies: createEarlierPolicies({ uow, groups }) },
    incydr: { users: incydr.users, reader, identify },
    storage: {
      ...{ uow, isFrozen, directory: createTenantDirectory(database.db) },
      subjectLock: { withLock: (userId, work) => withLock(`subject ${userId}`, work) },
      bulkLock: { tryWithLock: (requestId, work) => tryWithLock(`bulk ${requestId}`, work) },
    },
    bot: {
      version: await readVersion(),
      startedAt: clock.now(),
      parts: () => DEPENDENCIES.map((name) => partOf(name, health)),
      isQueueLate: () => isQueueLate(durableQueue.boss),
    },
  });

  const handledClicks = createHandledClicks(database.db);
  const slackApp = createSlackApp({
    connection: secrets.slack,
    botToken: token,
    apiUrl,
    identity,
    events: {
      onConnected: () => health.ok("slack"),
      onDisconnected: (error) => {
        const message = `Slack is not connected (${error.reason}). The bot tries again.`;
        health.failing("slack", error.reason, message, error);
      },
      onFatal: options.onFatal,
    },
    clock,
    logger: createBoltLogger(logger),
    deps: {
      ...domain,
      openDispute: domain.ratifying.openDispute,
      ...{ api, people, isFrozen, jobs, log },
      userLinkTemplate: config.userLinkTemplate ?? null,
      respond: respondAt,
      claimDelivery: (deliveryId) => handledClicks.claim(deliveryId, clock.now()),
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
  const publishAudit = createAuditPublisher({
    queue: createPublicationQueue(database.db, (work) => withLock("audit publication", work)),
    sink: displays.auditSink,
    onDelivered: auditCheck.onDelivered,
    onBlocked(error) {
      auditCheck.onBlocked(error);
      checks?.hurry(channelsCheck);
    },
  });
  const observer = createJobFailureObserver(logger, metrics);
  const jobFailures = createJobFailures({ uow, clock, isOutage, errorCodeOf, observer });
  const workers = startJobWorkers({
    jobs: durableQueue,
    handlers: createJobHandlers({ domain, publishAudit, sendEphemeral: displays.requests.sendEphemeral }),
    failures: jobFailures,
    onWatched: () => health.ok("queue"),
    onWatchFailed: (error) => reportQueueFailure(health, error),
  });
  opened.use(workers);

  await withNewCorrelation(async () => {
    await createNoteStart({ uow, clock, policyHash: engine.hash })(readOnly);
    await domain.pruning.planPruning();
    await resumeUnfinished({ uow, clock });
  });

  warnOfOpenChannels(config, logger);
  const { requestListener } = slackApp;
  await slackApp.start();
  opened.defer(() => slackApp.stop());
  if (requestListener) options.serveSlack(requestListener);
  opened.defer(() => options.serveSlack(null));
  logger.info({ policies: engine.hash.slice(0, 12), readOnly }, "started");
  if (config.directoryRefresh) {
    opened.use(
      refreshDirectory({
        fill: createFillDirectory({ incydr: options.incydr.reader, store: directoryStore, clock, ages }),
        ...{ tryWithLock, clock },
        onFailed: (error) =>
          logger.warn({ error }, "The bot could not update its directory of users. It tries again."),
        onRecovered: () => logger.info("The bot updates its directory of users again."),
      }),
    );
  }
  checks = opened.use(
    repeatChecks({
      checks: [
        createDatabaseCheck({ database, health }),
        createSlackCheck({
          ...{ client, mode: config.slack.mode, health },
          groupsRemedy: groups.remedy,
        }),
        channelsCheck,
        auditCheck.run,
      ],
      onError: logUnlessOutage("A check of a dependency failed."),
    }),
  );

  const running = opened.move();
  return { [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function partOf(name: Dependency, health: Pick<Health, "read">): BotPart {
  const { state, since, lastError } = health.read(name);
  return { name, state, since: since.toISOString(), code: lastError };
}

/** Warns of the settings that let the subject or the whole workspace read requests. */
function warnOfOpenChannels({ channels }: Config, logger: Logger): void {
  if (channels.allowedPublic.length > 0) {
    logger.warn(
      { channels: channels.allowedPublic },
      "ALLOW_PUBLIC_CHANNELS lets the bot post cards to public channels. Everybody in the workspace, including the subject, can read them there.",
    );
  }
  if (channels.acceptsUnmappedSubjects) {
    logger.warn(
      "ACCEPT_UNMAPPED_SUBJECTS is true. A channel member whom the bot can't match to an Incydr user may read requests and audit messages about themselves.",
    );
  }
}
