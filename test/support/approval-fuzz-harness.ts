import type { Clock } from "../../src/kernel/clock.ts";
import { copyDraft, copyRequest } from "./entry-point-fixtures.ts";
import { APPROVALS, emailOf, makeRequest } from "./scenario-requests.ts";
import { untilQuiet } from "./scenario-world.ts";
import { createSignedInteractions } from "./signed-interactions.ts";
import type { World } from "./world.ts";

/** The people who click: of the company and of others, the bot itself, and a user whom Slack doesn't know. */
export const PEOPLE = [
  ...["theo", "priya", "lena", "maya", "noor", "jonas", "sam", "gil", "olga", "casey"],
  ...["bot", "nobody"],
];

/** One action of a person; `which` counts through the requests there are. */
export type Act =
  | {
      readonly kind: "approve" | "approve_unsigned" | "cancel" | "renew" | "deny";
      readonly who: string;
      readonly which: number;
    }
  /** An approval of one request, as if its card had shown the facts of another. */
  | {
      readonly kind: "approve_other_facts";
      readonly who: string;
      readonly which: number;
      readonly other: number;
    }
  /** The form of a denial, whose hidden field claims that it is an approval by `as`. */
  | { readonly kind: "denial_as_approval"; readonly who: string; readonly which: number; readonly as: string }
  /** A form that maya opened. */
  | { readonly kind: "submit"; readonly who: string }
  /** Somebody is added to the group that approves, or removed from it. */
  | { readonly kind: "join" | "leave"; readonly who: string };

/** The needs of a request, by this test's own reading of the policies. */
interface Rule {
  readonly requester: string;
  readonly subject: string;
  readonly approvals: number;
}

interface FuzzedRequest extends Rule {
  readonly id: number;
  readonly shown: string;
  /** Who sent an approval of what its card shows. */
  readonly approvedBy: Set<string>;
  isWritten: boolean;
}

const LEADS = "insider-risk-leads";
const ENTITLED = ["theo", "priya", "lena"];
const RULES: readonly (Rule & { readonly role: string; readonly cardIn?: string })[] = [
  { requester: "maya", subject: "nadia.petrov", role: "Alert Emails", approvals: 1 },
  { requester: "maya", subject: "ann.karlsson", role: "Org Admin", approvals: 2 },
  { requester: "lena", subject: "annette.karlsson", role: "Alert Emails", approvals: 1 },
  { requester: "lena", subject: "pär.öberg", role: "Org Admin", approvals: 2 },
  {
    ...{ requester: "maya", subject: "lena.fischer", role: "Alert Emails", approvals: 1 },
    cardIn: "insider-risk-restricted",
  },
];
/** The request that the form makes. */
const OF_THE_FORM: Rule = { requester: "maya", subject: "rolf.brandt", approvals: 1 };
const SUBJECTS = [...RULES, OF_THE_FORM].map(({ subject }) => subject);
/** After this time a lead who came back to the group may approve again. */
const ELEVEN_MINUTES_MS = 11 * 60_000;

/**
 * Requests to be clicked at, the same ones afresh for each run, and a check of Incydr's write log that knows
 * the requests that were sent, and nothing of the bot.
 */
export async function createApprovalFuzzHarness(
  world: World,
  { clock, advance }: { clock: Clock; advance: (ms: number) => Promise<void> },
) {
  const { slack, incydr, db } = world;
  const raw = createSignedInteractions(slack);
  const originals: number[] = [];
  for (const { requester, subject, role, cardIn } of RULES) {
    const command = `/incydr roles ${emailOf(subject)} add ${role}`;
    const made = await makeRequest(world, { command, by: requester, ...(cardIn ? { cardIn } : {}) });
    originals.push(made.id);
  }
  const form = await openForm();
  const rolesAtFirst = new Map(SUBJECTS.map((name) => [name, incydr.tenant.rolesOf(emailOf(name))]));
  let requests: FuzzedRequest[] = [];
  let leads = new Set(ENTITLED);

  return {
    async start(): Promise<void> {
      requests = [];
      for (const [index, rule] of RULES.entries())
        requests.push(await prepared(await copyRequest(world, originals[index] ?? 0, "pending"), rule));
    },

    /** Sends all of them at once, and says which writes came of it, and which of these shouldn't have. */
    async run(acts: readonly Act[]): Promise<{ writes: number; unjustified: readonly string[] }> {
      const seen = incydr.writeLog().length;
      await Promise.all(acts.map(send));
      await untilQuiet(world);
      const writes = incydr.writeLog().slice(seen);
      return { writes: writes.length, unjustified: writes.flatMap(({ userId }) => checkInvariants(userId)) };
    },

    /** Everybody and everything as it was. */
    async end(): Promise<void> {
      for (const lead of ENTITLED) if (!leads.has(lead)) await slack.admin.addToGroup(LEADS, lead);
      for (const guest of leads)
        if (!ENTITLED.includes(guest)) await slack.admin.removeFromGroup(LEADS, guest);
      if (ENTITLED.some((lead) => !leads.has(lead))) await advance(ELEVEN_MINUTES_MS);
      leads = new Set(ENTITLED);
      for (const [name, roles] of rolesAtFirst) incydr.control.edit.setRoles(emailOf(name), roles);
      incydr.control.edit.setActive(emailOf(OF_THE_FORM.subject), true);
      await untilQuiet(world);
    },
  };

  async function send(act: Act): Promise<void> {
    const userId = idOf(act.who);
    switch (act.kind) {
      case "join":
        return void (leads.has(act.who) || (await join(act.who)));
      case "leave":
        return void (leads.delete(act.who) && (await slack.admin.removeFromGroup(LEADS, act.who)));
      case "submit":
        return submit(userId);
      case "denial_as_approval": {
        const { id: requestId, shown: shownSnapshot } = pick(act.which);
        const forged = { verdict: "approval", slackUserId: idOf(act.as), clickId: "forged" };
        const opened = { requestId, shownSnapshot, place: { channelId: "C0APPROVE", threadTs: null } };
        return submitDenial(userId, { ...opened, ...forged });
      }
      case "deny": {
        const { id: requestId, shown: shownSnapshot } = pick(act.which);
        const place = { channelId: "C0APPROVE", threadTs: null };
        return submitDenial(userId, { requestId, shownSnapshot, place });
      }
      case "cancel":
      case "renew": {
        const { id: requestId, shown } = pick(act.which);
        return void (await raw.click({ userId, actionId: act.kind, requestId, shown }));
      }
      case "approve_unsigned": {
        const { id: requestId, shown } = pick(act.which);
        return void (await raw.click({ userId, actionId: "approve", requestId, shown, signature: "bad" }));
      }
      case "approve":
      case "approve_other_facts": {
        const request = pick(act.which);
        const { shown } = act.kind === "approve_other_facts" ? pick(act.other) : request;
        if (shown === request.shown) request.approvedBy.add(act.who);
        return void (await raw.click({ userId, actionId: "approve", requestId: request.id, shown }));
      }
    }
  }

  /** Why a write shouldn't have been; nothing if some request for it had what it needs. */
  function checkInvariants(userId: string): string[] {
    const { username } = incydr.tenant.user(userId);
    const about = requests.filter(({ subject, isWritten }) => emailOf(subject) === username && !isWritten);
    const justified = about.find((request) => countedApprovals(request).length >= request.approvals);
    if (justified) justified.isWritten = true;
    const seen = about.map((request) => `CR-${request.id} by ${[...request.approvedBy].join(", ")}`);
    return justified ? [] : [`${username} was written to; approvals sent: ${seen.join("; ") || "none"}`];
  }

  /** A person who was just added doesn't count either: they joined less than ten minutes ago. */
  function countedApprovals({ approvedBy, requester, subject }: FuzzedRequest): string[] {
    const isSubject = (who: string) => subject.startsWith(`${who}.`);
    return [...approvedBy].filter(
      (who) => ENTITLED.includes(who) && leads.has(who) && who !== requester && !isSubject(who),
    );
  }

  async function join(who: string): Promise<void> {
    // A lead who comes back would be new to the group; they stay away.
    if (ENTITLED.includes(who) || ["bot", "nobody"].includes(who)) return;
    leads.add(who);
    await slack.admin.addToGroup(LEADS, who);
  }

  async function submit(userId: string): Promise<void> {
    const draftId = await copyDraft(world, form);
    await db.query("update drafts set expires_at = $2 where id = $1", [draftId, inADay()]);
    const values = { reason: { value: { type: "plain_text_input", value: "Asked by a test" } } };
    const view = { callback_id: "draft_form", private_metadata: draftId, state: { values } };
    await raw.view("view_submission", userId, view);
    const { rows } = await db.query<{ id: string | null }>(
      "select request_id as id from drafts where id = $1",
      [draftId],
    );
    if (rows[0]?.id) requests.push(await prepared(Number(rows[0].id), OF_THE_FORM));
  }

  async function submitDenial(userId: string, metadata: object): Promise<void> {
    const values = { reason: { value: { type: "plain_text_input", value: "Denied by a test" } } };
    const view = {
      callback_id: "denial_form",
      private_metadata: JSON.stringify(metadata),
      state: { values },
    };
    await raw.view("view_submission", userId, view);
  }

  async function openForm(): Promise<string> {
    const maya = slack.as("maya");
    await maya.command(`/incydr deactivate ${emailOf(OF_THE_FORM.subject)}`, { in: APPROVALS });
    await maya.waitForModal(({ submit }) => submit === "Request approval");
    await untilQuiet(world);
    const { rows } = await db.query<{ id: string }>("select id from drafts where request_id is null");
    return rows[0]?.id ?? "";
  }

  async function prepared(id: number, { requester, subject, approvals }: Rule): Promise<FuzzedRequest> {
    const { rows } = await db.query<{ shown: string }>(
      "update change_requests set expires_at = $2, execute_by = $2 where id = $1 returning left(snapshot_hash, 16) as shown",
      [id, inADay()],
    );
    return {
      ...{ id, requester, subject, approvals, shown: rows[0]?.shown ?? "" },
      approvedBy: new Set(),
      isWritten: false,
    };
  }

  function pick(which: number): FuzzedRequest {
    const request = requests[which % requests.length];
    if (!request) throw new Error("There are no requests.");
    return request;
  }

  function inADay(): Date {
    return new Date(clock.now().getTime() + 86_400_000);
  }
}

function idOf(who: string): string {
  return `U0${who.toUpperCase()}`;
}
