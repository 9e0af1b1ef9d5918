import { randomUUID } from "node:crypto";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PgBoss } from "pg-boss";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import { type DecisionClick, type Job, SHOWN_SNAPSHOT_LENGTH } from "../../src/change-requests/index.ts";
import { readBulk } from "./scenario-bulks.ts";
import { answerTo } from "./scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest, waitForCard } from "./scenario-requests.ts";
import { untilQuiet } from "./scenario-world.ts";
import { createSignedInteractions } from "./signed-interactions.ts";
import type { World } from "./world.ts";

/** The requests, drafts and cards that the cases click, submit and work on. */
export interface EntryPointFixtures extends AsyncDisposable {
  readonly world: World;
  /** The card of a pending request. */
  readonly card: Message;
  /** The number of a fresh request like the one on the card. */
  pending(): Promise<number>;
  /** The number of a fresh request that is approved and waits to be carried out. */
  approved(): Promise<number>;
  /** The number of a fresh request whose subject has changed since it was made. */
  stale(): Promise<number>;
  /** The number of a fresh request that was carried out. */
  done(): Promise<number>;
  /** The number of a fresh emergency that was carried out and should have been ratified by now. */
  unratified(): Promise<number>;
  /** The number of a fresh request whose role is given for some hours yet. */
  granted(): Promise<number>;
  /** The id of a fresh draft that maya may submit. */
  draft(): Promise<string>;
  /** The number of a fresh bulk of two users that is being carried out. */
  bulk(options?: { paused: boolean }): Promise<number>;
  /** The id of a fresh bulk that maya is filling in: as far as `stage` says. */
  bulkDraft(stage: "opened" | "given" | "read"): Promise<string>;
  /** A click of somebody on the card that a request would have. */
  clickOn(requestId: number, by: string): Promise<Omit<DecisionClick, "verdict" | "reason">>;
  /** Leaves a job for the bot. */
  leave(job: Job): Promise<void>;
  /** Clicks on the card, but says that another button with another value was clicked. */
  click(by: string, actionId: string, value: string): Promise<unknown>;
  /** Sends what Slack sends of a modal. */
  view(
    type: "view_submission" | "view_closed" | "block_suggestion",
    by: string,
    view: Record<string, unknown>,
    more?: Record<string, unknown>,
  ): Promise<unknown>;
  /** Sends an event of the Events API. */
  event(event: Record<string, unknown>): Promise<unknown>;
}

/** What an emergency is stored with. */
export const EMERGENCY = JSON.stringify({ ratifyWithinHours: 24, escalateTo: [] });

const NADIA = emailOf("nadia.petrov");

/** Makes the requests and the draft under the policies that hold. */
export async function prepareEntryPoints(world: World): Promise<EntryPointFixtures> {
  const { slack, db } = world;
  const maya = slack.as("maya");
  const { id: undecided, card } = await makeRequest(world, {
    command: `/incydr roles ${NADIA} add Alert Emails`,
  });
  const { id: decided, card: decidedCard } = await makeRequest(world, {
    command: `/incydr roles ${emailOf("ann.karlsson")} add Alert Emails`,
  });
  const jonas = slack.as("jonas");
  await answerTo(jonas, APPROVALS, () => jonas.command("/incydr freeze", { in: APPROVALS }));
  await slack.as("theo").click("Approve", { message: decidedCard });
  await waitForCard(world, { id: decided, shows: "Waiting: all changes are frozen." });
  await maya.command(`/incydr deactivate ${emailOf("rolf.brandt")}`, { in: APPROVALS });
  await maya.waitForModal(({ submit }) => submit === "Request approval");
  await untilQuiet(world);
  await maya.close({ all: true });
  const lines = [emailOf("ann.karlsson"), emailOf("annette.karlsson")].join("\n");
  await readBulk(world, { command: "/incydr bulk deactivate", input: { "Or pasted lines": lines } });
  await untilQuiet(world);
  const { rows: bulks } = await db.query<{ id: string }>("select id from bulk_drafts");
  const { rows: open } = await db.query<{ id: string }>("select id from drafts where request_id is null");
  await db.query("delete from write_freeze");
  // Or it would be carried out when the bot starts again; its copies are.
  await db.query("update change_requests set state = 'pending' where id = $1", [decided]);

  // It only leaves jobs: the bot's own queue looks after them.
  const boss = new PgBoss({
    connectionString: world.env.DATABASE_URL ?? "",
    supervise: false,
    schedule: false,
  });
  await boss.start();
  const { view } = createSignedInteractions(slack);
  return {
    world,
    card,
    pending: () => copyRequest(world, undecided, "pending"),
    approved: () => copyRequest(world, decided, "approved"),
    async stale() {
      // Another try may have carried the change out: then there would be nothing to renew.
      const ann = emailOf("ann.karlsson");
      const others = world.incydr.tenant.rolesOf(ann).filter((role) => role !== "alert-emails");
      world.incydr.control.edit.setRoles(ann, others);
      return copyRequest(world, decided, "stale");
    },
    async done() {
      const id = await copyRequest(world, decided, "done");
      await db.query("update targets set state = 'verified', settled_at = now() where request_id = $1", [id]);
      return id;
    },
    async unratified() {
      const id = await copyRequest(world, undecided, "done");
      await db.query("update change_requests set emergency = $2 where id = $1", [id, EMERGENCY]);
      await db.query("update targets set state = 'verified' where request_id = $1", [id]);
      await db.query(
        "insert into ratifications (request_id, state, deadline_at) values ($1, 'awaiting', now())",
        [id],
      );
      return id;
    },
    async granted() {
      const id = await copyRequest(world, undecided, "done");
      await db.query(`update change_requests set change = change || '{"grantHours": 8}' where id = $1`, [id]);
      await db.query("update targets set state = 'verified', settled_at = now() where request_id = $1", [id]);
      // Or an earlier one would hold the role longer.
      await db.query(
        "update grants set state = 'superseded', intent_at = null, intent_deadline_at = null, ended_at = now() where ended_at is null",
      );
      await db.query(
        `insert into grants (request_id, user_id, role_id, role_name, state, granted_at, ends_at)
         select request_id, user_id, 'alert-emails', 'Alert Emails', 'active', now() - interval '4 hours',
           now() + interval '4 hours' from targets where request_id = $1`,
        [id],
      );
      return id;
    },
    draft: () => copyDraft(world, open[0]?.id ?? ""),
    async bulk({ paused } = { paused: false }) {
      const id = await copyRequest(world, decided, "executing");
      await db.query("update change_requests set paused = $2 where id = $1", [id, paused]);
      const other = world.incydr.tenant.user(emailOf("annette.karlsson"));
      await db.query(
        `insert into targets select (jsonb_populate_record(target,
           jsonb_build_object('position', 1, 'user_id', $2::text, 'username', $3::text,
             'snapshot', jsonb_set(target.snapshot::jsonb, '{userId}', to_jsonb($2::text))))).*
         from targets as target where request_id = $1`,
        [id, other.userId, other.username],
      );
      return id;
    },
    async bulkDraft(stage) {
      const { rows } = await db.query<{ id: string }>(
        `insert into bulk_drafts select (jsonb_populate_record(draft, jsonb_build_object('id', gen_random_uuid()))).*
         from bulk_drafts as draft where id = $1 returning id`,
        [bulks[0]?.id],
      );
      const id = rows[0]?.id ?? "";
      if (stage !== "read") await db.query("update bulk_drafts set reading = null where id = $1", [id]);
      if (stage === "opened") await db.query("update bulk_drafts set input = null where id = $1", [id]);
      return id;
    },
    async clickOn(requestId, by) {
      const { rows } = await db.query<{ hash: string }>(
        "select snapshot_hash as hash from change_requests where id = $1",
        [requestId],
      );
      const shownSnapshot = (rows[0]?.hash ?? "").slice(0, SHOWN_SNAPSHOT_LENGTH);
      const place = { channelId: "C0APPROVE", threadTs: null };
      return { clickId: randomUUID(), requestId, slackUserId: slack.as(by).person.id, shownSnapshot, place };
    },
    leave: async (job) => void (await boss.send(job.kind, job)),
    click: (by, action_id, value) => {
      const tamper = (payload: Record<string, unknown>) => ({
        ...payload,
        actions: (payload.actions as object[]).map((action) => ({ ...action, action_id, value })),
      }); // a click has actions
      return slack.as(by).click("Approve", { message: card, tamper });
    },
    view: (type, by, ...rest) => view(type, slack.as(by).person.id, ...rest),
    event: (event) =>
      slack.deliverRaw({
        contentType: "application/json",
        body: JSON.stringify({
          token: "simulated-verification-token",
          team_id: "T0HARBOR",
          api_app_id: "A0INCYDR",
          event: { ...event, event_ts: "1.1" },
          type: "event_callback",
          event_id: "Ev0",
          event_time: 1,
        }),
      }),
    [Symbol.asyncDispose]: () => boss.stop({ timeout: 1_000 }),
  };
}

/** A folder of policies that forbid everything to everybody. */
export async function forbidEverything(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "incydr-chatops-test-"));
  const policies = path.join(import.meta.dirname, "../../policies");
  await cp(path.join(policies, "schema.cedarschema"), path.join(folder, "schema.cedarschema"));
  const nobody = `@id("nobody")\n@reason("Nobody may do anything.")\nforbid (principal, action, resource);\n`;
  await writeFile(path.join(folder, "10-nobody.cedar"), nobody);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** The number of a fresh request like this one, with its decisions, in the given state. */
export async function copyRequest({ db }: World, id: number, state: string): Promise<number> {
  const { rows } = await db.query<{ id: string }>(
    `insert into change_requests overriding system value
     select (jsonb_populate_record(request, jsonb_build_object(
       'id', nextval(pg_get_serial_sequence('change_requests', 'id')), 'state', $2::text, 'waiting_for', null))).*
     from change_requests as request where id = $1 returning id`,
    [id, state],
  );
  const copy = Number(rows[0]?.id);
  const into = (table: string, more: string) =>
    `insert into ${table} overriding system value
     select (jsonb_populate_record(row, jsonb_build_object('request_id', $2::bigint${more}))).*
     from ${table} as row where request_id = $1`;
  await db.query(into("targets", ""), [id, copy]);
  await db.query(into("decisions", ", 'click_id', gen_random_uuid()"), [id, copy]);
  return copy;
}

/** The id of a fresh draft like this one, not submitted yet. */
export async function copyDraft({ db }: World, id: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into drafts select (jsonb_populate_record(draft, jsonb_build_object('id', gen_random_uuid()))).*
     from drafts as draft where id = $1 returning id`,
    [id],
  );
  return rows[0]?.id ?? "";
}
