import { sql } from "kysely";
import { createDomain, type Domain, type DomainOptions } from "../../../src/app/create-domain.ts";
import { createPolicyEngine, loadPolicies, type Person } from "../../../src/authorization/index.ts";
import {
  createRequestShowing,
  type Job,
  type RequestDisplay,
  type UnitOfWork,
} from "../../../src/change-requests/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { createUnitOfWork, type Database, openDatabase } from "../../../src/persistence/index.ts";
import { validEnvironment } from "../../unit/config/valid-environment.ts";
import { directoryOf } from "../../unit/subjects/incydr-bench.ts";
import { createTestDatabase } from "../database.ts";
import { somePerson } from "../domain-objects.ts";
import { createModelTenant, type ModelTenant } from "./model-incydr.ts";
import { createMortality, Death, type Mortality } from "./mortality.ts";

/** Whoever takes part; each is the Incydr user of their e-mail as well. */
export const PEOPLE: readonly Person[] = [
  ["maya", ["insider-risk-analysts"]],
  ["noor", ["insider-risk-analysts"]],
  ["lena", ["insider-risk-analysts", "insider-risk-leads"]],
  ["theo", ["insider-risk-leads"]],
  ["priya", ["insider-risk-leads"]],
  ["sam", []],
].map(([key, groups]) => {
  // The tuples above.
  const [name, handles] = [key as string, groups as string[]];
  return somePerson({ slackUserId: `U0${name.toUpperCase()}`, email: emailOf(name), groups: handles });
});

/** Who is acted upon: one of them is a lead. */
export const SUBJECTS: readonly string[] = ["nadia", "dario", "priya"].map(emailOf);

/** The real domain on the real database, between a tenant in memory and a display that remembers. */
export interface ModelWorld extends AsyncDisposable {
  readonly db: Database["db"];
  readonly tenant: ModelTenant;
  /** The state that each card shows, as it was shown last. */
  readonly cards: ReadonlyMap<number, string>;
  /** The process that lives now. */
  domain(): Domain;
  /** Leaves a job from outside, as a click does. */
  enqueue(job: Job): Promise<void>;
  /**
   * Does the due jobs, the `choice`-th first, at most `most` of them; the process may die after so many steps, and
   * is then started anew. `twice`: each job that succeeded is done once more. Resolves to how many were done.
   */
  work(options: { most: number; choice: number; dieAfter?: number | null; twice?: boolean }): Promise<number>;
  /** Moves the clock on. */
  pass(ms: number): void;
  /** When the next job is due, if there is one. */
  nextDue(): Promise<Date | null>;
  now(): Date;
  /** A tenant as new, a database that has nothing to do. */
  reset(): Promise<void>;
}

function emailOf(name: string): string {
  return `${name}@harborlight.example`;
}

/** The model asks for one subject at a time. */
const WITHOUT_BULKS: Pick<DomainOptions, "bulkLock" | "files" | "forms" | "delivery"> = {
  bulkLock: { tryWithLock: async () => false },
  files: { read: async () => "" },
  forms: { showReading: async () => {}, showRefusal: async () => {} },
  delivery: { deliver: async () => {} },
};

export async function openModelWorld(): Promise<ModelWorld> {
  const testDatabase = await createTestDatabase();
  const database = openDatabase({ connectionString: testDatabase.connectionString, log: () => {} });
  const { db } = database;
  await sql`create table model_jobs (id serial primary key, job jsonb not null, start_after timestamptz)`.execute(
    db,
  );
  const engine = createPolicyEngine(await loadPolicies("policies"));
  const config = loadConfig(validEnvironment);
  const people = directoryOf(...PEOPLE);
  // Long ago: the database's own clock, which tells whether a job is still to come, must not be overtaken.
  let nowMs = Date.parse("2001-11-01T09:00:00Z");
  const clock = {
    now: () => new Date(nowMs),
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };
  let tenant = createModelTenant([...new Set([...SUBJECTS, ...PEOPLE.map(({ email }) => email ?? "")])]);
  const cards = new Map<number, string>();
  let life = begin();

  function begin() {
    const mortality = createMortality();
    const real = createUnitOfWork(db, async (tx, jobs) => {
      for (const { job, startAfter } of jobs) {
        if (job.kind === "publish_audit") continue;
        await sql`insert into model_jobs (job, start_after)
          values (${JSON.stringify(job)}::jsonb, ${startAfter ?? null})`.execute(tx);
      }
    });
    const uow: UnitOfWork = {
      async run(work) {
        mortality.step();
        const result = await real.run(async (tx) => {
          const jobs = { ...tx.jobs, now: async () => clock.now() };
          const done = await work({ ...tx, jobs });
          mortality.step();
          return done;
        });
        mortality.step();
        return result;
      },
      async read(work) {
        mortality.step();
        return real.read(work);
      },
    };
    const display = displayOf(mortality, cards);
    const domain = createDomain({
      ...{ config, engine, people, uow, display, clock },
      earlierPolicies: async () => engine,
      channels: {
        facts: async (channelId) => ({
          ...{ channelId, name: "approvals", isPrivate: true, isShared: false, isArchived: false },
          ...{ botIsMember: true, memberIds: [], hasOutsiders: false },
        }),
      },
      incydr: tenant.clientOf(mortality),
      subjectLock: { withLock: (_userId, work) => work(async () => mortality.step()) },
      ...WITHOUT_BULKS,
    });
    return { mortality, uow, real, domain, showing: createRequestShowing({ uow, display, clock }) };
  }

  async function run(job: Job): Promise<void> {
    const { domain, showing } = life;
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
        // An announcement begins with the card; its words are not of the model.
        return showing.showCard(job.requestId);
      case "expire":
        return domain.expire(job.requestId);
      case "tell":
      case "publish_audit":
        return; // words alone
    }
  }

  const due = async () => {
    const { rows } = await sql<{ id: number; job: Job }>`select id, job from model_jobs
      where start_after is null or start_after <= ${clock.now()} order by id`.execute(db);
    return rows;
  };

  /** What the start of the service does: what a crash left unfinished goes on. */
  async function resume(): Promise<void> {
    life = begin();
    await life.real.run(async (tx) => {
      for (const requestId of await tx.requests.unfinished())
        await tx.jobs.enqueue({ kind: "execute", requestId });
      for (const requestId of await tx.requests.undetermined())
        await tx.jobs.enqueue({ kind: "settle", requestId });
    });
  }

  return {
    db,
    get tenant() {
      return tenant;
    },
    cards,
    domain: () => life.domain,
    enqueue: (job) => life.real.run((tx) => tx.jobs.enqueue(job)),
    async work({ most, choice, dieAfter = null, twice = false }) {
      if (dieAfter !== null) life.mortality.dieAfter(dieAfter);
      for (let done = 0; done < most; done += 1) {
        const jobs = await due();
        const next = jobs[choice % Math.max(jobs.length, 1)];
        if (!next) return done;
        try {
          await run(next.job);
          if (twice) await run(next.job);
          await sql`delete from model_jobs where id = ${next.id}`.execute(db);
        } catch (error) {
          if (!(error instanceof Death) && !life.mortality.isDead) {
            // Tried again later, as the queue does it.
            await sql`update model_jobs set start_after = ${new Date(nowMs + 1_000)} where id = ${next.id}`.execute(
              db,
            );
          }
        }
        if (life.mortality.isDead) await resume();
      }
      life.mortality.dieAfter(Number.POSITIVE_INFINITY);
      return most;
    },
    pass: (ms) => {
      nowMs += ms;
    },
    async nextDue() {
      const { rows } = await sql<{ at: Date | null }>`select min(start_after) as at from model_jobs`.execute(
        db,
      );
      return rows[0]?.at ?? null;
    },
    now: clock.now,
    async reset() {
      await sql`truncate model_jobs`.execute(db);
      await sql`delete from write_freeze`.execute(db);
      tenant = createModelTenant(tenant.users.map(({ username }) => username));
      cards.clear();
      life = begin();
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await testDatabase[Symbol.asyncDispose]();
    },
  };
}

function displayOf(mortality: Mortality, cards: Map<number, string>): RequestDisplay {
  return {
    async showCard(requestId, read) {
      mortality.step();
      const { request } = await read();
      mortality.step();
      cards.set(requestId, [request.state, ...request.targets.map(({ state }) => state)].join(" "));
      mortality.step();
    },
    announce: async () => mortality.step(),
    soundAlarm: async () => {},
    hideCard: async () => false,
    notice: (sentences) => ({ text: sentences.join(" "), blocks: [] }),
    refusal: (error) => ({ text: String(error), blocks: [] }),
    tell: async () => mortality.step(),
  };
}
