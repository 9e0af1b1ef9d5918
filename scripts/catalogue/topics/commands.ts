import { mock } from "node:test";
import { CHANGE_ACTIONS, CHANGE_KINDS, NO_PERMIT_REASON } from "../../../src/authorization/index.ts";
import { DraftGoneError } from "../../../src/change-requests/index.ts";
import { SubjectNotFoundError } from "../../../src/subjects/index.ts";
import { type Entry, joined, type Topic, under } from "../entries.ts";
import { CHANGES, factsOf } from "../fixtures.ts";
import { type Delivered, shownFor } from "../listeners.ts";
import { inOrder } from "../recorder.ts";
import { draftOf } from "./forms.ts";

const NOT_FOUND = new SubjectNotFoundError("nadja", ["nadia.petrov@harborlight.example"]);

/** Messages and modals after a command or a shortcut, in their order. */
export async function commands(): Promise<Topic> {
  const parts: Topic[] = [];
  for (const text of TEXTS) parts.push(inOrder(`/incydr ${text}`, await typed(text)));
  return joined(...parts, under("special", await special()));
}

/** A successful command of each kind. */
const TEXTS: readonly string[] = [
  "",
  "help",
  "help add-role",
  "help dance",
  "help extend",
  "help deactivat",
  "approve CR-17",
  "export",
  "disable nadia.petrov@harborlight.example",
  "cr-17",
  "bulk",
  "user nadia.petrov@harborlight.example",
  "user <mailto:nadia.petrov@harborlight.example|nadia.petrov@harborlight.example>",
  "users",
  "users nadia --active --org Sales --role Alert Emails",
  "users --inactive --unblocked",
  "users --blocked --unblocked",
  `users --org ${"x".repeat(101)}`,
  `users ${"x".repeat(101)}`,
  "roles",
  "roles --page last",
  "roles nadia.petrov@harborlight.example",
  "grants",
  "grants nadia.petrov@harborlight.example",
  "deactivate nadia.petrov@harborlight.example",
  "emergency nadia.petrov@harborlight.example",
  "activate nadia.petrov@harborlight.example",
  "move nadia.petrov@harborlight.example Sales",
  "roles nadia.petrov@harborlight.example add Alert Emails",
  "roles nadia.petrov@harborlight.example remove",
  "roles nadia.petrov@harborlight.example set",
  "roles nadia.petrov@harborlight.example take",
  "add-role nadia.petrov@harborlight.example Alert Emails --for 8h --reason On call --ticket INC-7 --ask <@U0THEO|theo>",
  "add-role nadia.petrov@harborlight.example --for 9h",
  "add-role nadia.petrov@harborlight.example --for soon",
  "deactivate nadia.petrov@harborlight.example --for 8h",
  "deactivate nadia.petrov@harborlight.example --reason",
  "deactivate nadia.petrov@harborlight.example --ticket 1 --ticket 2",
  `deactivate nadia.petrov@harborlight.example --ticket ${"x".repeat(101)}`,
  "deactivate nadia.petrov@harborlight.example --ask theo",
  "emergency",
  "deactivat nadia.petrov@harborlight.example",
  "can me request nadia.petrov@harborlight.example",
  "role Alert Emails",
  "role",
  "org Sales",
  "org",
  "orgs",
  "orgs sales",
  `orgs ${"x".repeat(101)}`,
  "status",
  "whoami",
  "devices nadia.petrov@harborlight.example",
  "devices nadia.petrov@harborlight.example --sort size",
  "devices nadia.petrov@harborlight.example --page last",
  "agents nadia.petrov@harborlight.example",
  "agents nadia.petrov@harborlight.example --active --inactive",
  "emergency nadia.petrov@harborlight.example --ask <@U0THEO|theo>",
  "requests",
  "requests waiting --by me --since 7d",
  "requests everything",
  "requests --since yesterday",
  "requests --by theo",
  "requests --before last",
  "grants --page last",
  "request CR-17",
  "request",
  "cancel CR-17",
  "cancel",
  "undo",
  "undo CR-17",
  "bulk deactivate",
  "bulk move",
  "bulk replace",
  "freeze Drill",
  "unfreeze",
  "dance",
  "dance with &lt;!channel&gt; <@U0NADIA|nadia>",
  "deactivate",
  `move nadia.petrov@harborlight.example ${"x".repeat(201)}`,
];

function typed(text: string, patch: Partial<Delivered> = {}): Promise<readonly Entry[]> {
  const command = {
    command: "/incydr",
    text,
    user_id: "U0MAYA",
    channel_id: "C0APPROVE",
    trigger_id: "1.2.abc",
  };
  return shownFor({ to: "command /incydr", payload: { command }, ...patch });
}

const DEACTIVATE = "deactivate nadia.petrov@harborlight.example";
const failing = (error: unknown) => () => Promise.reject(error);

async function special(): Promise<Topic> {
  const opening = (code: string) =>
    typed(DEACTIVATE, { refuse: (method) => (method === "views.open" ? code : null) });
  const updating = (code: string) =>
    typed(DEACTIVATE, { refuse: (method) => (method === "views.update" ? code : null) });
  return joined(
    inOrder("a look-up that takes long", await slowLookUp()),
    inOrder(
      "a look-up is refused",
      await typed("user nadja", { deps: { lookUps: { subject: failing(NOT_FOUND) } } }),
    ),
    inOrder(
      "a look-up fails",
      await typed("user nadja", { deps: { lookUps: { subject: failing(new Error("x")) } } }),
    ),
    inOrder(
      "a freeze fails",
      await typed("freeze Drill", { deps: { freezeSwitch: { freeze: failing(new Error("x")) } } }),
    ),
    inOrder(
      "the answer is no",
      await typed("can <@U0THEO|theo> approve nadia@harborlight.example", { deps: NO }),
    ),
    inOrder(
      "the answer is yes, with its rules",
      await typed("can <@U0THEO|theo> freeze", { deps: PERMITTED }),
    ),
    inOrder(
      "the answer is that no named group could",
      await typed("can <@U0THEO|theo> set_policies", { deps: NOBODY }),
    ),
    inOrder("the answer is yes, without a rule", await typed("can <@U0THEO|theo> freeze", { deps: UNRULED })),
    ...(await permissions()),
    inOrder(
      "the answer is no, while frozen",
      await typed("can me freeze", { deps: { ...NO, isFrozen: async () => true } }),
    ),
    inOrder(
      "a form is refused before it opens",
      await typed(DEACTIVATE, { deps: { startDraft: failing(new DraftGoneError()) } }),
    ),
    inOrder(
      "a form fails before it opens",
      await typed(DEACTIVATE, { deps: { startDraft: failing(new Error("x")) } }),
    ),
    inOrder(
      "a form is refused when the user is read",
      await typed(DEACTIVATE, { deps: { prepareDraft: failing(NOT_FOUND) } }),
    ),
    inOrder(
      "a form fails when the user is read",
      await typed(DEACTIVATE, { deps: { prepareDraft: failing(new Error("x")) } }),
    ),
    inOrder("the trigger is too old", await opening("expired_trigger_id")),
    {
      "another delivery opened the form (nothing is said)":
        (await opening("exchanged_trigger_id"))[0] ?? null,
    },
    inOrder("Slack may have opened the form", await opening("service_unavailable")),
    inOrder("Slack refuses the form", await updating("invalid_arguments")),
    inOrder("the form was closed meanwhile", await updating("not_found")),
    inOrder(
      "a bulk is refused",
      await typed("bulk move", { deps: { bulkOpening: { start: failing(new DraftGoneError()) } } }),
    ),
    inOrder("an undo", await typed("undo CR-17", { deps: UNDO })),
    {
      "frozen by another delivery (nothing is said)": (await typed("freeze", { deps: REPEATED }))[0] ?? null,
    },
    {
      "unfrozen by another delivery (nothing is said)":
        (await typed("unfreeze", { deps: REPEATED }))[0] ?? null,
    },
    inOrder("still read-only after an unfreeze", await typed("unfreeze", { deps: READ_ONLY })),
    inOrder("the next page of users", await clicked("subject_list_next", { value: PAGE })),
    inOrder("an export that no button has", await clicked("subject_list_export", { value: "{" })),
    inOrder("a page of users that no button has", await clicked("subject_list_previous", { value: "{" })),
    inOrder("the next page of organizations", await clicked("run_command_next", { value: "orgs --page 2" })),
    inOrder("the menu beside a user: look up", await chosen("look_up:300000000000000001")),
    inOrder("the menu beside a user: deactivate", await chosen("deactivate:300000000000000001")),
    inOrder("an entry that the menu beside a user lacks", await chosen("delete:1")),
    inOrder("act on this user", await shortcut("Please look at nadia.petrov@harborlight.example")),
    inOrder(
      "act on this user, in a thread",
      await shortcut("Please look at her", { thread_ts: "1793000000.000100" }),
    ),
    inOrder(
      "act on this user, refused",
      await shortcut("x", {}, { startDraft: failing(new DraftGoneError()) }),
    ),
  );
}

/** The answers of `/incydr can` about each action and kind of change. */
async function permissions(): Promise<Topic[]> {
  const parts: Topic[] = [];
  for (const [index, action] of [...CHANGE_ACTIONS, "emergency", "ratify"].entries()) {
    const kind = CHANGE_KINDS[index % CHANGE_KINDS.length] ?? "deactivate";
    const change = {
      kind: index < CHANGE_ACTIONS.length ? kind : "deactivate",
      username: "nadia@harborlight.example",
    };
    const explanation = { allowed: true, rules: [RULE] };
    const explainPermission = async () => ({ who: "Theo Okafor", action, change, explanation });
    const name = `the answer is yes: ${action}, ${change.kind}`;
    parts.push(inOrder(name, await typed(`can <@U0THEO|theo> ${action} x`, { deps: { explainPermission } })));
  }
  return parts;
}

const NO = {
  explainPermission: async () => ({
    who: "Theo Okafor",
    action: "approve",
    change: { kind: "deactivate", username: "nadia@harborlight.example" },
    explanation: {
      allowed: false,
      reasons: [
        {
          reason: "You can't decide on your own request. Another person must decide.",
          rule: { id: "not-ones-own-request", at: { file: "40-approve.cedar", line: 4 } },
        },
      ],
      whoCould: ["insider-risk-leads"],
    },
  }),
};
const RULE = { id: "leads-freeze", at: { file: "freeze.cedar", line: 7 } };
const PERMITTED = {
  explainPermission: async () => ({
    who: "Theo Okafor",
    action: "freeze",
    change: null,
    explanation: { allowed: true, rules: [RULE, { id: "kept", at: null }] },
  }),
};
const UNRULED = {
  explainPermission: async () => ({
    who: "Theo Okafor",
    action: "freeze",
    change: null,
    explanation: { allowed: true, rules: [] },
  }),
};
const NOBODY = {
  explainPermission: async () => ({
    who: "Theo Okafor",
    action: "set_policies",
    change: null,
    explanation: {
      allowed: false,
      reasons: [{ reason: NO_PERMIT_REASON, rule: null }],
      whoCould: [],
    },
  }),
};
const UNDO = {
  prepareDraft: async () =>
    draftOf("activate", { undo: { requestId: 17, change: CHANGES.activate, notRestored: [] } }),
};
const REPEATED = { freezeSwitch: { freeze: async () => "repeated", unfreeze: async () => "repeated" } };
const READ_ONLY = { freezeSwitch: { unfreeze: async () => ({ isReadOnly: true }) } };

/** The notice to a person who has waited for a second; the fixture skips the second. */
async function slowLookUp(): Promise<readonly Entry[]> {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const subject = async () => {
      mock.timers.tick(1_000);
      return factsOf();
    };
    return await typed("user nadia.petrov@harborlight.example", { deps: { lookUps: { subject } } });
  } finally {
    mock.timers.reset();
  }
}

const PAGE = JSON.stringify({
  filter: { text: null, active: true, blocked: null, org: null, role: null },
  offset: 10,
});

const chosen = (value: string) => clicked("subject_menu", { selected_option: { value } });

/** A click on an element of a list of users. */
function clicked(action_id: string, action: object): Promise<readonly Entry[]> {
  const body = { trigger_id: "1.2.abc", user: { id: "U0MAYA" }, channel: { id: "C0APPROVE" }, container: {} };
  return shownFor({ to: `action ${action_id}`, payload: { body, action: { action_id, ...action } } });
}

function shortcut(text: string, more: object = {}, deps: object = {}): Promise<readonly Entry[]> {
  const payload = {
    type: "message_action",
    callback_id: "act_on_user",
    trigger_id: "1.2.abc",
    user: { id: "U0MAYA" },
    channel: { id: "C0OTHER" },
    message_ts: "1793000000.000200",
    message: { text, ...more },
  };
  return shownFor({ to: "shortcut act_on_user", payload: { shortcut: payload }, deps });
}
