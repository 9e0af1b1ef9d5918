import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Command } from "../../src/slack/listeners/commands/parse-command.ts";
import { BULK_CASES, type EntryPointCase } from "../support/bulk-entry-point-cases.ts";
import { type Effects, type EffectsWatch, watchEffects } from "../support/entry-point-effects.ts";
import {
  EMERGENCY,
  type EntryPointFixtures,
  forbidEverything,
  prepareEntryPoints,
} from "../support/entry-point-fixtures.ts";
import { GRANT_CASES } from "../support/grant-entry-point-cases.ts";
import { everyEntryPoint } from "../support/registered-listeners.ts";
import { APPROVALS, emailOf } from "../support/scenario-requests.ts";
import { untilQuiet } from "../support/scenario-world.ts";
import { SHOWING_CASES } from "../support/showing-entry-point-cases.ts";
import { startWorld } from "../support/world.ts";

// Each command, button, form, shortcut, event and kind of job has a case here.
// Under policies that forbid everything it has no effect. Under the policies of the team it has one, or the
// case would prove nothing.

const NADIA = emailOf("nadia.petrov");

const typed =
  (by: string, line: string): EntryPointCase["run"] =>
  ({ world }) =>
    world.slack.as(by).command(line, { in: APPROVALS });

/** Each word behind `/incydr`; the type keeps the list whole. */
const COMMANDS: Record<Command["name"], EntryPointCase> = {
  help: { by: "maya", run: typed("maya", "/incydr help"), isIdle: "it is one text for everybody" },
  unknown: { by: "maya", run: typed("maya", "/incydr delete"), isIdle: "it is one text for everybody" },
  user: { by: "maya", run: typed("maya", `/incydr user ${NADIA}`) },
  roles: { by: "maya", run: typed("maya", "/incydr roles") },
  change: { by: "maya", run: typed("maya", `/incydr deactivate ${NADIA}`) },
  can: { by: "maya", run: typed("maya", `/incydr can me request ${NADIA}`) },
  undo: {
    by: "maya",
    run: async ({ world, done }) =>
      world.slack.as("maya").command(`/incydr undo CR-${await done()}`, { in: APPROVALS }),
  },
  bulk: { by: "maya", run: typed("maya", "/incydr bulk deactivate") },
  grants: { by: "maya", run: typed("maya", "/incydr grants") },
  freeze: { by: "jonas", run: typed("jonas", "/incydr freeze") },
  unfreeze: { by: "theo", run: typed("theo", "/incydr unfreeze") },
};

const clicked = (
  by: string,
  actionId: string,
  on: "pending" | "stale" | "done" | "unratified" = "pending",
): EntryPointCase => ({
  by,
  run: async ({ click, [on]: made }) => click(by, actionId, String(await made())),
});
const subjectButton = (actionId: string, username = NADIA): EntryPointCase => ({
  by: "maya",
  run: ({ click }) => click("maya", actionId, username),
});
const CANCELS: EntryPointCase["evenSo"] = {
  because: "it asks, is told that its requester may not, and so cancels the request",
  tables: ["change_requests", "targets"],
  audit: ["request.cancelled"],
  isSeen: true,
};

const CASES: Record<string, EntryPointCase> = {
  ...BULK_CASES,
  ...GRANT_CASES,
  ...SHOWING_CASES,
  "action approve": clicked("theo", "approve"),
  "action deny": { ...clicked("theo", "deny"), isIdle: "it opens a form for whoever clicked" },
  "action cancel": clicked("priya", "cancel"),
  "action ratify": clicked("theo", "ratify", "unratified"),
  "action dispute": { ...clicked("theo", "dispute"), isIdle: "it opens a form for whoever clicked" },
  "action renew": clicked("maya", "renew", "stale"),
  "action undo": clicked("maya", "undo", "done"),
  "action subject_deactivate": subjectButton("subject_deactivate"),
  "action subject_activate": subjectButton("subject_activate", emailOf("olga.novak")),
  "action subject_move": subjectButton("subject_move"),
  "action subject_add_roles": subjectButton("subject_add_roles"),
  "action subject_remove_roles": subjectButton("subject_remove_roles"),
  "action subject_replace_roles": subjectButton("subject_replace_roles"),
  "action open_link": { ...clicked("maya", "open_link"), isIdle: "the browser opens the link" },
  "options draft_org": {
    by: "maya",
    run: async ({ view, draft }) =>
      view(
        "block_suggestion",
        "maya",
        { private_metadata: await draft() },
        { action_id: "draft_org", value: "Re" },
      ),
    isIdle: "it searches what was read for the draft, for whoever opened it",
  },
  "view_submission draft_form": {
    by: "maya",
    run: async ({ view, draft }) =>
      view("view_submission", "maya", {
        callback_id: "draft_form",
        private_metadata: await draft(),
        state: { values: { reason: { value: { type: "plain_text_input", value: "Asked by a test" } } } },
      }),
  },
  "view_submission draft_choose_subject": {
    by: "maya",
    run: async ({ view, draft }) =>
      view("view_submission", "maya", {
        callback_id: "draft_choose_subject",
        private_metadata: await draft(),
        state: {
          values: {
            who: { value: { type: "plain_text_input", value: NADIA } },
            kind: { value: { type: "radio_buttons", selected_option: { value: "deactivate" } } },
          },
        },
      }),
  },
  "view_submission denial_form": {
    by: "theo",
    run: async ({ view, clickOn, pending }) =>
      view("view_submission", "theo", {
        callback_id: "denial_form",
        private_metadata: JSON.stringify(await clickOn(await pending(), "theo")),
        state: { values: { reason: { value: { type: "plain_text_input", value: "Denied by a test" } } } },
      }),
  },
  "view_submission dispute_form": {
    by: "theo",
    run: async ({ view, clickOn, unratified }) =>
      view("view_submission", "theo", {
        callback_id: "dispute_form",
        private_metadata: JSON.stringify(await clickOn(await unratified(), "theo")),
        state: { values: { reason: { value: { type: "plain_text_input", value: "Disputed by a test" } } } },
      }),
  },
  "view_closed draft_notice": {
    by: "maya",
    run: async ({ view, draft }) =>
      view("view_closed", "maya", { callback_id: "draft_notice", private_metadata: await draft() }),
    evenSo: { because: "whoever opened a form ends it: nothing can come of it any more", tables: ["drafts"] },
  },
  "shortcut act_on_user": {
    by: "maya",
    run: ({ world }) => {
      const maya = world.slack.as("maya");
      const message = maya.sees(APPROVALS).find(({ ephemeral }) => !ephemeral);
      if (!message) throw new Error("There is no message to act on.");
      return maya.shortcut("Act on this user", { message });
    },
  },
  ...Object.fromEntries(
    ["subteam_members_changed", "subteam_updated", "subteam_created"].map(
      (type): [string, EntryPointCase] => [
        `event ${type}`,
        {
          by: "maya",
          run: ({ event }) =>
            event({ type, subteam_id: "S0LEADS", subteam: { id: "S0LEADS", handle: "insider-risk-leads" } }),
          isIdle: "it has the groups read from Slack, where nothing changed",
        },
      ],
    ),
  ),
  "job decide": {
    by: "theo",
    run: async ({ leave, clickOn, pending }) => {
      const click = await clickOn(await pending(), "theo");
      await leave({ kind: "decide", click: { ...click, verdict: "approval", reason: null } });
    },
  },
  "job cancel": {
    by: "priya",
    run: async ({ leave, clickOn, pending }) =>
      leave({ kind: "cancel", click: await clickOn(await pending(), "priya") }),
  },
  "job renew": {
    by: "maya",
    run: async ({ leave, clickOn, stale }) =>
      leave({ kind: "renew", click: await clickOn(await stale(), "maya") }),
  },
  "job execute": {
    by: "maya",
    run: async ({ leave, approved }) => leave({ kind: "execute", requestId: await approved() }),
    evenSo: CANCELS,
  },
  "job execute_emergency": {
    by: "maya",
    run: async ({ leave, approved, world }) => {
      const requestId = await approved();
      await world.db.query("update change_requests set emergency = $2 where id = $1", [requestId, EMERGENCY]);
      await leave({ kind: "execute_emergency", requestId });
    },
    evenSo: CANCELS,
  },
  "job ratify": {
    by: "theo",
    run: async ({ leave, clickOn, unratified }) => {
      const click = await clickOn(await unratified(), "theo");
      await leave({ kind: "ratify", click: { ...click, event: "ratify", reason: null } });
    },
  },
  "job ratification_due": {
    by: "maya",
    run: async ({ leave, unratified }) => leave({ kind: "ratification_due", requestId: await unratified() }),
    evenSo: {
      because: "a deadline escalates, and nobody's action",
      tables: ["ratifications"],
      audit: ["ratification.overdue"],
      isSeen: true,
    },
  },
  "job sound_alarm": {
    by: "maya",
    run: async ({ leave, unratified }) =>
      leave({ kind: "sound_alarm", requestId: await unratified(), topic: "begun" }),
    isIdle: "it tells the audit channel what is stored",
  },
  "job settle": {
    by: "maya",
    run: async ({ leave, pending }) => leave({ kind: "settle", requestId: await pending() }),
    isIdle: "it reads what became of a write that was let through",
  },
  "job expire": {
    by: "maya",
    run: async ({ leave, pending, world }) => {
      const requestId = await pending();
      await world.db.query("update change_requests set expires_at = now() where id = $1", [requestId]);
      await leave({ kind: "expire", requestId });
    },
    evenSo: {
      because: "a deadline ends a request, and nobody's action",
      tables: ["change_requests"],
      audit: ["request.expired"],
      isSeen: true,
    },
  },
  "job remind": {
    by: "maya",
    run: async ({ leave, pending, world }) => {
      const requestId = await pending();
      await world.db.query("update digests set made_at = made_at - interval '1 hour'");
      await world.db.query(
        "insert into reminders (request_id, step, due_at, escalate_to) values ($1, 'reminder', now(), '{}')",
        [requestId],
      );
      await leave({ kind: "remind", requestId, step: "reminder" });
    },
    evenSo: {
      because: "a time that the policy set reminds, and nobody's action",
      tables: ["digests", "reminders"],
      audit: ["request.reminded"],
      isSeen: true,
    },
  },
  "job post_digest": {
    by: "maya",
    run: ({ leave }) => leave({ kind: "post_digest", digestId: 1 }),
    isIdle: "it shows a digest that was made before, which is shown already",
  },
  "job tell": {
    by: "maya",
    run: ({ leave }) =>
      leave({
        kind: "tell",
        slackUserId: "U0MAYA",
        place: { channelId: "C0APPROVE", threadTs: null },
        words: { text: "Told", blocks: [] },
      }),
    isIdle: "what it tells, one person alone, was decided before it was left to be told",
  },
  "job prune": {
    by: "maya",
    run: ({ leave }) => leave({ kind: "prune" }),
    isIdle: "it clears away once a day what nobody needs, and did so today",
  },
  "job publish_audit": {
    by: "maya",
    run: ({ leave }) => leave({ kind: "publish_audit" }),
    isIdle: "it brings the log to its channel, where the log already is",
  },
};

const ALL_CASES: Record<string, EntryPointCase> = {
  ...CASES,
  "job cancel for the requester": {
    by: "maya",
    run: async ({ leave, clickOn, pending }) =>
      leave({ kind: "cancel", click: await clickOn(await pending(), "maya") }),
    evenSo: {
      because: "whoever asked may always take it back: that changes nothing in Incydr",
      tables: ["change_requests"],
      audit: ["request.cancelled"],
      isSeen: true,
    },
  },
  "/incydr emergency": { by: "jonas", run: typed("jonas", `/incydr emergency ${NADIA}`) },
  ...Object.fromEntries(Object.entries(COMMANDS).map(([name, each]) => [`/incydr ${name}`, each])),
};

let setting: EntryPointFixtures;
let watch: EffectsWatch;
let forbidden: Awaited<ReturnType<typeof forbidEverything>>;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  const world = stack.use(await startWorld());
  setting = stack.use(await prepareEntryPoints(world));
  watch = await watchEffects(world);
  forbidden = stack.use(await forbidEverything());
});
afterAll(() => stack.disposeAsync());

test("each command, button, form, shortcut, event and kind of job is tried here", () => {
  const entryPoints = everyEntryPoint().filter((name) => name !== "command /incydr");
  expect(Object.keys(CASES).sort()).toEqual(entryPoints.sort());
});

describe("when the policies forbid everything", () => {
  beforeAll(() => restart(forbidden.folder));

  test.for(Object.entries(ALL_CASES))("nothing comes of %s", async ([, each]) => {
    const { because: _, ...evenSo } = { because: "", tables: [], audit: [], isSeen: false, ...each.evenSo };
    const isOver = async () => {
      if (each.isIdle) return true;
      const audited = await watch.audited();
      if (!each.evenSo) return audited.includes("attempt.forbidden");
      const effects = audited.filter((kind) => !kind.startsWith("attempt."));
      if (effects.length < evenSo.audit.length) return false;
      return (await watch.changedTables()).length >= evenSo.tables.length;
    };
    const effects = await effectsOf(each, isOver);
    expect(effects).toEqual({ writes: 0, ...evenSo, isSeen: evenSo.isSeen && effects.isSeen });
  });
});

describe("when the team's own policies hold,", () => {
  beforeAll(() => restart("./policies"));

  test.for(Object.entries(ALL_CASES).filter(([, { isIdle }]) => !isIdle))(
    "something comes of %s",
    async ([, each]) => {
      await effectsOf(each, () => watch.isAnything());
    },
  );
});

async function restart(policiesDir: string): Promise<void> {
  const { world } = setting;
  await world.stopBot();
  Object.assign(world.env, { POLICIES_DIR: policiesDir });
  // As if neither had decided before: what was superseded, or lacks files, would only be taken when accepted.
  await world.db.query("truncate policy_versions");
  await world.startBot();
  await untilQuiet(world);
  await watch.mark();
}

/** Runs a case, waits until it `isOver` and the bot has no work left, and resolves to its effects. */
async function effectsOf({ by, run }: EntryPointCase, isOver: () => Promise<boolean>): Promise<Effects> {
  watch.beginsCase(by);
  // The object of the case is made first: its existence is no effect of the case.
  const madeFirst =
    <T>(make: () => Promise<T>) =>
    async () => {
      const made = await make();
      await watch.mark();
      return made;
    };
  const { pending, approved, stale, done, unratified, granted, draft, bulk, bulkDraft } = setting;
  await run({
    ...setting,
    pending: madeFirst(pending),
    approved: madeFirst(approved),
    stale: madeFirst(stale),
    done: madeFirst(done),
    unratified: madeFirst(unratified),
    granted: madeFirst(granted),
    draft: madeFirst(draft),
    bulk: (options) => madeFirst(() => bulk(options))(),
    bulkDraft: (stage) => madeFirst(() => bulkDraft(stage))(),
  });
  await vi.waitFor(async () => expect(await isOver(), "It is over.").toBe(true), {
    timeout: 20_000,
    interval: 40,
  });
  await untilQuiet(setting.world);
  return watch.takeEffects();
}
