import type { App } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import type { DraftChoice, Job } from "../../src/change-requests/index.ts";
import { registerListeners } from "../../src/slack/listeners/listeners.ts";
import type { SlackDeps } from "../../src/slack/listeners/slack-deps.ts";
import type { Message } from "../../src/slack/texts/message.ts";
import type { Entry } from "./entries.ts";
import { AT, CHANGES, CHANNELS, factsOf, listedRequest, ROLES, requestOf, viewOf } from "./fixtures.ts";
import { messageOf, type Refuse, recordingSlack } from "./recorder.ts";
import { steady } from "./refusal-message.ts";
import { bulkDraftOf, readingOf } from "./topics/bulk-forms.ts";
import { DRAFT_ID, draftOf, TERMS } from "./topics/forms.ts";
import { botStatusOf, listedOrgsOf, SALES, whoAmIOf } from "./topics/tenant.ts";

type Handler = (args: Record<string, unknown>) => Promise<void>;

/** The answer to the submission of a form, or to a menu. */
interface Ack {
  readonly response_action?: "errors" | "update";
  readonly errors?: Readonly<Record<string, string>>;
  readonly view?: ModalView;
  readonly options?: readonly unknown[];
  readonly option_groups?: readonly unknown[];
}

/** One delivery from Slack to a listener. */
export interface Delivered {
  /** Such as `command /incydr`, `action approve` or `view_submission draft_form`. */
  readonly to: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Replaces parts of the domain; default: a domain that allows and finds everything. */
  readonly deps?: object;
  readonly refuse?: Refuse;
}

/** The messages, views and answers after one delivery, in their order; none if the bot only acks it. */
export async function shownFor({ to, payload, deps = {}, refuse }: Delivered): Promise<readonly Entry[]> {
  const { sent, api, log } = recordingSlack(refuse);
  const shown: Exclude<Entry, null>[] = sent;
  const respond = async (_url: string, { text, blocks }: Message) =>
    void shown.push(steady({ text, blocks }));
  const parts = { ...domain(), api, log, respond, jobs: { enqueue }, ...deps };
  const handlers = registered(parts as unknown as SlackDeps); // no other member is called
  const handler = handlers.get(to);
  if (!handler) throw new Error(`The bot has no listener for ${to}.`);
  const ack = async (answer: Ack = {}) => {
    if (answer.errors) shown.push({ errors: answer.errors });
    if (answer.view) shown.push(steady(answer.view));
    if (answer.options) shown.push({ options: answer.options });
    if (answer.option_groups) shown.push({ option_groups: answer.option_groups });
  };
  await handler({ ack, ...payload });
  return shown;

  async function enqueue(job: Job): Promise<void> {
    if (job.kind === "tell") shown.push(messageOf(job));
  }
}

/** The listeners by name, such as `action approve`. */
function registered(deps: SlackDeps): ReadonlyMap<string, Handler> {
  const handlers = new Map<string, Handler>();
  const listen = (method: string) => (constraint: unknown, handler: Handler) => {
    handlers.set(nameOf(method, constraint), handler);
  };
  registerListeners(new Proxy({} as App, { get: (_app, method) => listen(String(method)) }), deps);
  return handlers;
}

function nameOf(method: string, constraint: unknown): string {
  if (typeof constraint !== "object" || constraint === null) return `${method} ${String(constraint)}`;
  const { type, action_id, callback_id } = constraint as Record<string, unknown>; // Bolt's constraints have these fields
  return `${method === "view" ? String(type) : method} ${String(action_id ?? callback_id)}`;
}

const GRANT_PAGE = { grants: [], page: 1, pages: 1, first: 0, total: 0, isMore: false };

/** A domain that allows and finds everything. */
function domain(): object {
  const done = async () => {};
  const place = { channelId: CHANNELS.approvals, threadTs: null };
  const bulkDraft = bulkDraftOf("deactivate", readingOf("deactivate"));
  return {
    people: { groupChanged: done },
    lookUps: {
      subject: async () => factsOf(),
      devices: async () => ({
        ...{ userId: "300000000000000001", username: "nadia.petrov@harborlight.example", list: [] },
      }),
      agents: async () => ({
        ...{ userId: "300000000000000001", username: "nadia.petrov@harborlight.example", list: [] },
      }),
      roles: async () => [{ roleId: "alert-emails", roleName: "Alert Emails" }],
      heldRoles: async () => ({
        ...{ userId: "300000000000000001", username: "nadia.petrov@harborlight.example" },
        roles: [{ roleId: "alert-emails", roleName: "Alert Emails", creationDate: null }],
      }),
    },
    userList: { first: async () => USER_LIST, page: async () => USER_LIST },
    explainPermission: async () => ({
      who: "Maya Lindqvist",
      action: "request",
      change: { kind: "deactivate", username: "nadia.petrov@harborlight.example" },
      explanation: { allowed: true, rules: [{ id: "analysts-request", at: null }] },
    }),
    startDraft: async () => ({ id: DRAFT_ID }),
    prepareDraft: async (_id: string, _by: string, { kind, undoes, emergency, ...choice }: DraftChoice) =>
      draftOf(kind ?? "activate", {
        emergency: emergency ? TERMS : null,
        undo: undoes === null ? null : { requestId: undoes, change: CHANGES.activate, notRestored: [] },
        ...(choice.extends === undefined
          ? {}
          : { chosenRoles: [ROLES.alerts, ROLES.watchlists], chosenLength: 8 }),
      }),
    suggestUsers: async () => null,
    searchOrgs: async () => [],
    searchRoles: async () => [],
    submitDraft: done,
    abandonDraft: async () => place,
    openDenial: async () => requestOf(),
    openDispute: async () => requestOf(),
    bulkOpening: {
      start: async (opening: object) => ({ ...bulkDraft, ...opening }),
      give: async () => bulkDraft,
    },
    submitBulk: done,
    grantQueries: { ofSubject: async () => [], page: async () => GRANT_PAGE, placeOf: async () => place },
    roleDetails: async () => ({
      role: { ...ROLES.alerts, permissions: ["alerts.read", "alerts.write"] },
      ...{
        filter: { text: null, active: null, blocked: null, org: null, role: ROLES.alerts.id },
        holders: USER_LIST,
      },
    }),
    orgList: async () => ORG_LIST,
    orgDetails: async () => ({ org: SALES }),
    botStatus: async () => botStatusOf(),
    whoAmI: async () => whoAmIOf(),
    requestQueries: {
      list: async () => ({
        ...{ requests: [listedRequest()], older: 12, newer: { below: null } },
        ...{ first: 11, total: 23, isMore: false },
      }),
      view: async () => ({
        view: viewOf(requestOf()),
        url: null,
        canApprove: true,
      }),
    },
    freezeSwitch: { freeze: done, unfreeze: async () => ({ isReadOnly: false }) },
    isFrozen: async () => false,
    recordForgery: done,
    userLinkTemplate: null,
    claimDelivery: async () => true,
  };
}

/** Two users of many, from a directory that was read a minute before. */
const USER_LIST = {
  page: { users: [userOf("1"), userOf("2")], total: 12, mayMatch: 0, offset: 10 },
  age: {
    ...{ readUsers: 320, expectedUsers: 320, isEveryUserRead: true, usersWithRoles: 320 },
    ...{ oldestReadAt: AT.asked, oldestRolesReadAt: AT.asked },
  },
  readAt: new Date(AT.asked.getTime() + 90_000),
};

const ORG_LIST = {
  page: { orgs: listedOrgsOf().orgs.map((org) => ({ ...org, readAt: AT.asked })), total: 12, offset: 10 },
  age: { readOrgs: 12, isEveryOrgRead: true, oldestReadAt: AT.asked },
  readAt: new Date(AT.asked.getTime() + 90_000),
};

function userOf(userId: string) {
  const { username, displayName, active, blocked, orgName } = factsOf();
  return { userId, username, displayName, active, blocked, orgGuid: null, orgName, readAt: AT.asked };
}
