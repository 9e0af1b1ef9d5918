import type { PeopleDirectory, PolicyEngine } from "../authorization/index.ts";
import {
  type AbandonDraft,
  type BulkForms,
  type BulkLock,
  type BulkOpening,
  type BulkReports,
  type Cancel,
  type CardPlaces,
  type ChannelDirectory,
  type ControlBulk,
  createAbandonDraft,
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
  createGrantDesk,
  createHiddenFrom,
  createOpenDenial,
  createPeopleToAsk,
  createPrepareDraft,
  createRatifying,
  createReadBulk,
  createRecordForgery,
  createRenew,
  createRevokeNow,
  createRevoker,
  createSearchOrgs,
  createSendList,
  createStartDraft,
  createSubmitBulk,
  createSubmitDraft,
  createVisibleRequest,
  createWarnOfEnd,
  type Decide,
  type EscalateRatification,
  type ExecuteBulk,
  type Executor,
  type Expire,
  type ExplainPermission,
  type FileDelivery,
  type FindPlace,
  type FreezeSwitch,
  type GrantDesk,
  type HandedInFiles,
  type IsFrozen,
  type MayBeTold,
  type OpenDenial,
  type PeopleToAsk,
  type PrepareDraft,
  type Ratifying,
  type ReadBulk,
  type RecordForgery,
  type Renew,
  type RequestDisplay,
  type RevokeNow,
  type Revoker,
  type SearchOrgs,
  type SendList,
  type StartDraft,
  type SubjectLock,
  type SubmitBulk,
  type SubmitDraft,
  type UnitOfWork,
  type WarnOfEnd,
} from "../change-requests/index.ts";
import type { Config } from "../config/index.ts";
import { createReader, foldUsername, type IncydrClient } from "../incydr/index.ts";
import type { Clock } from "../kernel/clock.ts";
import {
  createFindMany,
  createFindSubject,
  createIdentify,
  createIdentifyOperator,
  createLookUps,
  createPreflight,
  createPreflightMany,
  createSubjectReader,
  type LookUps,
} from "../subjects/index.ts";
import { auditedAuthorizer } from "./audited-authorizer.ts";
import { channelRulesOf } from "./channel-rules.ts";
import { isOutage } from "./is-outage.ts";

/** Everything that the bot can do, before anybody asks for it. */
export interface Domain {
  readonly lookUps: LookUps;
  readonly explainPermission: ExplainPermission;
  readonly startDraft: StartDraft;
  readonly prepareDraft: PrepareDraft;
  readonly searchOrgs: SearchOrgs;
  readonly recordForgery: RecordForgery;
  readonly submitDraft: SubmitDraft;
  readonly abandonDraft: AbandonDraft;
  readonly openDenial: OpenDenial;
  readonly decide: Decide;
  readonly peopleToAsk: PeopleToAsk;
  readonly cancel: Cancel;
  readonly renew: Renew;
  readonly ratifying: Ratifying;
  readonly escalateRatification: EscalateRatification;
  readonly executor: Executor;
  readonly executeBulk: ExecuteBulk;
  readonly bulkOpening: BulkOpening;
  readonly readBulk: ReadBulk;
  readonly submitBulk: SubmitBulk;
  readonly controlBulk: ControlBulk;
  readonly sendList: SendList;
  readonly bulkReports: BulkReports;
  readonly warnOfEnd: WarnOfEnd;
  readonly revoker: Revoker;
  readonly revokeNow: RevokeNow;
  readonly grantDesk: GrantDesk;
  readonly expire: Expire;
  readonly freezeSwitch: FreezeSwitch;
}

export interface DomainOptions {
  readonly config: Config;
  readonly engine: PolicyEngine;
  /** The policies that once had a hash; `null` if they aren't kept. */
  readonly earlierPolicies: (hash: string) => Promise<PolicyEngine | null>;
  readonly people: PeopleDirectory;
  readonly channels: ChannelDirectory;
  readonly findPlace: FindPlace;
  readonly mayBeTold: MayBeTold;
  readonly cards: CardPlaces;
  readonly incydr: IncydrClient;
  readonly uow: UnitOfWork;
  readonly subjectLock: SubjectLock;
  readonly bulkLock: BulkLock;
  readonly display: RequestDisplay;
  readonly files: HandedInFiles;
  readonly forms: BulkForms;
  readonly delivery: FileDelivery;
  readonly isFrozen: IsFrozen;
  readonly clock: Clock;
}

/** Puts the domain together. Only the executor, and its part that ends grants, gets the client that can write. */
export function createDomain(options: DomainOptions): Domain {
  const { config, people, incydr, uow, subjectLock, display, clock } = options;
  const { bulkLock, files, forms, delivery, findPlace } = options;
  const reader = createReader(incydr);
  const identify = createIdentify({ incydr: reader, operatorMap: config.operatorMap });
  const identifyOperator = createIdentifyOperator(identify, clock);
  const authorizer = auditedAuthorizer(options, identifyOperator);
  const findSubject = createFindSubject({ incydr: reader, directory: people });
  const protectedUsernames = new Set(config.protectedUsernames.map(foldUsername));
  const preflight = createPreflight({ incydr: reader, protectedUsernames });
  const subjects = createSubjectReader({ incydr: reader, protectedUsernames });
  const rules = channelRulesOf(config);
  const lookUps = createLookUps({
    authorizer,
    findSubject,
    preflight,
    incydr: reader,
    record: (event) => uow.run(async (tx) => void (await tx.audit.append(event))),
    clock,
  });
  const channels = createChannelContexts({
    ...{ channels: options.channels, rules, findPlace, cards: options.cards },
    moveCard: (requestId) => uow.run((tx) => tx.jobs.enqueue({ kind: "show_card", requestId })),
  });
  const asked = { directory: people, identify, channels };
  const executor = createExecutor({
    users: incydr.users,
    subjects,
    authorizer,
    people: asked,
    uow,
    subjectLock,
    clock,
    readOnly: config.readOnly,
    isOutage,
  });
  const { operatorMap } = config;
  const hiding = { directory: people, operatorMap, identify: identifyOperator };
  const hiddenFrom = createHiddenFrom(hiding);
  const visibleRequest = createVisibleRequest({ ...hiding, uow });
  const clicks = { authorizer, directory: people, channels, uow, visibleRequest, display, clock };
  const requestExpiryMs = config.requestExpiryHours * 3_600_000;
  const ticketPattern = config.ticketPattern ?? null;
  return {
    lookUps,
    explainPermission: createExplainPermission({ authorizer, directory: people, lookUps }),
    startDraft: createStartDraft({ authorizer, channels: options.channels, rules, uow, clock }),
    prepareDraft: createPrepareDraft({
      authorizer,
      directory: people,
      channels,
      findPlace,
      incydr: reader,
      findSubject,
      preflight,
      identify,
      uow,
      visibleRequest,
      hiddenFrom,
      clock,
      ratifyWithinHours: config.ratifyWithinHours,
      grantHours: config.grantHours,
      isFrozen: options.isFrozen,
    }),
    searchOrgs: createSearchOrgs({ uow }),
    recordForgery: createRecordForgery({ uow, clock }),
    submitDraft: createSubmitDraft({
      authorizer,
      directory: people,
      channels,
      uow,
      clock,
      ratifyWithinHours: config.ratifyWithinHours,
      requestExpiryMs,
      ticketPattern,
      grantHours: config.grantHours,
    }),
    abandonDraft: createAbandonDraft({ uow, clock }),
    openDenial: createOpenDenial(clicks),
    decide: createDecide({ ...clicks, subjects }),
    peopleToAsk: createPeopleToAsk({ authorizer, directory: people, channels, mayBeTold: options.mayBeTold }),
    cancel: createCancel(clicks),
    renew: createRenew({ ...clicks, incydr: reader, preflight, identify }),
    ratifying: createRatifying({ ...clicks, identify: identifyOperator }),
    escalateRatification: createEscalateRatification({ uow, clock }),
    executor,
    executeBulk: createExecuteBulk({
      executeTarget: executor.executeTarget,
      people: asked,
      uow,
      bulkLock,
      clock,
      isOutage,
    }),
    bulkOpening: createBulkOpening({ authorizer, channels: options.channels, rules, uow, clock }),
    readBulk: createReadBulk({
      authorizer,
      directory: people,
      channels,
      identify,
      incydr: reader,
      findMany: createFindMany({ incydr: reader }),
      preflightMany: createPreflightMany({ incydr: reader, protectedUsernames }),
      findPlace,
      files,
      forms,
      uow,
      clock,
    }),
    submitBulk: createSubmitBulk({
      authorizer,
      directory: people,
      channels,
      uow,
      clock,
      requestExpiryMs,
      ticketPattern,
    }),
    controlBulk: createControlBulk(clicks),
    sendList: createSendList({ ...clicks, delivery }),
    bulkReports: createBulkReports({ uow, directory: people, delivery, display }),
    warnOfEnd: createWarnOfEnd({ uow, clock }),
    revoker: createRevoker({
      users: incydr.users,
      subjects,
      uow,
      subjectLock,
      clock,
      readOnly: config.readOnly,
    }),
    revokeNow: createRevokeNow(clicks),
    grantDesk: createGrantDesk({
      authorizer,
      hiddenFrom,
      visibleRequest,
      uow,
      clock,
    }),
    expire: createExpire({ uow, clock }),
    freezeSwitch: createFreezeSwitch({ authorizer, uow, clock, readOnly: config.readOnly }),
  };
}
