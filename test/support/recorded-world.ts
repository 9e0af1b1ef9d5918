import { PgBoss } from "pg-boss";
import { expect } from "vitest";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import { migrate, openDatabase } from "../../src/persistence/index.ts";
import {
  type Recording,
  readRecording,
  restorePosts,
  restoreTables,
  restoreTenant,
} from "./restore-recording.ts";
import { createSignedInteractions } from "./signed-interactions.ts";
import { startWorld, type World } from "./world.ts";

const SOON = { timeout: 30_000, interval: 25 };

/** A world that an earlier version of the bot left when it was ended, and that this version has taken over. */
export interface RecordedWorld extends AsyncDisposable {
  readonly world: World;
  readonly recording: Recording;
  /** The number of the request that was left in that state. */
  idOf(name: string): number;
  /** Leaves the jobs of every kind that were recorded, also those that had been done. */
  leaveJobs(): Promise<void>;
  /** A message that was recorded, by its key among the posted messages: as this person sees it, with the buttons that it had then. */
  postedAs(key: string, by: string): Promise<Message>;
  /** Clicks a button of the card that the earlier version had posted, by its text or its `action_id`. */
  click(by: string, button: string, name: string): Promise<void>;
  /**
   * The states of all requests, by the name of what they were left as: of the request, how many targets are in which, of
   * its temporary role and of its ratification.
   */
  states(): Promise<Record<string, string>>;
  /** The state of the request, and each different state of its targets. */
  stateOf(name: string): Promise<string>;
  /** Waits until the request is in that state. */
  becomes(name: string, state: string): Promise<void>;
  /** The state of the request's temporary role. */
  grantOf(name: string): Promise<string | undefined>;
  /** The state of the emergency's ratification. */
  ratificationOf(name: string): Promise<string | undefined>;
  /** Submits the forms that were open when the earlier version was ended; resolves to the acks' bodies. */
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

/** Restores what a recording of `test/compatibility` holds, migrates the database, and starts the bot. */
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
  const send = createSignedInteractions(slack);
  const idOf = (request: string) => {
    const id = recording.requests[request];
    if (id === undefined) throw new Error(`No request was left as ${request}.`);
    return id;
  };
  const one = async (sql: string, request: string): Promise<string | undefined> => {
    const { rows } = await db.query<{ state: string }>(sql, [idOf(request)]);
    return rows[0]?.state;
  };
  const stateOf = async (request: string) =>
    (await one(
      `select concat_ws(' ', request.state, string_agg(distinct target.state, ' ')) as state
       from change_requests request join targets target on request_id = id where id = $1 group by request.state`,
      request,
    )) ?? "";
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

  return {
    ...{ world, recording, idOf, postedAs, stateOf },
    async states() {
      const { rows } = await db.query<{ id: number; state: string }>(STATES);
      return Object.fromEntries(rows.map(({ id, state }) => [names.get(id) ?? `CR-${id}`, state]));
    },
    async leaveJobs() {
      await using boss = await openQueue(connectionString);
      for (const { kind, data } of recording.jobs) await boss.queue.send(kind, data);
    },
    async click(by, button, request) {
      const message = await postedAs(`card:${idOf(request)}`, by);
      await slack.as(by).click(button, { message, stale: true });
    },
    becomes: (request, state) => expect.poll(() => stateOf(request), SOON).toBe(state),
    grantOf: (request) => one("select state from grants where request_id = $1", request),
    ratificationOf: (request) => one("select state from ratifications where request_id = $1", request),
    submitRecorded: () =>
      Promise.all(
        recording.submissions.map(async ({ by, view }) => {
          const { status, body } = await send.view("view_submission", by, view);
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

async function openQueue(connectionString: string): Promise<AsyncDisposable & { queue: PgBoss }> {
  const queue = new PgBoss({
    connectionString,
    ...{ max: 1, supervise: false, schedule: false, migrate: false },
  });
  await queue.start();
  return { queue, [Symbol.asyncDispose]: () => queue.stop({ graceful: false }) };
}
