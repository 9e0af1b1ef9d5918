import type { AuditEvent } from "../audit/index.ts";
import { createAuthorizer, type PolicyEngine } from "../authorization/index.ts";
import {
  type BotFacts,
  type BulkLock,
  createAbandonDraft,
  createBotStatus,
  createBulkOpening,
  createBulkReports,
  createCancel,
  createChannelContexts,
  createControlBulk,
  createDecide,
  createEscalateRatification,
  createExecuteBulk,
  createExecutor,
  createExpire,
  createExplainPermission,
  createFreezeSwitch,
  createGrantQueries,
  createHiddenFrom,
  createInvitedApprovers,
  createInvitePeople,
  createMenuDraft,
  createOpenDenial,
  createOrgDetails,
  createPerformDryRun,
  createPostFreezeNotice,
  createPrepareDraft,
  createPruning,
  createRatifying,
  createReadView,
  createRecordForbidden,
  createRecordForgery,
  createRememberedLists,
  createReminders,
  createRenew,
  createRequestQueries,
  createRequestShowing,
  createRevokeNow,
  createRevoker,
  createRoleDetails,
  createSearchOrgs,
  createSearchRoles,
  createSendList,
  createStartDraft,
  createSubmitBulk,
  createSubmitDraft,
  createSuggestUsers,
  createUserExports,
  createVisibleRequest,
  createWarnOfEnd,
  createWhoAmI,
  type IsFrozen,
  type SubjectLock,
  type UnitOfWork,
} from "../change-requests/index.ts";
import type { Config } from "../config/index.ts";
import { foldUsername, type IncydrClient, type IncydrReader } from "../incydr/index.ts";
import type { Clock } from "../kernel/clock.ts";
import {
  createFindMany,
  createFindSubject,
  createIdentifyOperator,
  createLookUps,
  createOrgList,
  createPreflight,
  createPreflightMany,
  createReadSubject,
  createSubjectReader,
  createUserList,
  type Identify,
  rememberIdentities,
  type TenantDirectory,
} from "../subjects/index.ts";
import type { Audience } from "./create-audience.ts";
import type { createDisplays } from "./create-displays.ts";
import { isOutage } from "./is-outage.ts";

export interface DomainOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** Tells how old a remembered answer is. It never goes backwards. Default `clock`. */
  readonly ages?: Clock;
  readonly policies: {
    readonly engine: PolicyEngine;
    /** The policies with a hash; `null` if they aren't stored. */
    readonly earlierPolicies: (hash: string) => Promise<PolicyEngine | null>;
  };
  readonly audience: Audience;
  readonly incydr: {
    readonly users: IncydrClient["users"];
    /** The same client without the calls that write. */
    readonly reader: IncydrReader;
    readonly identify: Identify;
  };
  readonly storage: {
    readonly uow: UnitOfWork;
    readonly subjectLock: SubjectLock;
    readonly bulkLock: BulkLock;
    readonly isFrozen: IsFrozen;
    readonly directory: TenantDirectory;
  };
  readonly displays: Omit<ReturnType<typeof createDisplays>, "auditSink">;
  readonly bot: BotFacts;
}

export type Domain = ReturnType<typeof createDomain>;

/** Joins the parts of the domain. Only the executor and the grant revoker get the client that can write. */
export function createDomain({
  config,
  clock,
  ages = clock,
  policies,
  audience,
  incydr,
  storage,
  displays,
  bot,
}: DomainOptions) {
  const { operatorMap, readOnly } = config;
  const { people, channels, rules, findPlace } = audience;
  const { users, reader } = incydr;
  const { uow, subjectLock, bulkLock, isFrozen, directory } = storage;
  const display = displays.requests;

  const identify = rememberIdentities(incydr.identify, ages);
  const identifyOperator = createIdentifyOperator(identify);
  const authorizer = createAuthorizer({
    ...policies,
    directory: people,
    decidingHash: () => uow.read((stored) => stored.policies.read()),
    identify: identifyOperator,
    recordForbidden: createRecordForbidden({ uow, clock }),
  });

  const protectedUsernames = new Set(config.protectedUsernames.map(foldUsername));
  const findSubject = createFindSubject({ incydr: reader, directory: people });
  const preflight = createPreflight({ incydr: reader, protectedUsernames });
  const lists = createRememberedLists({ incydr: reader, clock: ages });
  const readSubject = createReadSubject({ incydr: reader, findSubject, preflight });
  const subjects = createSubjectReader({ incydr: reader, protectedUsernames });
  const record = (event: AuditEvent) => uow.run(async (tx) => void (await tx.audit.append(event)));
  const lookUps = createLookUps({
    ...{ authorizer, readSubject, findSubject, incydr: reader, clock },
    record,
  });

  const contexts = createChannelContexts({
    ...{ channels, rules, findPlace, cards: displays.cards },
    moveCard: (requestId) => uow.run((tx) => tx.jobs.enqueue({ kind: "show_card", requestId })),
  });
  const hiding = { directory: people, operatorMap, identify: identifyOperator };
  const hiddenFrom = createHiddenFrom(hiding);
  const visibleRequest = createVisibleRequest({ ...hiding, uow });

  const stored = { uow, clock };
  const opening = { ...stored, authorizer, channels, rules };
  const menuDraft = createMenuDraft({ ...stored, authorizer });
  const asking = { ...stored, authorizer, directory: people, channels: contexts };
  const clicks = { ...asking, visibleRequest, display };
  const writing = { ...stored, users, subjects, subjectLock, readOnly };
  const peopleSources = { directory: people, identify, channels: contexts };
  const { ratifyWithinHours, grantHours } = config;
  const requestLimits = {
    requestExpiryMs: config.requestExpiryHours * 3_600_000,
    ticketPattern: config.ticketPattern ?? null,
  };

  const executor = createExecutor({ ...writing, authorizer, people: peopleSources, isOutage });
  const invitedApprovers = createInvitedApprovers({
    ...{ authorizer, directory: people, channels: contexts, mayBeTold: audience.mayBeTold },
  });
  const readView = createReadView({ uow, readOnly });
  const showing = createRequestShowing({
    ...stored,
    ...{ display, findPlace, people, channels, rules },
    readView,
  });

  return {
    lookUps,
    userList: createUserList({ authorizer, people, directory, record, clock }),
    orgList: createOrgList({ authorizer, directory, record, clock }),
    orgDetails: createOrgDetails({ authorizer, incydr: reader, directory, record, clock }),
    botStatus: createBotStatus({
      ...{ ...stored, authorizer, directory, limiter: reader.limiter, readOnly, bot },
      isDirectoryKept: config.directoryRefresh,
    }),
    whoAmI: createWhoAmI({ authorizer, identify, operatorMap }),
    userExports: createUserExports({
      ...{ ...stored, authorizer, directory: people, tenant: directory, files: displays.exports },
    }),
    explainPermission: createExplainPermission({ authorizer, directory: people, lookUps }),
    recordForgery: createRecordForgery(stored),

    startDraft: createStartDraft(opening),
    prepareDraft: createPrepareDraft({
      ...asking,
      ...{ incydr: reader, lists, readSubject, identify, findPlace },
      ...{ visibleRequest, hiddenFrom, isFrozen, ratifyWithinHours, grantHours },
    }),
    suggestUsers: createSuggestUsers({ menuDraft, directory: storage.directory }),
    searchOrgs: createSearchOrgs({ menuDraft }),
    searchRoles: createSearchRoles({ menuDraft }),
    submitDraft: createSubmitDraft({ ...asking, ...requestLimits, ratifyWithinHours, grantHours }),
    abandonDraft: createAbandonDraft(stored),

    openDenial: createOpenDenial(clicks),
    decide: createDecide({ ...clicks, subjects }),
    cancel: createCancel(clicks),
    renew: createRenew({ ...clicks, incydr: reader, preflight, identify }),
    ratifying: createRatifying({ ...clicks, identify: identifyOperator }),
    escalateRatification: createEscalateRatification(stored),

    showing,
    invitePeople: createInvitePeople({ uow, showing, display: displays.invitations, invitedApprovers }),
    reminders: createReminders({ ...stored, display: displays.digests, invitedApprovers, isOutage }),

    executor,
    freezeSwitch: createFreezeSwitch({ ...stored, authorizer, readOnly }),
    postFreezeNotice: createPostFreezeNotice({ uow, display: displays.freezes }),

    executeBulk: createExecuteBulk({
      ...stored,
      ...{ executeTarget: executor.executeTarget, bulkLock, isOutage },
    }),
    bulkOpening: createBulkOpening(opening),
    performDryRun: createPerformDryRun({
      ...asking,
      ...{ incydr: reader, identify: incydr.identify, findPlace },
      ...{ files: displays.files, forms: displays.bulkForms },
      findMany: createFindMany({ incydr: reader }),
      preflightMany: createPreflightMany({ incydr: reader, protectedUsernames }),
    }),
    submitBulk: createSubmitBulk({ ...asking, ...requestLimits }),
    controlBulk: createControlBulk(clicks),
    sendList: createSendList({ ...clicks, delivery: displays.delivery }),
    bulkReports: createBulkReports({ uow, directory: people, delivery: displays.delivery }),

    warnOfEnd: createWarnOfEnd(stored),
    revoker: createRevoker(writing),
    revokeNow: createRevokeNow(clicks),
    grantQueries: createGrantQueries({
      ...stored,
      authorizer,
      directory: people,
      hiddenFrom,
      visibleRequest,
    }),
    roleDetails: createRoleDetails({
      ...{ ...stored, authorizer, incydr: reader, directory: storage.directory },
    }),
    requestQueries: createRequestQueries({
      ...asking,
      ...{ hiddenFrom, visibleRequest, readView, cardLink: displays.cardLink },
    }),

    expire: createExpire(stored),
    pruning: createPruning(stored),
  };
}
