import { channelRulesOf } from "../../../src/app/create-audience.ts";
import { createDomain, type Domain, type DomainOptions } from "../../../src/app/create-domain.ts";
import { createPolicyEngine, loadPolicies, type Person } from "../../../src/authorization/index.ts";
import { rememberDecisions } from "../../../src/authorization/policy-engine.ts";
import {
  createIsFrozen,
  type Job,
  type RequestDisplay,
  resumeUnfinished,
  type UnitOfWork,
} from "../../../src/change-requests/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { createReader } from "../../../src/incydr/index.ts";
import {
  createTenantDirectory,
  createUnitOfWork,
  type Database,
  NO_JOBS,
  openDatabase,
} from "../../../src/persistence/index.ts";
import { createIdentify } from "../../../src/subjects/index.ts";
import { validEnvironment } from "../../unit/config/valid-environment.ts";
import { directoryOf } from "../../unit/subjects/incydr-bench.ts";
import { createTestDatabase } from "../database.ts";
import { somePerson } from "../domain-objects.ts";
import { type CrashInjector, createCrashInjector, SimulatedCrash } from "./crash-injector.ts";
import { createModelTenant, type ModelMoment, type ModelTenant } from "./model-incydr.ts";
import { createModelQueue } from "./model-queue.ts";

const LEADS = "insider-risk-leads";

/** The people who take part. Each is the Incydr user of their e-mail as well. */
export const PEOPLE: readonly Person[] = [
  somebody("maya", ["insider-risk-analysts"]),
  somebody("noor", ["insider-risk-analysts"]),
  somebody("lena", ["insider-risk-analysts", LEADS]),
  somebody("theo", [LEADS]),
  somebody("priya", [LEADS]),
  somebody("sam", []),
  somebody("gil", [LEADS], { isGuest: true }),
  somebody("casey", [LEADS], { isOtherCompany: true }),
  somebody("olga", [LEADS], { isDeactivated: true }),
  somebody("bot", [LEADS], { isBot: true }),
];

/** People who may decide on requests of others about others. */
export const DECIDERS: readonly Person[] = PEOPLE.slice(2, 5);

function somebody(name: string, groups: readonly string[], patch: Partial<Person> = {}): Person {
  return somePerson({ slackUserId: `U0${name.toUpperCase()}`, email: emailOf(name), groups, ...patch });
}

/** The subjects of the changes. One of them is a lead. */
export const SUBJECTS: readonly string[] = ["nadia", "dario", "priya"].map(emailOf);

/** The real domain on the real database, between a tenant in memory and a display that records. */
export interface ModelWorld extends AsyncDisposable {
  readonly db: Database["db"];
  readonly tenant: ModelTenant;
  /** The state that each card showed last. */
  readonly cards: ReadonlyMap<number, string>;
  /** The running process. */
  domain(): Domain;
  /** Enqueues a job from outside, like a click. */
  enqueue(job: Job): void;
  /**
   * Runs at most `most` due jobs, the `choice`-th first. The process may crash after some steps; then a new process
   * starts. `twice`: runs each successful job once more. Resolves to the number of run jobs.
   */
  work(options: {
    most: number;
    choice: number;
    crashAfter?: number | null;
    twice?: boolean;
  }): Promise<number>;
  /** Moves the clock on. */
  pass(ms: number): void;
  /** When the next job is due, if there is one. */
  nextDue(): Date | null;
  now(): Date;
  /** Resets the tenant, and the database except for the audit entries of earlier runs. */
  reset(): Promise<void>;
}

function emailOf(name: string): string {
  return `${name}@harborlight.example`;
}

/** The model makes requests about one subject, without invited approvers. */
const DISPLAYS: Omit<DomainOptions["displays"], "requests"> = {
  cardLink: async () => null,
  cards: { channelOf: async () => null },
  invitations: { inviteDirectly: async () => {} },
  digests: { showDigest: async () => {} },
  freezes: { showFreeze: async () => {}, showReadOnly: async () => {} },
  bulkForms: { showDryRun: async () => {}, showRefusal: async () => {} },
  files: { read: async () => "" },
  delivery: { deliver: async () => "delivered" },
  exports: {
    ...{ header: () => Buffer.of(), lines: () => Buffer.of() },
    deliver: async () => "delivered",
    remove: async () => ({ kind: "none" }),
  },
};

/** Deletes all rows in one call, without the checks of references. */
const FORGET_REQUESTS = `begin; set local session_replication_role = replica;
${["write_freeze", "reminders", "grants", "decisions", "drafts", "snapshots", "targets", "change_requests"].map((table) => `delete from ${table}`).join("; ")};
commit`;

export async function openModelWorld(): Promise<ModelWorld> {
  const testDatabase = await createTestDatabase();
  const database = openDatabase({ connectionString: testDatabase.connectionString, log: () => {} });
  const { db, pool } = database;
  // The same few people ask the same few questions in every run.
  const engine = rememberDecisions(createPolicyEngine(await loadPolicies("policies")));
  const config = loadConfig(validEnvironment);
  const people = directoryOf(...PEOPLE);
  let nowMs = Date.parse("2001-11-01T09:00:00Z");
  await pool.query(`create table model_clock (at timestamptz not null); insert into model_clock values ('epoch');
    create or replace function current_instant() returns timestamptz language sql stable as 'select at from model_clock'`);
  let toldMs = 0;
  /** Sets the database's clock by the model's. */
  const tellDatabase = async () => {
    if (toldMs === nowMs) return;
    toldMs = nowMs;
    await pool.query("update model_clock set at = $1", [new Date(nowMs)]);
  };
  const clock = {
    now: () => new Date(nowMs),
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };
  const moment: ModelMoment = {
    now: clock.now,
    isFrozen: async () => ((await pool.query("select from write_freeze")).rowCount ?? 0) > 0,
  };
  const usernames = [...new Set([...SUBJECTS, ...PEOPLE.map(({ email }) => email ?? "")])];
  let tenant = createModelTenant(usernames, moment);
  const cards = new Map<number, string>();
  const queue = createModelQueue();
  let life = begin();

  // The jobs of a transaction exist only after its commit.
  const { run: runTransaction, read } = createUnitOfWork(db, { ...NO_JOBS, wake: queue.add });

  function begin() {
    const crashes = createCrashInjector();
    const uow: UnitOfWork = {
      async run(work) {
        crashes.step();
        await tellDatabase();
        const result = await runTransaction(async (tx) => {
          const done = await work(tx);
          crashes.step();
          return done;
        });
        crashes.step();
        return result;
      },
      async read(work) {
        crashes.step();
        await tellDatabase();
        return read(work);
      },
    };
    const incydr = tenant.clientOf(crashes);
    const reader = createReader(incydr);
    const domain = createDomain({
      ...{ config, clock },
      policies: { engine, earlierPolicies: async () => engine },
      audience: {
        people,
        channels: {
          facts: async (channelId) => ({
            ...{ channelId, name: "approvals", isPrivate: true, isShared: false, isArchived: false },
            ...{ botIsMember: true, memberIds: [], hasOutsiders: false },
          }),
        },
        rules: channelRulesOf(config),
        findPlace: async (place) => ({ place, moved: null }),
        mayBeTold: async () => true,
      },
      incydr: {
        ...{ users: incydr.users, reader },
        identify: createIdentify({ incydr: reader, operatorMap: config.operatorMap }),
      },
      storage: {
        uow,
        subjectLock: { withLock: (_userId, work) => work(async () => crashes.step()) },
        bulkLock: { tryWithLock: async () => false },
        isFrozen: createIsFrozen({ uow, readOnly: false }),
        directory: createTenantDirectory(db),
      },
      displays: { ...DISPLAYS, requests: displayOf(crashes, cards) },
      bot: { version: "0", startedAt: clock.now(), parts: () => [], isQueueLate: async () => false },
    });
    return { crashes, domain };
  }

  async function run(job: Job): Promise<void> {
    const { domain } = life;
    switch (job.kind) {
      case "decide":
        return domain.decide(job.click);
      case "cancel":
        return domain.cancel(job.click);
      case "renew":
        return domain.renew(job.click);
      case "execute":
        return domain.executor.execute(job.requestId);
      case "settle":
        return domain.executor.settle(job.requestId);
      case "show_card":
      case "announce":
        // An announcement first shows the card. The model ignores its text.
        return domain.showing.showCard(job.requestId);
      case "expire":
        return domain.expire(job.requestId);
      case "warn_of_end":
        return domain.warnOfEnd(job.requestId);
      case "end_grants":
        return domain.revoker.end(job.requestId);
      case "revoke_grants":
        return domain.revokeNow(job.click);
      case "tell":
      case "publish_audit":
      case "announce_freeze":
        return; // words alone
    }
  }

  /** Starts the service anew, which continues the work that a crash interrupted. */
  async function resume(): Promise<void> {
    life = begin();
    await resumeUnfinished({ uow: { run: runTransaction, read }, clock });
  }

  return {
    db,
    get tenant() {
      return tenant;
    },
    cards,
    domain: () => life.domain,
    enqueue: (job) => queue.add([{ job }]),
    async work({ most, choice, crashAfter = null, twice = false }) {
      if (crashAfter !== null) life.crashes.crashAfter(crashAfter);
      for (let done = 0; done < most; done += 1) {
        const jobs = queue.due(clock.now());
        const next = jobs[choice % Math.max(jobs.length, 1)];
        if (!next) {
          // A crash without anything to interrupt does not come later.
          life.crashes.crashAfter(Number.POSITIVE_INFINITY);
          return done;
        }
        try {
          await run(next.job);
          if (twice) await run(next.job);
          queue.remove(next);
        } catch (error) {
          if (!(error instanceof SimulatedCrash) && !life.crashes.hasCrashed) {
            // The job is retried later, as by the queue.
            next.startAfter = new Date(nowMs + 1_000);
          }
        }
        if (life.crashes.hasCrashed) await resume();
      }
      life.crashes.crashAfter(Number.POSITIVE_INFINITY);
      return most;
    },
    pass: (ms) => {
      nowMs += ms;
    },
    nextDue: queue.nextDue,
    now: clock.now,
    async reset() {
      queue.clear();
      await pool.query(FORGET_REQUESTS);
      tenant = createModelTenant(usernames, moment);
      cards.clear();
      life = begin();
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await testDatabase[Symbol.asyncDispose]();
    },
  };
}

function displayOf(crashes: CrashInjector, cards: Map<number, string>): RequestDisplay {
  return {
    async withCard(requestId, work) {
      crashes.step();
      const done = await work({
        channelId: null,
        async put({ request, grants }) {
          crashes.step();
          cards.set(requestId, [request, ...request.targets, ...grants].map(({ state }) => state).join(" "));
          return "posted";
        },
        takeAway: async () => false,
        takeAwayEarlier: async () => {},
      });
      crashes.step();
      return done;
    },
    withWarning: async () => {},
    threadOf: async () => null,
    postThreadUpdate: async () => null,
    postAlert: async () => {},
    tellOutcome: async () => {},
    tellMoved: async () => {},
    tellWhyMoved: async () => {},
    sendEphemeral: async () => crashes.step(),
  };
}
