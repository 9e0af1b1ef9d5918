import {
  type Authorizer,
  createAuthorizer,
  type PeopleDirectory,
  type PolicyEngine,
} from "../authorization/index.ts";
import {
  type AbandonDraft,
  type Cancel,
  type ChannelDirectory,
  createAbandonDraft,
  createCancel,
  createDecide,
  createEscalateRatification,
  createExecutor,
  createExpire,
  createExplainPermission,
  createFindPlace,
  createFreezeSwitch,
  createOpenDenial,
  createPrepareDraft,
  createRatifying,
  createRenew,
  createSearchOrgs,
  createStartDraft,
  createSubmitDraft,
  type Decide,
  type EscalateRatification,
  type Executor,
  type Expire,
  type ExplainPermission,
  type FreezeSwitch,
  type OpenDenial,
  type PrepareDraft,
  type Ratifying,
  type Renew,
  type RequestDisplay,
  type SearchOrgs,
  type StartDraft,
  type SubjectLock,
  type SubmitDraft,
  type UnitOfWork,
} from "../change-requests/index.ts";
import type { Config } from "../config/index.ts";
import { createReader, type IncydrClient } from "../incydr/index.ts";
import type { Clock } from "../kernel/clock.ts";
import {
  createFindSubject,
  createIdentify,
  createLookUps,
  createPreflight,
  createSubjectReader,
  type LookUps,
} from "../subjects/index.ts";
import { channelRulesOf } from "./channel-rules.ts";

/** Everything that the bot can do, before anybody asks for it. */
export interface Domain {
  readonly lookUps: LookUps;
  readonly explainPermission: ExplainPermission;
  readonly startDraft: StartDraft;
  readonly prepareDraft: PrepareDraft;
  readonly searchOrgs: SearchOrgs;
  readonly submitDraft: SubmitDraft;
  readonly abandonDraft: AbandonDraft;
  readonly openDenial: OpenDenial;
  readonly decide: Decide;
  readonly cancel: Cancel;
  readonly renew: Renew;
  readonly ratifying: Ratifying;
  readonly escalateRatification: EscalateRatification;
  readonly executor: Executor;
  readonly expire: Expire;
  readonly freezeSwitch: FreezeSwitch;
}

export interface DomainOptions {
  readonly config: Config;
  readonly engine: PolicyEngine;
  readonly people: PeopleDirectory;
  readonly channels: ChannelDirectory;
  readonly incydr: IncydrClient;
  readonly uow: UnitOfWork;
  readonly subjectLock: SubjectLock;
  readonly display: RequestDisplay;
  readonly clock: Clock;
}

/** Puts the domain together. Only the executor gets the client that can write. */
export function createDomain(options: DomainOptions): Domain {
  const { config, people, channels, incydr, uow, subjectLock, display, clock } = options;
  const authorizer = auditedAuthorizer(options);
  const reader = createReader(incydr);
  const findSubject = createFindSubject({ incydr: reader, directory: people });
  const protectedUsernames = new Set(config.protectedUsernames.map((username) => username.toLowerCase()));
  const preflight = createPreflight({ incydr: reader, protectedUsernames });
  const subjects = createSubjectReader({ incydr: reader, protectedUsernames });
  const identify = createIdentify({ incydr: reader, operatorMap: config.operatorMap });
  const rules = channelRulesOf(config);
  const lookUps = createLookUps({
    authorizer,
    findSubject,
    preflight,
    incydr: reader,
    record: (event) => uow.run(async (tx) => void (await tx.audit.append(event))),
    clock,
  });
  return {
    lookUps,
    explainPermission: createExplainPermission({ authorizer, directory: people, lookUps }),
    startDraft: createStartDraft({ authorizer, channels, rules, uow, clock }),
    prepareDraft: createPrepareDraft({
      authorizer,
      directory: people,
      findPlace: createFindPlace({ channels, rules }),
      incydr: reader,
      findSubject,
      preflight,
      identify,
      uow,
      clock,
      ratifyWithinHours: config.ratifyWithinHours,
    }),
    searchOrgs: createSearchOrgs({ uow }),
    submitDraft: createSubmitDraft({
      authorizer,
      directory: people,
      uow,
      clock,
      ratifyWithinHours: config.ratifyWithinHours,
      requestExpiryMs: config.requestExpiryHours * 3_600_000,
      ticketPattern: config.ticketPattern ?? null,
    }),
    abandonDraft: createAbandonDraft({ uow, clock }),
    openDenial: createOpenDenial({ authorizer, directory: people, uow, clock }),
    decide: createDecide({ authorizer, directory: people, subjects, uow, display, clock }),
    cancel: createCancel({ authorizer, directory: people, uow, display, clock }),
    renew: createRenew({
      authorizer,
      directory: people,
      incydr: reader,
      preflight,
      identify,
      uow,
      display,
      clock,
    }),
    ratifying: createRatifying({ authorizer, directory: people, identify, uow, display, clock }),
    escalateRatification: createEscalateRatification({ uow, clock }),
    executor: createExecutor({
      users: incydr.users,
      subjects,
      authorizer,
      directory: people,
      identify,
      uow,
      subjectLock,
      clock,
      readOnly: config.readOnly,
    }),
    expire: createExpire({ uow, clock }),
    freezeSwitch: createFreezeSwitch({ authorizer, uow, clock }),
  };
}

function auditedAuthorizer({ engine, people, uow, clock }: DomainOptions): Authorizer {
  return createAuthorizer({
    engine,
    directory: people,
    recordForbidden: ({ slackUserId, action, about, reasons, policyIds, policyHash }) =>
      uow.run(async (tx) => {
        await tx.audit.append({
          kind: "attempt.forbidden",
          at: clock.now(),
          actor: { slackUserId, email: null },
          requestId: about.requestId ?? null,
          subject: about.subject ?? null,
          policyHash,
          details: { action, asked: about.asked ?? null, reasons: [...reasons], policies: [...policyIds] },
        });
      }),
  });
}
