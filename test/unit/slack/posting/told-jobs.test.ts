import { expect, it } from "vitest";
import { createJobHandlers, type JobParts } from "../../../../src/app/job-handlers.ts";
import { type Answer, type Job, listedGrant, runJob } from "../../../../src/change-requests/index.ts";
import { answerMessage } from "../../../../src/slack/messages/answer-message.ts";
import {
  createRequestDisplay,
  type RequestDisplayOptions,
} from "../../../../src/slack/posting/request-messages.ts";
import { someFacts, someGrant } from "../../../support/domain-objects.ts";
import { someStatus, someWhoAmI } from "../../../support/status-objects.ts";

/** Does a job as the queue stores it; resolves to what Slack is asked to show to one person. */
async function toldBy(stored: object): Promise<unknown[]> {
  const shown: unknown[] = [];
  const postEphemeral = async (message: unknown) => void shown.push(message);
  const options = { api: { posting: { chat: { postEphemeral } } }, log: () => {} };
  const { sendEphemeral } = createRequestDisplay(options as unknown as RequestDisplayOptions); // nothing else of it is used
  const job = JSON.parse(JSON.stringify(stored)) as Job;
  await runJob(job, createJobHandlers({ sendEphemeral } as JobParts)); // the only part that is called
  return shown;
}

const to = { kind: "tell", slackUserId: "U0THEO", place: { channelId: "C0APPROVE", threadTs: "17.5" } };
const section = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});
const APPROVAL =
  "Your approval of CR-14 doesn't count: the user has changed since. Roles gained: Watchlist Manager.";
const shown = {
  channel: "C0APPROVE",
  user: "U0THEO",
  thread_ts: "17.5",
  text: "For you",
  blocks: [section(APPROVAL)],
};

it("a job that an earlier version stored with the blocks of its message is delivered", async () => {
  const words = { text: "For you", blocks: [section(APPROVAL)] };
  expect(await toldBy({ ...to, words })).toEqual([shown]);
});

it("a job that carries a notice is delivered as the same message", async () => {
  const notice = { kind: "approval_void", requestId: 14, drift: "Roles gained: Watchlist Manager." };
  expect(await toldBy({ ...to, notice })).toEqual([{ ...shown, text: APPROVAL }]);
});

const typed = { "You typed": "/incydr user nadia" };
const rule = { id: "own-request", at: { file: "approve.cedar", line: 3 } };
const change = { kind: "deactivate", username: "nadia@x.example" } as const;
const PAGE = { first: 11, total: 23, isMore: false, previous: "requests", next: null };
const grants = [listedGrant(someGrant())];
/** An answer of each kind that is stored. */
const ANSWERS: Readonly<{ [Kind in Exclude<Answer["kind"], "looking_up">]: Answer & { kind: Kind } }> = {
  help: { kind: "help" },
  menu: { kind: "menu" },
  subject: {
    kind: "subject",
    facts: someFacts(),
    grants,
    userLinkTemplate: "https://x/{userId}",
    isFrozen: true,
  },
  grants: { kind: "grants", grants, username: null, page: PAGE, isFrozen: false },
  roles: { kind: "roles", roles: [{ roleId: "a", roleName: null }], isComplete: false, isFrozen: false },
  users: {
    kind: "users",
    list: {
      filter: { text: "a", active: true, blocked: null, org: null, role: null },
      users: [
        {
          ...{ userId: "1", username: "a@x.example", displayName: "A", orgName: null },
          ...{ active: true, blocked: null },
        },
      ],
      ...{ total: 1, mayMatch: 2, offset: 0 },
      age: {
        ...{ readUsers: 3, expectedUsers: 9, isEveryUserRead: false },
        ...{ usersWithRoles: 1, oldestAgeMs: 60_000 },
      },
    },
    isFrozen: false,
  },
  permission: {
    kind: "permission",
    permission: {
      ...{ who: "Theo", action: "approve", change },
      explanation: { allowed: false, reasons: [{ reason: "Nobody does.", rule }], whoCould: ["leads"] },
    },
    isFrozen: false,
  },
  frozen: { kind: "frozen" },
  unfrozen: { kind: "unfrozen", isReadOnly: true },
  not_done: { kind: "not_done", refusal: { code: "draft_gone", data: null }, typed },
  failed: { kind: "failed", reference: "1a2b", isNothingRequested: true, mayHaveOpened: true, typed },
  form_too_late: { kind: "form_too_late", typed },
  undo_of_what: { kind: "undo_of_what", typed },
  unknown_command: { kind: "unknown_command", command: "dance", typed },
  option_fault: { kind: "option_fault", fault: { why: "empty", option: "for" }, typed },
  forged_button: { kind: "forged_button" },
  delivery_incomplete: { kind: "delivery_incomplete" },
  requests: {
    kind: "requests",
    ...{ which: "open", isFiltered: false, older: "requests open --before CR-7", isFrozen: true },
    page: { ...PAGE, next: "requests open --before CR-7" },
    requests: [
      {
        ...{
          requestId: 7,
          state: "pending",
          outcome: null,
          change: { kind: "deactivate" },
          isEmergency: false,
        },
        ...{ username: "nadia@x.example", targets: 1, requesterSlackId: "U0MAYA", missing: 1, url: null },
        isUnchecked: false,
        deciders: { groups: ["insider-risk-leads"], invited: ["U0THEO"] },
        createdAt: "2026-01-01T00:00:00.000Z",
      },
    ],
  },
  held_roles: {
    ...{ kind: "held_roles", userId: "4711", username: "nadia@x.example", isFrozen: false },
    ...{ page: { first: 1, isMore: false, total: 1, previous: null, next: null }, grants: [] },
    roles: [{ id: "a", name: "Alert Emails", createdAt: "2026-01-01T00:00:00.000Z", modifiedAt: null }],
  },
  devices: {
    ...{ kind: "devices", of: "device", username: "nadia@x.example", isComplete: true },
    ...{ total: 1, isFiltered: false },
    items: [
      {
        ...{ name: "LT-1", host: "lt-1", active: true, blocked: false, os: "Windows 11", version: "11.4" },
        ...{ lastConnected: "2026-01-01T00:00:00.000Z", alertState: 1, issues: [] },
      },
    ],
  },
  role: { kind: "role", role: { id: "a", name: "Alert Emails", permissions: ["alerts.read"] } },
  which_role: { kind: "which_role", typed },
  which_request: { kind: "which_request", command: "request", typed },
  request_not_shown: { kind: "request_not_shown", requestId: 7 },
  cancel_stored: { kind: "cancel_stored", requestId: 7 },
  other_version: { kind: "other_version", what: "button" },
  org: {
    kind: "org",
    found: { org: null, why: "unknown", asked: "sale", choices: [{ id: "org-1", name: "Sales" }] },
    isFrozen: true,
  },
  which_org: { kind: "which_org" },
  orgs: {
    kind: "orgs",
    list: {
      ...{ text: "a", total: 12, offset: 10 },
      orgs: [
        {
          ...{ orgGuid: "org-1", orgName: "Sales", parentOrgGuid: "org-0", parentName: null },
          ...{ active: true, userCount: 3 },
        },
      ],
      age: { readOrgs: 12, isEveryOrgRead: true, oldestAgeMs: 60_000 },
    },
    isFrozen: false,
  },
  status: { kind: "status", status: someStatus() },
  whoami: { kind: "whoami", me: someWhoAmI() },
};

it.each(Object.entries(ANSWERS))(
  "the stored answer %s is delivered as it would have been shown",
  async (_kind, notice) => {
    const [told, ...more] = await toldBy({ ...to, notice });
    expect(told).toMatchObject({ channel: "C0APPROVE", user: "U0THEO", ...answerMessage(notice) });
    expect(more).toEqual([]);
  },
);

it("an answer that a later version stored fails as an unreadable job", async () => {
  await expect(toldBy({ ...to, notice: { kind: "greeting" } })).rejects.toMatchObject({
    code: "job_unreadable",
  });
});
