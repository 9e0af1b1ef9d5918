import { randomUUID } from "node:crypto";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PgBoss } from "pg-boss";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import {
  type ChangeRequest,
  type DecisionClick,
  type Job,
  type NewChangeRequest,
  SHOWN_SNAPSHOT_LENGTH,
  type Target,
  type Transaction,
} from "../../src/change-requests/index.ts";
import { createUnitOfWork, NO_JOBS, openDatabase } from "../../src/persistence/index.ts";
import { someDecision } from "./domain-objects.ts";
import { readBulk } from "./scenario-bulks.ts";
import { emailOf, makeRequest, openForm } from "./scenario-requests.ts";
import { untilQuiet } from "./scenario-world.ts";
import { sendView } from "./signed-interactions.ts";
import { withAction } from "./tampers.ts";
import type { World } from "./world.ts";

/** The requests, drafts and cards that the cases click, submit and work on. */
export interface EntryPointFixtures extends AsyncDisposable {
  readonly world: World;
  /** The card of a pending request. */
  readonly card: Message;
  /** The number of a fresh request like the one on the card. */
  pending(): Promise<number>;
  /** The number of a fresh request that is approved and waits for its execution. */
  approved(more?: Partial<NewChangeRequest>): Promise<number>;
  /** The number of a fresh request whose subject has changed since it was made. */
  stale(): Promise<number>;
  /** The number of a fresh request that was carried out. */
  done(): Promise<number>;
  /** The number of a fresh emergency that was executed and whose ratification is overdue. */
  unratified(): Promise<number>;
  /** The number of a fresh request whose role is given for some hours yet. */
  granted(): Promise<number>;
  /** The id of a fresh draft that maya may submit. */
  draft(): Promise<string>;
  /** The number of a fresh bulk of two users that is being carried out. */
  bulk(options?: { paused: boolean }): Promise<number>;
  /** The id of maya's fresh bulk draft at this stage. */
  bulkDraft(stage: "opened" | "given" | "read"): Promise<string>;
  /** A click on the card of a request. */
  clickOn(requestId: number, by: string): Promise<Omit<DecisionClick, "verdict" | "reason">>;
  /** Enqueues a job for the bot. */
  leave(job: Job): Promise<void>;
  /** Clicks on the card, but says that another button with another value was clicked. */
  click(by: string, actionId: string, value: string): Promise<unknown>;
  /** Sends a payload of a modal as Slack does. */
  view(
    type: "view_submission" | "view_closed" | "block_suggestion",
    by: string,
    view: Record<string, unknown>,
    more?: Record<string, unknown>,
  ): Promise<unknown>;
  /** Sends an event of the Events API. */
  event(event: Record<string, unknown>): Promise<unknown>;
}

/** The terms of an emergency. */
export const EMERGENCY = { ratifyWithinHours: 24, escalateTo: [] };

/** Puts one user into the directory, because an empty one is not exported. */
const ONE_LISTED_USER = `insert into directory_users
  (user_id, username, display_name, folded_username, folded_name, folded_org, read_at, listed_at)
  values ('1', 'listed@example.com', 'Listed', 'listed@example.com', 'listed', '', now(), now())`;
/** An export of the whole directory by theo. */
export const EXPORT: Extract<Job, { kind: "export_users" }> = {
  ...{ kind: "export_users", exportId: "export of a test", clickId: randomUUID() },
  ...{ slackUserId: "U0THEO", place: { channelId: "C0APPROVE", threadTs: null } },
  filter: { text: null, active: null, blocked: null, org: null, role: null },
};

const HOUR_MS = 3_600_000;
const ANN = emailOf("ann.karlsson");

/** Makes the requests and the drafts under the policies that hold. `onMade` is called after each fresh one. */
export async function prepareEntryPoints(
  world: World,
  { onMade }: { readonly onMade: () => Promise<void> },
): Promise<EntryPointFixtures> {
  const { slack, db } = world;
  const connectionString = world.env.DATABASE_URL ?? "";
  const maya = slack.as("maya");
  await using stack = new AsyncDisposableStack();
  await db.query(ONE_LISTED_USER);
  const uow = createUnitOfWork(stack.use(openDatabase({ connectionString, log: () => {} })).db, NO_JOBS);
  const made = async (name: string) => {
    const { id, card } = await makeRequest(world, {
      command: `/incydr roles ${emailOf(name)} add Alert Emails`,
    });
    const request = await uow.run(({ requests }) => requests.get(id));
    if (!request) throw new Error(`CR-${id} is not stored.`);
    return { request, card };
  };
  const { request: aboutNadia, card } = await made("nadia.petrov");
  const { request: aboutAnn } = await made("ann.karlsson");
  const { request: aboutAnnette } = await made("annette.karlsson");
  await openForm(maya, `/incydr deactivate ${emailOf("rolf.brandt")}`);
  await untilQuiet(world);
  await maya.close({ all: true });
  const lines = [ANN, emailOf("annette.karlsson")].join("\n");
  await readBulk(world, { command: "/incydr bulk deactivate", input: { "Or pasted lines": lines } });
  await untilQuiet(world);
  const idIn = async (drafts: string) => {
    const { rows } = await db.query<{ id: string }>(`select id from ${drafts}`);
    return rows[0]?.id ?? "";
  };
  const [openDraft, openBulk] = [await idIn("drafts where request_id is null"), await idIn("bulk_drafts")];

  const make = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const made = await uow.run(work);
    await onMade();
    return made;
  };
  /** Stores a request like this one, with an approval unless it is pending. */
  const store = (
    request: ChangeRequest,
    patch: Partial<NewChangeRequest>,
    more: (tx: Transaction, stored: ChangeRequest) => Promise<void> = async () => {},
  ) =>
    make(async (tx) => {
      const stored = await tx.requests.insert({ ...request, ...patch });
      const decision = someDecision({ clickId: randomUUID(), snapshotHash: stored.snapshotHash });
      if (stored.state !== "pending" && !stored.emergency) await tx.requests.addDecision(stored.id, decision);
      await more(tx, stored);
      return stored.id;
    });
  const verified = ({ targets }: ChangeRequest): readonly Target[] =>
    targets.map((target) => ({ ...target, state: "verified", settledAt: new Date() }));

  // This queue only enqueues jobs. The bot's own queue runs them.
  const boss = new PgBoss({ connectionString, supervise: false, schedule: false });
  await boss.start();
  stack.defer(() => boss.stop({ timeout: 1_000 }));
  const opened = stack.move();
  return {
    world,
    card,
    pending: () => store(aboutNadia, {}),
    approved: (more = {}) => store(aboutAnn, { state: "approved", ...more }),
    async stale() {
      // Another try may have executed the change. Then there would be nothing to renew.
      const others = world.incydr.tenant.rolesOf(ANN).filter((role) => role !== "alert-emails");
      world.incydr.control.edit.setRoles(ANN, others);
      return store(aboutAnn, { state: "stale" });
    },
    done: () => store(aboutAnn, { state: "done", targets: verified(aboutAnn) }),
    unratified: () =>
      store(
        aboutNadia,
        { state: "done", emergency: EMERGENCY, targets: verified(aboutNadia) },
        ({ requests }, { id }) =>
          requests.saveRatification(id, {
            ...{ state: "awaiting", deadlineAt: new Date(), overdue: false, decision: null },
          }),
      ),
    async granted() {
      const role = { id: "alert-emails", name: "Alert Emails" };
      const change = { kind: "add_roles", roles: [role], grantHours: 8 } as const;
      return store(
        aboutNadia,
        { state: "done", change, targets: verified(aboutNadia) },
        async ({ grants }, { id: requestId, targets }) => {
          const userId = targets[0]?.userId ?? "";
          // Otherwise an earlier grant would hold the role longer.
          for (const earlier of await grants.lockOpen(userId))
            await grants.update(earlier, { state: "superseded", intent: null, endedAt: new Date() });
          const [grantedAt, endsAt] = [-4, 4].map((hours) => new Date(Date.now() + hours * HOUR_MS)) as [
            Date,
            Date,
          ];
          await grants.insert([{ requestId, userId, role, grantedAt, endsAt }]);
        },
      );
    },
    draft: () =>
      make(async ({ drafts }) => {
        const [draft, id] = [await drafts.lock(openDraft), randomUUID()];
        if (draft) await drafts.insert({ ...draft, id });
        return id;
      }),
    bulk: async ({ paused } = { paused: false }) => {
      const targets = [aboutAnn, aboutAnnette].flatMap(({ targets: [target] }, position) =>
        target ? [{ ...target, position }] : [],
      );
      return store(aboutAnn, { state: "executing", targets }, ({ requests }, { id }) =>
        requests.update(id, { paused }),
      );
    },
    bulkDraft: (stage) =>
      make(async ({ bulkDrafts }) => {
        const [draft, id] = [await bulkDrafts.lock(openBulk), randomUUID()];
        if (!draft) throw new Error("No bulk was opened.");
        const input = stage === "opened" ? null : draft.input;
        await bulkDrafts.insert({ ...draft, id, input, reading: stage === "read" ? draft.reading : null });
        return id;
      }),
    async clickOn(requestId, by) {
      const request = await uow.run(({ requests }) => requests.get(requestId));
      const shownSnapshot = (request?.snapshotHash ?? "").slice(0, SHOWN_SNAPSHOT_LENGTH);
      const place = { channelId: "C0APPROVE", threadTs: null };
      return { clickId: randomUUID(), requestId, slackUserId: slack.as(by).person.id, shownSnapshot, place };
    },
    leave: async (job) => void (await boss.send(job.kind, job)),
    click: (by, action_id, value) =>
      slack.as(by).click("Approve", { message: card, tamper: withAction({ action_id, value }) }),
    view: (type, by, ...rest) => sendView(slack, type, slack.as(by).person.id, ...rest),
    event: (event) =>
      slack.deliverRaw({
        contentType: "application/json",
        body: JSON.stringify({
          ...{ token: "simulated-verification-token", team_id: "T0HARBOR", api_app_id: "A0INCYDR" },
          event: { ...event, event_ts: "1.1" },
          ...{ type: "event_callback", event_id: "Ev0", event_time: 1 },
        }),
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
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
