import { PgBoss } from "pg-boss";
import { expect } from "vitest";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import { verifyChain } from "../../src/audit/index.ts";
import { createAuditReader, migrate, openDatabase } from "../../src/persistence/index.ts";
import {
  type Recording,
  readRecording,
  restorePosts,
  restoreTables,
  restoreTenant,
} from "./restore-recording.ts";
import { untilQuiet } from "./scenario-world.ts";
import { sendView } from "./signed-interactions.ts";
import { startWorld, type World } from "./world.ts";

/** A world that an earlier version of the bot has left, and in which this version now runs. */
export interface RecordedWorld extends AsyncDisposable {
  readonly world: World;
  readonly recording: Recording;
  /** The number of the recorded request in this state. */
  idOf(name: string): number;
  /** Enqueues the recorded jobs of every kind, also jobs that had been done. */
  leaveJobs(): Promise<void>;
  /** A recorded message by its key, as this person sees it, with its recorded buttons. */
  postedAs(key: string, by: string): Promise<Message>;
  /** Clicks a button of the card that the earlier version had posted, by its text or its `action_id`. */
  click(by: string, button: string, name: string): Promise<void>;
  /**
   * The states of all requests, by the name of their recorded state: the state of the request, the number of targets in
   * each state, and the states of its temporary role and its ratification.
   */
  states(): Promise<Record<string, string>>;
  /** The requests whose state `act` changes, and the writes to Incydr with the name of their request. */
  effectsOf(act: () => Promise<unknown>): Promise<{ states: Record<string, string>; writes: string[] }>;
  /** Submits the recorded open forms; resolves to the acks' bodies. */
  submitRecorded(): Promise<string[]>;
  /** Fills in the form that opens for this person, and submits it. */
  submitForm(by: string, fields: Record<string, string>): Promise<void>;
}

const STATES = `
  select id::int, concat_ws(' ', request.state, case when paused then 'paused' end,
    (select string_agg(count || ' ' || state, ', ' order by state) from
      (select state, count(*) from targets where request_id = id group by state) of_targets),
    (select 'grant ' || state from grants where request_id = id),
    (select 'ratification ' || state from ratifications where request_id = id)) as state
  from change_requests request order by id`;

/** Restores a recording of `test/compatibility`, migrates the database, and starts the bot. */
export async function takeOver(name: string): Promise<RecordedWorld> {
  const recording = await readRecording(name);
  const world = await startWorld({ startBot: false });
  const connectionString = world.env.DATABASE_URL ?? "";
  await restoreTables(connectionString, recording);
  await using database = openDatabase({ connectionString, log: () => {} });
  await migrate(database);
  restoreTenant(world, recording);
  await restorePosts(world, recording);
  await world.startBot();

  const { db, slack } = world;
  const idOf = (request: string) => {
    const id = recording.requests[request];
    if (id === undefined) throw new Error(`No request was left as ${request}.`);
    return id;
  };
  const postedAs = async (key: string, by: string) => {
    const { rows } = await db.query<{ channel: string; ts: string }>(
      "select channel_id as channel, ts from slack_posts where key = $1",
      [key],
    );
    const [at] = rows;
    const seen = at
      ? slack
          .as(by)
          .sees(at.channel)
          .find(({ ts }) => ts === at.ts)
      : undefined;
    const recorded = recording.posts.find((post) => post.key === key);
    if (!seen || !recorded) throw new Error(`${by} does not see ${key}.`);
    return { ...seen, blocks: recorded.blocks as unknown as Message["blocks"] }; // of a message that Slack took
  };
  const names = new Map(Object.entries(recording.requests).map(([request, id]) => [id, request]));

  const states = async () => {
    const { rows } = await db.query<{ id: number; state: string }>(STATES);
    return Object.fromEntries(rows.map(({ id, state }) => [names.get(id) ?? `CR-${id}`, state]));
  };

  return {
    ...{ world, recording, idOf, postedAs, states },
    async effectsOf(act) {
      const before = await states();
      const { length } = world.incydr.writeLog();
      await act();
      await untilQuiet(world);
      const after = await states();
      const { rows } = await db.query<{ user: string; id: number }>(
        "select user_id as user, request_id::int as id from targets order by request_id desc",
      );
      const nameOf = (userId: string) => names.get(rows.find(({ user }) => user === userId)?.id ?? 0);
      const writes = world.incydr.writeLog().slice(length);
      return {
        states: Object.fromEntries(Object.entries(after).filter(([name, state]) => before[name] !== state)),
        writes: writes.map(({ kind, userId }) => `${kind} ${nameOf(userId)}`).sort(),
      };
    },
    async leaveJobs() {
      await using boss = await openQueue(connectionString);
      for (const { kind, data } of recording.jobs) await boss.queue.send(kind, data);
    },
    async click(by, button, request) {
      const message = await postedAs(`card:${idOf(request)}`, by);
      await slack.as(by).click(button, { message, stale: true });
    },
    submitRecorded: () =>
      Promise.all(
        recording.submissions.map(async ({ by, view }) => {
          const { status, body } = await sendView(slack, "view_submission", by, view);
          expect(status).toBe(200);
          return body;
        }),
      ),
    async submitForm(by, fields) {
      const person = slack.as(by);
      await person.waitForModal(({ submit }) => Boolean(submit), { timeoutMs: 20_000 });
      await person.fill(fields);
      await person.submit();
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** Asserts that the audit log is an intact chain, which this version continued. */
export async function expectContinuedChain({ world, recording }: RecordedWorld): Promise<void> {
  await untilQuiet(world);
  await using database = openDatabase({ connectionString: world.env.DATABASE_URL ?? "", log: () => {} });
  const { head, faults } = await verifyChain(createAuditReader(database.db).all());
  expect(faults).toEqual([]);
  expect(head.seq).toBeGreaterThan(recording.tables.audit_entries?.length ?? 0);
}

async function openQueue(connectionString: string): Promise<AsyncDisposable & { queue: PgBoss }> {
  const queue = new PgBoss({
    connectionString,
    ...{ max: 1, supervise: false, schedule: false, migrate: false },
  });
  await queue.start();
  return { queue, [Symbol.asyncDispose]: () => queue.stop({ graceful: false }) };
}
