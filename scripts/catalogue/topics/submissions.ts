import { DirectoryUnavailableError } from "../../../src/authorization/index.ts";
import {
  AlreadyDecidedError,
  BulkInputError,
  type Change,
  checkForm,
  type Draft,
  type DraftForm,
  DraftGoneError,
  FormError,
  type FormFaults,
  wordFaults,
} from "../../../src/change-requests/index.ts";
import { createCheckInvited } from "../../../src/change-requests/policy/check-invited.ts";
import { requirementsOf } from "../../../src/change-requests/policy/requirements.ts";
import type { SlackDeps } from "../../../src/slack/listeners/slack-deps.ts";
import { answerMessage } from "../../../src/slack/messages/answer-message.ts";
import { createAdmitDelivery } from "../../../src/slack/receivers/admit-deliveries.ts";
import { SubjectNotFoundError } from "../../../src/subjects/index.ts";
import { type Entry, joined, type Topic, under } from "../entries.ts";
import { AT, CHANNELS, FORGED, factsFor, factsOf, PEOPLE, ROLES } from "../fixtures.ts";
import { type Delivered, shownFor } from "../listeners.ts";
import { inOrder, peopleDirectory, recordingSlack } from "../recorder.ts";
import { DRAFT_ID } from "./forms.ts";
import { menus } from "./menus.ts";

const failing = (error: unknown) => () => Promise.reject(error);
const GONE = failing(new DraftGoneError());
const FAULT = failing(new Error("x"));
const SLACK_OUT = failing(new DirectoryUnavailableError(null));

/** Answers to submitted or closed forms, and to buttons. */
export async function submissions(): Promise<Topic> {
  return joined(
    under("change form", await changeForms()),
    under("choice", await choices()),
    under("bulk", await bulks()),
    under("reason", await reasonForms()),
    under("button", await buttons()),
    under("another version", await otherDeliveries()),
  );
}

/** The submission of a form with these values, by block; each block has one element. */
function sent(callbackId: string, values: object, patch: Partial<Delivered> & { metadata?: string } = {}) {
  const { metadata = DRAFT_ID, ...rest } = patch;
  const view = {
    id: "V0FORM",
    callback_id: callbackId,
    private_metadata: metadata,
    title: { text: "Deactivate" },
    state: { values },
  };
  const body = { type: "view_submission", user: { id: "U0MAYA" }, view };
  return shownFor({ to: `view_submission ${callbackId}`, payload: { body, view }, ...rest });
}

const silent = (shown: readonly Entry[]) => shown[0] ?? null;
/** Forms accept no U+0000. */
const TYPED = FORGED.reason.replaceAll("\u0000", "");
const REASON = { reason: { value: { value: TYPED } }, ticket: { value: { value: "INC-4711" } } };

async function changeForms(): Promise<Topic> {
  const errors: Topic[] = [];
  for (const [name, fields] of Object.entries(await formFaults())) {
    errors.push(
      inOrder(
        name,
        await sent("draft_form", REASON, { deps: { submitDraft: failing(new FormError(fields)) } }),
      ),
    );
  }
  return joined(
    { "is stored (nothing is said)": silent(await sent("draft_form", REASON)) },
    under("error", joined(...errors)),
    inOrder("is refused", await sent("draft_form", REASON, { deps: { submitDraft: GONE } })),
    inOrder("fails", await sent("draft_form", REASON, { deps: { submitDraft: FAULT } })),
    inOrder("Slack can't be asked", await sent("draft_form", REASON, { deps: { submitDraft: SLACK_OUT } })),
    await menus(),
    inOrder("is closed before it has loaded", await shownFor(CLOSED)),
    { "is closed by another version (nothing is said)": silent(await shownFor(CLOSED_ELSEWHERE)) },
  );
}

const CLOSED: Delivered = {
  to: "view_closed draft_notice",
  payload: { body: { user: { id: "U0MAYA" } }, view: { private_metadata: DRAFT_ID } },
};
const CLOSED_ELSEWHERE: Delivered = { ...CLOSED, deps: { abandonDraft: async () => null } };

/** The faults of each field that the domain finds. */
async function formFaults(): Promise<Readonly<Record<string, FormFaults>>> {
  const lengths = { ticketPattern: /^INC-\d+$/, grantHours: [1, 8] };
  const form: DraftForm = {
    reason: "Exfiltration alert 4711",
    ticket: "INC-4711",
    peopleAsked: [],
    roleIds: [],
    orgGuid: null,
    grantHours: null,
    legalHoldConfirmed: false,
  };
  const faults = (kind: Change["kind"], patch: Partial<DraftForm>, draft: Partial<Draft> = {}) => {
    const checked = checkForm({ ...draftOf(kind), ...draft }, { ...form, ...patch }, lengths);
    if (!checked || !("faults" in checked)) throw new Error("The form has no fault.");
    return checked.faults;
  };
  const org = { guid: "org-sales", name: "Sales", parent: null, active: false };
  const home = { guid: "org-research", name: "Research", parent: null, active: true };
  return {
    "no reason": faults("deactivate", { reason: " " }),
    "a reason of punctuation": faults("deactivate", { reason: "…" }),
    "a reason that is too long": faults("deactivate", { reason: "x".repeat(1_001) }),
    "a reason with half a character": faults("deactivate", { reason: "x\ud83d" }),
    "a ticket of another form": faults("deactivate", { ticket: "4711" }),
    "a ticket of punctuation": wordFaults({ reason: "x", ticket: "–" }, null),
    "a ticket of punctuation, where one is needed": faults("deactivate", { ticket: "–" }),
    "no ticket, where one is needed": faults("deactivate", { ticket: "" }),
    "legal hold is not confirmed": faults(
      "deactivate",
      {},
      { facts: factsOf({ legalHold: { fact: "unknown", names: [] } }) },
    ),
    "no organization": faults("move", {}),
    "the same organization": faults("move", { orgGuid: home.guid }, { orgOptions: [home] }),
    "an inactive organization": faults("move", { orgGuid: org.guid }, { orgOptions: [org] }),
    "no role": faults("add_roles", {}),
    "no role of a replacement": faults("replace_roles", {}),
    "a role that is not offered": faults("add_roles", { roleIds: ["x"] }),
    "a replacement that changes nothing": faults(
      "replace_roles",
      { roleIds: [ROLES.desktop.id, ROLES.proe.id] },
      { roleOptions: [ROLES.desktop, ROLES.proe] },
    ),
    "a length that is not offered": faults(
      "add_roles",
      { roleIds: [ROLES.alerts.id], grantHours: 5 },
      { roleOptions: [ROLES.alerts] },
    ),
    "several fields": faults("move", { reason: "", ticket: "" }),
    "a field that the form doesn't show": { who: "nobody_named" },
    ...(await invitationFaults()),
  };
}

function draftOf(kind: Change["kind"]): Draft {
  return {
    id: DRAFT_ID,
    opener: PEOPLE.maya,
    place: { channelId: CHANNELS.approvals, threadTs: null },
    who: "nadia",
    kind,
    emergency: false,
    facts: factsFor(kind),
    slackUserIds: [],
    roleOptions: [],
    orgOptions: [],
    undo: null,
    requestId: null,
    expiresAt: AT.expiry,
  };
}

async function invitationFaults(): Promise<Readonly<Record<string, FormFaults>>> {
  const check = createCheckInvited({ directory: peopleDirectory() });
  const fault = async (people: readonly string[], approvalsNeeded = 1) => {
    const asking = {
      policyInputs: [],
      requirements: requirementsOf({ approvalsNeeded, decisions: [] }),
      requester: PEOPLE.maya,
      place: { channelId: "C0APPROVE", threadTs: null },
    };
    const found = await check(NO_AUTHORIZER, people, asking);
    if (found === null) throw new Error(`${people.join(", ")} can be asked.`);
    return { people_asked: found };
  };
  return {
    "too many people are asked": await fault(["U1", "U2", "U3", "U4", "U5", "U6"]),
    "nobody needs to be asked": await fault(["U0THEO"], 0),
    "the requester is asked": await fault(["U0MAYA"]),
    "a bot is asked": await fault(["U0BOT"]),
    "a deactivated person is asked": await fault(["U0GONE"]),
    "a person of another company is asked": await fault(["U0PARTNER"]),
  };
}

const NO_AUTHORIZER = {} as Parameters<ReturnType<typeof createCheckInvited>>[0]; // the domain finds these faults before it calls it

const MISSING = failing(new SubjectNotFoundError("nadia", ["nadia.petrov@harborlight.example"]));

async function choices(): Promise<Topic> {
  const choice = (who: string, kind: string | null) =>
    sent("draft_choose_subject", {
      who: { value: { value: who } },
      kind: { value: { selected_option: kind === null ? null : { value: kind } } },
    });
  const chosen = (value: string, prepareDraft: object | null = null) =>
    sent(
      "draft_choose_subject",
      {
        who: { draft_subject: { selected_option: { value } } },
        kind: { value: { selected_option: { value: "deactivate" } } },
      },
      prepareDraft ? { deps: { prepareDraft } } : {},
    );
  return joined(
    inOrder("nobody is named", await choice("", "deactivate")),
    inOrder("no change is chosen", await choice("nadia@harborlight.example", null)),
    inOrder("two are named", await choice("a@harborlight.example b@harborlight.example", "deactivate")),
    inOrder("a change", await choice("nadia@harborlight.example", "move")),
    inOrder("an emergency", await choice("nadia@harborlight.example", "emergency")),
    inOrder("a suggested user", await chosen("id:300000000000000001")),
    inOrder("a suggested user is gone", await chosen("id:300000000000000001", MISSING)),
    inOrder("a typed user is unknown", await chosen("typed:nadia", MISSING)),
  );
}

async function bulks(): Promise<Topic> {
  const input = {
    text: { value: { value: "nadia\nomar" } },
    roles: { value: { value: "Alert Emails\n\nx" } },
  };
  const given = (give: unknown) => sent("bulk_input", input, { deps: { bulkOpening: { give } } });
  const submitted = (submitBulk: unknown) => sent("bulk_form", REASON, { deps: { submitBulk } });
  return joined(
    inOrder("input is taken", await sent("bulk_input", input)),
    inOrder("input has an error", await given(failing(new BulkInputError("text", { kind: "one_of_two" })))),
    inOrder("input is refused", await given(GONE)),
    inOrder("input fails", await given(FAULT)),
    { "form is stored (nothing is said)": silent(await sent("bulk_form", REASON)) },
    inOrder(
      "form has an error",
      await submitted(failing(new FormError(wordFaults({ reason: "", ticket: "" }, null)))),
    ),
    inOrder("form is refused", await submitted(GONE)),
    inOrder("form fails", await submitted(FAULT)),
    inOrder("Slack can't be asked", await submitted(SLACK_OUT)),
  );
}

async function reasonForms(): Promise<Topic> {
  const metadata = JSON.stringify({
    requestId: 17,
    shownSnapshot: "0123",
    place: { channelId: "C0APPROVE", threadTs: null },
  });
  const parts: Topic[] = [];
  for (const form of ["denial_form", "dispute_form"]) {
    parts.push(
      joined(
        { [`${form} is stored (nothing is said)`]: silent(await sent(form, REASON, { metadata })) },
        inOrder(`${form} without a reason`, await sent(form, {}, { metadata })),
        inOrder(
          `${form} can't be stored`,
          await sent(form, REASON, { metadata, deps: { jobs: { enqueue: FAULT } } }),
        ),
        inOrder(`${form} is forged`, await sent(form, REASON)),
      ),
    );
  }
  return joined(...parts);
}

/** A click on a button with this value. */
function clicked(actionId: string, value: string, deps: object = {}): Promise<readonly Entry[]> {
  const action = {
    type: "button",
    action_id: actionId,
    block_id: "decision:0123456789abcdef",
    value,
    action_ts: "1793000000.000300",
  };
  const body = {
    type: "block_actions",
    user: { id: "U0THEO" },
    trigger_id: "1.2.abc",
    channel: { id: "C0APPROVE" },
    container: {},
    message: { thread_ts: "1793000000.000100" },
    actions: [action],
  };
  return shownFor({ to: `action ${actionId}`, payload: { body, action }, deps });
}

const STORED = [
  "approve",
  "cancel",
  "renew",
  "ratify",
  "bulk_pause",
  "bulk_resume",
  "bulk_stop",
  "bulk_list",
  "revoke_now",
];
const OPENING = ["deny", "dispute", "undo", "extend"];
const SUBJECT_BUTTONS = [
  "subject_deactivate",
  "subject_activate",
  "subject_move",
  "subject_add_roles",
  "subject_remove_roles",
  "subject_replace_roles",
];

async function buttons(): Promise<Topic> {
  const decided = failing(new AlreadyDecidedError(17, "denied", null));
  const parts: Topic[] = [];
  for (const id of STORED)
    parts.push({ [`${id} is stored (nothing is said)`]: silent(await clicked(id, "17")) });
  for (const id of OPENING) parts.push(inOrder(id, await clicked(id, "17")));
  for (const id of SUBJECT_BUTTONS) parts.push(inOrder(id, await clicked(id, "300000000000000001")));
  for (const id of [...STORED, ...OPENING])
    parts.push(inOrder(`${id}, forged`, await clicked(id, "CR-17; x")));
  for (const id of SUBJECT_BUTTONS) parts.push(inOrder(`${id}, forged`, await clicked(id, "")));
  return joined(
    ...parts,
    { "a link (nothing is said)": silent(await clicked("open_link", "x")) },
    inOrder("deny, refused", await clicked("deny", "17", { openDenial: decided })),
    inOrder("dispute, refused", await clicked("dispute", "17", { openDispute: decided })),
    inOrder("extend, refused", await clicked("extend", "17", { grantQueries: { placeOf: decided } })),
  );
}

/** Deliveries that this version of the bot does not know or can't read. */
async function otherDeliveries(): Promise<Topic> {
  const input = { type: "input", block_id: "reason" };
  const form = (blocks: readonly object[]) => ({
    type: "view_submission",
    user: { id: "U0MAYA" },
    view: { id: "V1", callback_id: "form_of_next_year", blocks },
  });
  const user = { id: "U0MAYA" };
  return joined(
    { "a command that can't be read": answerMessage({ kind: "delivery_incomplete" }) },
    inOrder("a button", await admitted({ type: "block_actions", user, actions: [{ action_id: "x" }] })),
    inOrder("a form", await admitted(form([input]))),
    inOrder("a form without a field", await admitted(form([]))),
    inOrder("a menu", await admitted({ type: "block_suggestion", user, action_id: "x" })),
    inOrder(
      "a form that can't be read",
      await admitted({ type: "view_submission", user, view: { callback_id: "draft_form", blocks: [input] } }),
    ),
  );
}

async function admitted(body: Record<string, unknown>): Promise<readonly Entry[]> {
  const { sent: shown, api, log } = recordingSlack();
  const deps = { api, log, claimDelivery: async () => true } as unknown as SlackDeps; // no other member is called
  const admit = createAdmitDelivery({ apiUrl: null, deps });
  const ack = async (answer: unknown) => {
    const { errors, view, options } = (answer ?? {}) as { errors?: never; view?: never; options?: never[] }; // acks have these fields
    if (errors) shown.push({ errors });
    if (view) shown.push(view);
    if (options) shown.push({ options });
  };
  await admit({ body, ack }, async () => {
    throw new Error("The delivery is known.");
  });
  return shown;
}
