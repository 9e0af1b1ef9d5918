import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Job } from "../../src/change-requests/index.ts";
import { COMMAND_CASES, does, type EntryPointCase } from "../support/entry-point-commands.ts";
import { type Effects, type EffectsWatch, watchEffects } from "../support/entry-point-effects.ts";
import {
  EMERGENCY,
  type EntryPointFixtures,
  EXPORT,
  forbidEverything,
  prepareEntryPoints,
} from "../support/entry-point-fixtures.ts";
import { everyEntryPoint } from "../support/registered-listeners.ts";
import { emailOf } from "../support/scenario-requests.ts";
import { untilQuiet } from "../support/scenario-world.ts";
import { withAction } from "../support/tampers.ts";
import { startWorld } from "../support/world.ts";

// Under policies that forbid everything, an entry point has no effect. Under the team's policies it must have an
// effect, because the case proves nothing otherwise.

type Made = "pending" | "approved" | "stale" | "done" | "unratified" | "granted" | "bulk";

const NADIA = emailOf("nadia.petrov");
const PLACE = { channelId: "C0APPROVE", threadTs: null };

/** A click on a button of a fresh request. */
const clicked = (by: string, actionId: string, on: Made = "pending") =>
  does(by, async ({ click, [on]: made }) => click(by, actionId, String(await made())));
const subjectButton = (actionId: string, username = NADIA) =>
  does("maya", ({ click }) => click("maya", actionId, username));
/** A click on a button that opens a page of users. */
const userPage = (actionId: string): EntryPointCase => ({
  ...does("maya", ({ click }) => {
    return click("maya", actionId, JSON.stringify({ filter: EXPORT.filter, offset: 10 }));
  }),
  isIdle: "only this person sees the page, and the audit entry of the first page covers it",
});
const rolePage = (actionId: string) => does("maya", ({ click }) => click("maya", actionId, `roles ${NADIA}`));
/** A form that is submitted, with this hidden field. */
const submitted = (
  by: string,
  callback_id: string,
  metadata: (setting: EntryPointFixtures) => Promise<string>,
  values: object = { reason: { value: { type: "plain_text_input", value: "Asked by a test" } } },
): EntryPointCase => ({
  by,
  run: async (setting) => {
    const private_metadata = await metadata(setting);
    return setting.view("view_submission", by, { callback_id, private_metadata, state: { values } });
  },
});
/** A text that is typed in a menu of a fresh draft. */
const typedInMenu = (action_id: string) =>
  does("maya", async ({ view, draft }) => {
    const private_metadata = await draft();
    return view("block_suggestion", "maya", { private_metadata }, { action_id, value: "Re" });
  });
type JobAboutRequest =
  | ("execute" | "execute_emergency" | "execute_bulk" | "settle" | "expire" | "ratification_due")
  | ("show_card" | "show_progress" | "ask" | "warn_of_end" | "end_grants");
/** A job about a fresh request. `before` changes the stored request, whose number is $1. */
const jobAbout = (kind: JobAboutRequest, on: Made = "pending", before = ""): EntryPointCase => ({
  by: "maya",
  run: async ({ leave, world, [on]: made }) => {
    const requestId = await made();
    if (before) await world.db.query(before, [requestId]);
    await leave({ kind, requestId });
  },
});
/** The job of a click on the card of a fresh request. */
const jobOfClick = (
  by: string,
  kind: "cancel" | "renew" | "revoke_grants" | "send_list",
  on: Made = "pending",
): EntryPointCase => ({
  by,
  run: async ({ leave, clickOn, [on]: made }) => leave({ kind, click: await clickOn(await made(), by) }),
});
const idleJob = (job: Job, isIdle: string): EntryPointCase => ({
  ...does("maya", ({ leave }) => leave(job)),
  isIdle,
});

/** Effects that others see. */
const seen = (because: string, tables: readonly string[], audit: readonly string[]) => ({
  ...{ because, tables, audit, isSeen: true },
});

const CANCELS = seen(
  "it asks, is told that its requester may not, and so cancels the request",
  ["change_requests", "targets"],
  ["request.cancelled"],
);
const SHOWS = { because: "it shows what is stored, to those who may see the card", isSeen: true };
const OPENS_A_FORM = "it opens a form for the person who clicked";

const CASES: Record<string, EntryPointCase> = {
  "action approve": clicked("theo", "approve"),
  "action deny": { ...clicked("theo", "deny"), isIdle: OPENS_A_FORM },
  "action cancel": clicked("priya", "cancel"),
  "action ratify": clicked("theo", "ratify", "unratified"),
  "action dispute": { ...clicked("theo", "dispute"), isIdle: OPENS_A_FORM },
  "action renew": clicked("maya", "renew", "stale"),
  "action undo": clicked("maya", "undo", "done"),
  "action extend": clicked("maya", "extend", "granted"),
  "action revoke_now": clicked("theo", "revoke_now", "granted"),
  "action bulk_pause": clicked("theo", "bulk_pause", "bulk"),
  "action bulk_resume": does("theo", async ({ click, bulk }) =>
    click("theo", "bulk_resume", String(await bulk({ paused: true }))),
  ),
  "action bulk_stop": clicked("theo", "bulk_stop", "bulk"),
  "action bulk_list": clicked("theo", "bulk_list", "bulk"),
  "action subject_deactivate": subjectButton("subject_deactivate"),
  "action subject_activate": subjectButton("subject_activate", emailOf("olga.novak")),
  "action subject_move": subjectButton("subject_move"),
  "action subject_add_roles": subjectButton("subject_add_roles"),
  "action subject_remove_roles": subjectButton("subject_remove_roles"),
  "action subject_replace_roles": subjectButton("subject_replace_roles"),
  "action run_command": does("maya", ({ click }) => click("maya", "run_command", `deactivate ${NADIA}`)),
  "action run_command_next": rolePage("run_command_next"),
  "action run_command_previous": rolePage("run_command_previous"),
  "action subject_list_next": userPage("subject_list_next"),
  "action subject_list_previous": userPage("subject_list_previous"),
  "action subject_list_export": does("theo", ({ click }) =>
    click("theo", "subject_list_export", JSON.stringify(EXPORT.filter)),
  ),
  "action subject_menu": does("maya", ({ world, card }) => {
    const option = { value: `look_up:${world.incydr.tenant.user(NADIA).userId}` };
    const tamper = withAction({ action_id: "subject_menu", selected_option: option });
    return world.slack.as("maya").click("Approve", { message: card, tamper });
  }),
  "action open_link": { ...clicked("maya", "open_link"), isIdle: "the browser opens the link" },
  "options draft_subject": typedInMenu("draft_subject"),
  "options draft_org": typedInMenu("draft_org"),
  "options draft_roles": typedInMenu("draft_roles"),
  "view_submission draft_form": submitted("maya", "draft_form", ({ draft }) => draft()),
  "view_submission draft_choose_subject": submitted("maya", "draft_choose_subject", ({ draft }) => draft(), {
    who: { value: { type: "plain_text_input", value: NADIA } },
    kind: { value: { type: "radio_buttons", selected_option: { value: "deactivate" } } },
  }),
  "view_submission denial_form": submitted("theo", "denial_form", async ({ clickOn, pending }) =>
    JSON.stringify(await clickOn(await pending(), "theo")),
  ),
  "view_submission dispute_form": submitted("theo", "dispute_form", async ({ clickOn, unratified }) =>
    JSON.stringify(await clickOn(await unratified(), "theo")),
  ),
  "view_submission bulk_input": {
    ...submitted("maya", "bulk_input", ({ bulkDraft }) => bulkDraft("opened"), {
      text: { value: { type: "plain_text_input", value: NADIA } },
    }),
    evenSo: {
      because:
        "pasted lines are kept for the person; the job that reads them asks whether they may be asked for",
      tables: ["bulk_drafts"],
    },
  },
  "view_submission bulk_form": submitted("maya", "bulk_form", ({ bulkDraft }) => bulkDraft("read")),
  "view_closed draft_notice": {
    by: "maya",
    run: async ({ view, draft }) =>
      view("view_closed", "maya", { callback_id: "draft_notice", private_metadata: await draft() }),
    evenSo: { because: "the person who opened a form ends it", tables: ["drafts"] },
  },
  "shortcut act_on_user": does("maya", ({ world, card: message }) =>
    world.slack.as("maya").shortcut("Act on this user", { message }),
  ),
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
  "job decide": does("theo", async ({ leave, clickOn, pending }) => {
    const click = await clickOn(await pending(), "theo");
    await leave({ kind: "decide", click: { ...click, verdict: "approval", reason: null } });
  }),
  "job cancel": jobOfClick("priya", "cancel"),
  "job renew": jobOfClick("maya", "renew", "stale"),
  "job revoke_grants": jobOfClick("theo", "revoke_grants", "granted"),
  "job send_list": jobOfClick("theo", "send_list", "bulk"),
  "job control_bulk": does("theo", async ({ leave, clickOn, bulk }) =>
    leave({ kind: "control_bulk", click: await clickOn(await bulk(), "theo"), control: "pause" }),
  ),
  "job execute": { ...jobAbout("execute", "approved"), evenSo: CANCELS },
  "job execute_emergency": {
    ...does("maya", async ({ leave, approved }) =>
      leave({ kind: "execute_emergency", requestId: await approved({ emergency: EMERGENCY }) }),
    ),
    evenSo: CANCELS,
  },
  "job execute_bulk": {
    ...jobAbout("execute_bulk", "bulk"),
    evenSo: seen(
      "it asks, is told that its requester may not, and so leaves everybody out",
      ["change_requests", "targets"],
      ["target.skipped", "target.skipped", "request.done"],
    ),
  },
  "job ratify": does("theo", async ({ leave, clickOn, unratified }) => {
    const click = await clickOn(await unratified(), "theo");
    await leave({ kind: "ratify", click: { ...click, event: "ratify", reason: null } });
  }),
  "job ratification_due": {
    ...jobAbout("ratification_due", "unratified"),
    evenSo: seen("a deadline escalates, and nobody's action", ["ratifications"], ["ratification.overdue"]),
  },
  "job sound_alarm": {
    ...does("maya", async ({ leave, unratified }) =>
      leave({ kind: "sound_alarm", requestId: await unratified(), topic: "begun" }),
    ),
    isIdle: "it tells the audit channel what is stored",
  },
  "job settle": { ...jobAbout("settle"), isIdle: "it reads what became of a write that was let through" },
  "job expire": {
    ...jobAbout("expire", "pending", "update change_requests set expires_at = now() where id = $1"),
    evenSo: seen("a deadline ends a request, and nobody's action", ["change_requests"], ["request.expired"]),
  },
  "job warn_of_end": {
    ...jobAbout(
      "warn_of_end",
      "granted",
      "update grants set ends_at = now() + interval '1 hour' where request_id = $1",
    ),
    evenSo: seen(
      "a time that was approved draws to its end, and that is nobody's action",
      ["grants"],
      ["grant.warned"],
    ),
  },
  "job end_grants": {
    ...jobAbout("end_grants", "granted", "update grants set ends_at = now() where request_id = $1"),
    evenSo: seen(
      "a role that was approved for a time ends with it; here somebody else took it away already",
      ["grants"],
      ["grant.revoking", "grant.superseded"],
    ),
  },
  "job remind": {
    ...does("maya", async ({ leave, pending, world }) => {
      const requestId = await pending();
      await world.db.query("update digests set made_at = made_at - interval '1 hour'");
      await world.db.query(
        "insert into reminders (request_id, step, due_at, escalate_to) values ($1, 'reminder', now(), '{}')",
        [requestId],
      );
      await leave({ kind: "remind", requestId, step: "reminder" });
    }),
    evenSo: seen(
      "a time that the policy set reminds, and nobody's action",
      ["digests", "reminders"],
      ["request.reminded"],
    ),
  },
  "job post_digest": idleJob(
    { kind: "post_digest", digestId: 1 },
    "it shows a digest that was made before, which is shown already",
  ),
  "job show_card": { ...jobAbout("show_card"), evenSo: SHOWS },
  "job show_progress": { ...jobAbout("show_progress"), evenSo: SHOWS },
  "job ask": { ...jobAbout("ask"), evenSo: SHOWS },
  "job announce": {
    ...does("maya", async ({ leave, pending }) =>
      leave({ kind: "announce", requestId: await pending(), topic: "denied" }),
    ),
    evenSo: SHOWS,
  },
  "job announce_freeze": idleJob(
    { kind: "announce_freeze", notice: "read_only" },
    "it announces a stop that was stored before, and there is none",
  ),
  "job read_bulk": does("maya", async ({ leave, bulkDraft }) =>
    leave({ kind: "read_bulk", draftId: await bulkDraft("given") }),
  ),
  "job deliver_dry_run": {
    ...does("maya", async ({ leave, bulkDraft }) =>
      leave({ kind: "deliver_dry_run", draftId: await bulkDraft("read") }),
    ),
    isIdle: "it brings what was read to the person who gave it",
  },
  "job deliver_outcomes": {
    ...does("maya", async ({ leave, bulk }) =>
      leave({ kind: "deliver_outcomes", requestId: await bulk(), topic: "done:verified" }),
    ),
    isIdle: "it brings the outcome of a bulk to its requester",
  },
  "job tell": idleJob(
    {
      ...{ kind: "tell", slackUserId: "U0MAYA", place: PLACE, words: { text: "Told", blocks: [] } },
    },
    "it tells one person alone what was decided before",
  ),
  "job export_users": does("theo", ({ leave }) => leave(EXPORT)),
  "job delete_export": idleJob(
    { kind: "delete_export", exportId: "no export" },
    "it deletes a file that the policies let the bot send, and there is none",
  ),
  "job prune": idleJob({ kind: "prune" }, "it deletes old rows once a day, and did so today"),
  "job publish_audit": idleJob(
    { kind: "publish_audit" },
    "it brings the log to its channel, where the log already is",
  ),
};

const ALL_CASES: Record<string, EntryPointCase> = {
  ...CASES,
  "job cancel for the requester": {
    ...jobOfClick("maya", "cancel"),
    evenSo: seen(
      "a requester may always take a request back: that changes nothing in Incydr",
      ["change_requests"],
      ["request.cancelled"],
    ),
  },
  ...Object.fromEntries(Object.entries(COMMAND_CASES).map(([name, each]) => [`/incydr ${name}`, each])),
};

let setting: EntryPointFixtures;
let watch: EffectsWatch;
let forbidden: Awaited<ReturnType<typeof forbidEverything>>;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  const world = stack.use(await startWorld());
  watch = await watchEffects(world);
  // The object of a case is made first: its existence is no effect of the case.
  setting = stack.use(await prepareEntryPoints(world, { onMade: () => watch.mark() }));
  forbidden = stack.use(await forbidEverything());
});
afterAll(() => stack.disposeAsync());

test("each command, button, form, shortcut, event and kind of job has a case", () => {
  const entryPoints = everyEntryPoint().filter((name) => name !== "command /incydr");
  expect(Object.keys(CASES).sort()).toEqual(entryPoints.sort());
});

describe("when the policies forbid everything", () => {
  beforeAll(() => restart(forbidden.folder));

  test.for(Object.entries(ALL_CASES))("nothing that policies decide on comes of %s", async ([, each]) => {
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
  // Both sets count as new, because superseded or incomplete sets decide only after `policy accept`.
  await world.db.query("truncate policy_versions");
  await world.startBot();
  await untilQuiet(world);
  await watch.mark();
}

/** Runs a case, waits until it `isOver` and the bot has no work left, and resolves to its effects. */
async function effectsOf({ by, run }: EntryPointCase, isOver: () => Promise<boolean>): Promise<Effects> {
  watch.beginsCase(by);
  await run(setting);
  await vi.waitFor(async () => expect(await isOver(), "It is over.").toBe(true), {
    timeout: 20_000,
    interval: 40,
  });
  await untilQuiet(setting.world);
  return watch.takeEffects();
}
