import { type Authorizer, RECENT } from "../../authorization/index.ts";
import type { IncydrReader } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { TenantDirectory } from "../../subjects/index.ts";
import { ageMsAt, type BotPart, type BotStatus, orgsAgeAt } from "../model/tenant-answers.ts";
import type { Job } from "../ports/job.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/** Facts about the running bot that only the composition root knows. */
export interface BotFacts {
  readonly version: string;
  readonly startedAt: Date;
  /** The dependencies as readiness knows them, each with the code of its last error. */
  readonly parts: () => readonly BotPart[];
  /** Whether a job has been due for several minutes. */
  readonly isQueueLate: () => Promise<boolean>;
}

/** Work that concerns no request. A subject can't read from its failure that there is a request about them. */
const GENERAL_WORK = ["prune", "announce_freeze"] as const satisfies readonly Job["kind"][];
/** Work on the audit log, whose entries may be about a hidden request. */
const AUDIT_WORK = ["publish_audit"] as const satisfies readonly Job["kind"][];
/** The part of readiness whose state may follow from entries about a hidden request. */
const AUDIT_PART = "audit_delivery";

/**
 * Makes the function that tells the state of the bot; a person who may look up users can see it. It is not audited. The
 * answer has no number of jobs, requests or waiting calls: a subject could see from it that there is a request about
 * them. Only people who may read the audit log see its delivery and the codes of errors.
 * @throws {ForbiddenError} if the policies forbid look-ups
 */
export function createBotStatus(options: {
  authorizer: Authorizer;
  uow: UnitOfWork;
  directory: Pick<TenantDirectory, "age" | "orgsAge">;
  limiter: Pick<IncydrReader["limiter"], "read">;
  clock: Pick<Clock, "now">;
  readOnly: boolean;
  /** Whether the bot fills the directory. */
  isDirectoryKept: boolean;
  bot: BotFacts;
}) {
  const { authorizer, uow, directory, limiter, clock, readOnly, isDirectoryKept, bot } = options;
  return async function botStatus(slackUserId: string): Promise<BotStatus> {
    const person = await authorizer.authorize(slackUserId, "lookup", { freshness: RECENT });
    const readsAudit = authorizer.explain({ principal: person, action: "read_audit" }).allowed;
    const work: readonly Job["kind"][] = [...GENERAL_WORK, ...(readsAudit ? AUDIT_WORK : [])];
    const [freeze, stopped, isQueueLate, users, orgs] = await Promise.all([
      uow.read((stored) => stored.freeze.read()),
      uow.read((stored) => stored.jobFailures.givenUpAmong(work)),
      bot.isQueueLate(),
      directory.age(),
      directory.orgsAge(),
    ]);
    const now = clock.now();
    const { oldestReadAt, oldestRolesReadAt: _, ...counts } = users;
    const { pausedForMs, requestsPerMinute, sharing, replicas } = limiter.read();
    return {
      // The reason of a freeze may name a user.
      freeze: freeze && { by: freeze.by.slackUserId, at: freeze.at.toISOString() },
      isReadOnly: readOnly,
      parts: bot
        .parts()
        .filter(({ name }) => readsAudit || name !== AUDIT_PART)
        .map((part) => ({ ...part, code: readsAudit && part.state === "failing" ? part.code : null })),
      isQueueLate,
      stopped: stopped.map(({ kind, reference }) => ({ job: kind, reference })),
      incydr: {
        ...{ pausedForMs, sharing, replicas },
        requestsPerMinute: Number.isFinite(requestsPerMinute) ? Math.round(requestsPerMinute) : null,
      },
      policyHash: person.policyHash,
      directory: {
        isKept: isDirectoryKept,
        users: { ...counts, oldestAgeMs: ageMsAt(oldestReadAt, now) },
        orgs: orgsAgeAt(orgs, now),
      },
      version: bot.version,
      startedAt: bot.startedAt.toISOString(),
    };
  };
}

export type ReadBotStatus = ReturnType<typeof createBotStatus>;
