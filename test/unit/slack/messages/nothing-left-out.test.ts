import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../../../../src/audit/index.ts";
import type {
  ChangeRequest,
  DigestLine,
  PreparedDraft,
  RequestView,
} from "../../../../src/change-requests/index.ts";
import { announcement, bulkAnnouncement } from "../../../../src/slack/messages/announcement.ts";
import { auditMessage } from "../../../../src/slack/messages/audit-message.ts";
import { bulkCard } from "../../../../src/slack/messages/bulk-card.ts";
import { roleList } from "../../../../src/slack/messages/command-answers.ts";
import { digestMessage } from "../../../../src/slack/messages/reminder-digest-message.ts";
import { requestCard } from "../../../../src/slack/messages/request-card.ts";
import { subjectCard } from "../../../../src/slack/messages/subject-card.ts";
import { failedJobLines } from "../../../../src/slack/texts/failed-job-texts.ts";
import { whatFollows } from "../../../../src/slack/texts/freeze-texts.ts";
import { grantLines, openGrantLines } from "../../../../src/slack/texts/grant-texts.ts";
import { changeFormView } from "../../../../src/slack/views/change-form-view.ts";
import {
  someDecision,
  someFacts,
  someGrant,
  someRequest,
  someTarget,
  someView,
} from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const ADMIN = { id: "incydr-admin", name: "Insider Risk Admin" };
const ADD = { kind: "add_roles", roles: [ALERTS], grantHours: 8 } as const;
const EMERGENCY = { ratifyWithinHours: 24, escalateTo: ["insider-risk-leads"] };
const said = (message: { blocks: unknown } | null) => readable(message?.blocks ?? []);
const card = (patch: Partial<ChangeRequest>, view: Partial<RequestView> = {}) =>
  said(requestCard(someView(someRequest(patch), view)));
const two = (facts: Partial<ReturnType<typeof someFacts>>[] = [{}, {}]) =>
  facts.map((each, position) => someTarget({ position, facts: someFacts(each) }));
const bulkOf = (patch: Partial<ChangeRequest>, facts?: Partial<ReturnType<typeof someFacts>>[]) => {
  const targets = patch.targets ?? two(facts);
  return someRequest({ targets, targetCount: targets.length, ...patch });
};
const failure = (reference: string, kind: "show_progress" | "execute" = "execute") => ({
  ...{ key: reference, kind, requestId: 1, faults: 20, errorCode: "TypeError" },
  ...{ reference, givenUpAt: new Date(0) },
});

describe("the card of a bulk", () => {
  const shown = (
    patch: Partial<ChangeRequest>,
    view: Partial<RequestView> = {},
    facts?: Parameters<typeof two>[0],
  ) => said(bulkCard(someView(bulkOf(patch, facts), view)));

  it("says that changes are frozen, what failed, and why it was denied", () => {
    expect(shown({}, { isFrozen: true })).toContain("Once approved, it runs when changes are unfrozen.");
    expect(shown({}, { failures: [failure("1a2b")] })).toContain("ref 1a2b");
    const decisions = [someDecision({ verdict: "denial", reason: "Not before Legal has answered" })];
    expect(shown({ state: "denied", decisions })).toContain("Not before Legal has answered");
  });

  it("warns of a privileged role that is given to one of many", () => {
    const change = { kind: "add_roles", roles: [ADMIN] } as const;
    const facts = [{ roles: [ADMIN] }, { roles: [] }];
    expect(shown({ change }, {}, facts)).toContain("about the privileged role");
    expect(shown({ change: { ...change, roles: [ALERTS] } }, {}, facts)).not.toContain(
      "about the privileged role",
    );
  });

  it("warns of unknown legal hold where accounts are changed, and not where roles are", () => {
    const facts = [{ legalHold: { fact: "unknown", names: [] } as const }, {}];
    expect(shown({}, {}, facts)).toContain("Legal hold is unknown for 1 of 2 users");
    expect(shown({ change: { kind: "add_roles", roles: [ALERTS] } }, {}, facts)).not.toContain(
      "Legal hold is unknown",
    );
  });

  it("counts every organization, also the one that it has no room to name", () => {
    const targets = Array.from({ length: 11 }, (_, at) =>
      someTarget({ position: at, facts: someFacts({ orgName: `Org ${at}` }) }),
    );
    expect(shown({ targets })).toContain("1 in other organizations");
  });

  it("can be paused and stopped only while it is carried out, resumed only when paused, and listed always", () => {
    const buttons = (patch: Partial<ChangeRequest>) =>
      bulkCard(someView(bulkOf(patch))).blocks.flatMap((block) =>
        block.type === "actions" ? block.elements : [],
      );
    const labels = (patch: Partial<ChangeRequest>) =>
      buttons(patch).map((button) => readable([button]).replace(/(?<=^(Approve|Stop)).*/s, ""));
    expect(labels({ state: "pending" }).at(-1)).toBe("List users");
    expect(labels({ state: "executing" })).toEqual(["Pause", "Stop", "List users"]);
    expect(labels({ state: "executing", paused: true })).toEqual(["Resume", "Stop", "List users"]);
    expect(labels({ state: "done" })).toEqual(["List users"]);
    expect(readable(buttons({ state: "executing" }))).toContain(
      "Users who are still waiting are not changed.",
    );
  });
});

describe("the card of a request", () => {
  it("warns of privileged roles that are given and of those that are taken, before and after the decision", () => {
    const change = { kind: "add_roles", roles: [ADMIN] } as const;
    expect(card({ change })).toContain("Check before you decide");
    expect(card({ change })).toContain("Incydr e-mails every Customer Cloud Admin");
    expect(card({ change })).toContain(`Privileged roles: ${ADMIN.name}`);
    expect(card({ change, state: "denied" })).toContain("Warnings at request time");
    expect(card({ change, state: "denied" })).not.toContain("Check before you decide");
  });

  it("names what it undoes, and says why it is disputed", () => {
    expect(card({ undoes: 5 })).toContain("Undo of CR-5");
    const by = { slackUserId: "U0THEO", email: null };
    const decision = { by, at: new Date(0), reason: "Not what I saw" };
    const ratification = { state: "disputed", deadlineAt: new Date(0), overdue: false, decision } as const;
    expect(card({ state: "done", emergency: EMERGENCY, ratification })).toContain("Not what I saw");
  });

  it("offers while changes are frozen what a click does then, and not what it would do at once", () => {
    const targets = [someTarget({ state: "verified" })];
    const grants = [someGrant()];
    const shown = card({ state: "done", change: ADD, targets }, { grants, isFrozen: true });
    expect(shown).toContain("Revoke when unfrozen");
    expect(card({ state: "done", change: ADD, targets }, { grants })).toContain("Revoke now");
  });
});

describe("a line about temporary roles", () => {
  const lines = (
    patch: Parameters<typeof someGrant>[0],
    view: Partial<RequestView> = {},
    change: ChangeRequest["change"] = ADD,
  ) =>
    readable(
      grantLines(
        someView(someRequest({ state: "done", change, targets: [someTarget({ state: "verified" })] }), {
          grants: [someGrant(patch)],
          ...view,
        }),
      ),
    );

  it("says that a removal waits for the end of a freeze before its turn has come", () => {
    expect(lines({ state: "revoking" }, { isFrozen: true })).toContain("Waiting: all changes are frozen.");
    expect(lines({ state: "revoking" })).not.toContain("Waits");
  });

  it("counts failed attempts only where there are some", () => {
    expect(lines({ state: "revoking" })).not.toContain("attempt");
    expect(lines({ state: "revoking", failedAttempts: 2, explanation: "403" })).toContain(
      "2 attempts failed",
    );
  });

  it("in a list says whether a role is being taken away, or waits for the end of a freeze", () => {
    const listed = (isFrozen: boolean) =>
      readable(openGrantLines([someGrant({ state: "revoking" })], { withSubject: true, isFrozen }));
    expect(listed(true)).toContain(
      "nadia.petrov@harborlight.example: Alert Emails, CR-1, removal due since ",
    );
    expect(listed(false)).toContain("being removed since ");
  });
});

describe("an announcement", () => {
  const told = (patch: Partial<ChangeRequest>, topic: string, view: Partial<RequestView> = {}) =>
    announcement(someView(someRequest(patch), view), topic);

  it("of an unknown outcome isn't made once the outcome is known", () => {
    const of = (state: "unknown" | "verified") =>
      told({ state: "done", targets: [someTarget({ state })] }, "done:unknown");
    expect(said(of("unknown"))).toContain("has an unknown outcome");
    expect(of("verified")).toBeNull();
  });

  it("of an approval names who approved last and still counts, or that none was asked for", () => {
    const gone = someDecision({ approver: { slackUserId: "U0GONE", email: null }, void: true });
    const approved = told({ state: "approved", decisions: [someDecision(), gone] }, "approved:0.2");
    expect(JSON.stringify(approved)).toContain("U0THEO");
    expect(JSON.stringify(approved)).not.toContain("U0GONE");
    expect(said(told({ state: "approved" }, "approved:0.0"))).toContain("no approval needed");
  });

  it("that roles were there already says that nothing is removed at the end", () => {
    const targets = [someTarget({ state: "already" })];
    expect(said(told({ state: "done", change: ADD, targets }, "done:verified"))).toContain(
      "nothing is removed",
    );
  });

  it("of the end of temporary roles isn't made where none ended then", () => {
    const endedAt = new Date("2026-11-01T18:00:00.000Z");
    const grants = [someGrant({ state: "revoked", endedAt })];
    const topic = (at: Date) => `grants_over:${at.getTime()}`;
    expect(said(told({ state: "done", change: ADD }, topic(endedAt), { grants }))).toContain(
      "CR-1: temporary roles removed and verified",
    );
    expect(
      told({ state: "done", change: ADD }, topic(new Date("2026-11-02T18:00:00.000Z")), { grants }),
    ).toBeNull();
  });

  it("that a bulk is denied says why", () => {
    const decisions = [someDecision({ verdict: "denial", reason: "Not before Legal has answered" })];
    const denied = bulkAnnouncement(someView(bulkOf({ state: "denied", decisions })), "denied");
    expect(said(denied)).toContain("Not before Legal has answered");
  });

  it("says what a freeze means for what is approved or under way, and nothing of what isn't", () => {
    const follows = (state: "pending" | "approved" | "executing") =>
      whatFollows(someView(someRequest({ state }), { isFrozen: true }));
    expect(follows("pending")).toBe("");
    expect(follows("approved")).toContain("it runs when they are unfrozen");
    expect(follows("executing")).toContain("a write already in progress will finish");
  });
});

describe("a card's lines about work that was given up", () => {
  it("leave out that it could not be shown, since it is, and list at most five", () => {
    expect(failedJobLines([failure("1a2b", "show_progress")])).toEqual([]);
    expect(failedJobLines(["1", "2", "3", "4", "5", "6"].map((each) => failure(each)))).toHaveLength(5);
  });
});

describe("a digest", () => {
  const line = (patch: Partial<DigestLine>) => ({
    ...{ request: someRequest(), step: "escalation" as const, escalateTo: [] as string[] },
    ...{ approvalsMissing: 2, invitedApprovers: [], revoking: [], cardUrl: null, ...patch },
  });

  it("says where the policies name nobody, and how many approvals are missing", () => {
    expect(said(digestMessage([line({})]))).toContain("The policies name no group to ask.");
    expect(said(digestMessage([line({})]))).toContain("needs 2 approvals");
  });

  it("tells of roles that could not be taken away, and whom it is told to", () => {
    const revoking = [someGrant({ state: "revoking", failedAttempts: 3 })];
    const told = said(
      digestMessage([line({ step: "revocation", escalateTo: ["insider-risk-leads"], revoking })]),
    );
    expect(told).toContain("Temporary roles could not be removed at their end.");
    expect(told).toContain("Please check: @insider-risk-leads.");
    expect(told).toContain("CR-1 · failed attempts: 3");
  });
});

describe("an entry in the audit channel", () => {
  const entry = (patch: Partial<AuditEntry>) =>
    said(
      auditMessage([
        {
          ...{
            seq: 1,
            kind: "request.created",
            at: new Date("2026-11-01T09:00:00Z"),
            requestId: "CR-1",
            subject: null,
          },
          ...{
            actor: "bot",
            details: {},
            prevHash: "0".repeat(64),
            hash: "f".repeat(64),
            correlationId: null,
          },
          ...{ policyHash: null, ...patch },
        } as AuditEntry,
      ]),
    );

  it("names no username of a list, and quotes a text of several words, which could be taken for another detail", () => {
    const shown = entry({ details: { usernames: ["nadia@x.example"], reason: "fine · verdict: approval" } });
    expect(shown).not.toContain("nadia");
    expect(shown).toMatch(/reason: \S?["“]fine/);
  });

  it("shows names of details, times and Slack ids as words, and a typed text that begins like a time as it is", () => {
    const typed = "2026-11-01T10:00 alert · verdict: approval";
    const details = { approvalsNeeded: 2, endsAt: "2026-11-01T18:02:00.000Z", event: "enough_approvals" };
    const shown = entry({ details: { ...details, overdue: false, peopleAsked: ["U0THEO"], reason: typed } });
    expect(shown).toContain(
      "approvals needed: 2 · ends at: 2026-11-01 18:02 UTC · event: enough approvals · overdue: no · ",
    );
    expect(shown).toContain(`reason: “${typed}” · people asked: `);
    expect(shown).not.toContain("U0THEO");
  });

  it("names somebody at the command line as they are, whom Slack doesn't know", () => {
    expect(entry({ actor: { slackUserId: "cli:root", email: null } })).toContain("cli:root");
  });

  it("shares the room for quotations among long texts, so that each is shown in part", () => {
    const shown = entry({ details: { reason: "a".repeat(900), ticket: "b".repeat(900) } });
    expect(shown.match(/a{50,}/)?.[0].length).toBeLessThanOrEqual(150);
    expect(shown.match(/b{50,}/)?.[0].length).toBeLessThanOrEqual(150);
  });
});

describe("a list or a look-up", () => {
  const role = (at: number) => ({ roleId: `r${at}`, roleName: `Role ${at}` });

  it("of roles says how many aren't shown, and that there may be others", () => {
    const roles = Array.from({ length: 32 }, (_, at) => role(at));
    expect(said(roleList(roles, { isFrozen: false }))).toContain("… and 2 more");
    expect(said(roleList(roles, { isFrozen: false }))).not.toContain("incomplete");
    const incomplete = Object.assign([role(1)], { complete: false });
    expect(said(roleList(incomplete, { isFrozen: false }))).toContain("may be incomplete");
  });

  it("of a user says what is unknown, and offers the change that is possible", () => {
    const look = (patch: Parameters<typeof someFacts>[0], userLinkTemplate: string | null = null) =>
      subjectCard(someFacts(patch), { grants: [], userLinkTemplate, isFrozen: false });
    const unknown = { fact: "unknown", names: [] } as const;
    expect(said(look({ legalHold: unknown }))).toContain("Legal hold unknown (could not be read)");
    expect(said(look({ watchlists: { ...unknown, notAsked: true } }))).toContain(
      "Watchlists unknown (not checked)",
    );
    expect(said(look({}))).toContain("Deactivate…");
    expect(said(look({ active: false }))).toContain("Activate…");
    const link = look({ userId: "a/b" }, "https://x.example/{userId}");
    expect(JSON.stringify(link)).toContain("https://x.example/a%2Fb");
  });
});

describe("the form of a change", () => {
  const form = (patch: Partial<PreparedDraft>) =>
    changeFormView({
      ...{ draftId: "1", kind: "deactivate", facts: someFacts(), warnings: [], roleOptions: [ALERTS, ADMIN] },
      ...{
        chosenRoles: [],
        lengths: [],
        chosenLength: null,
        temporaryGrants: [],
        chosenOrg: null,
        undo: null,
      },
      ...{ othersOpen: [], emergency: null, approvalsNeeded: 1, asksLegalHold: false, isFrozen: false },
      ...patch,
    });
  const asks = (patch: Partial<PreparedDraft>) =>
    form(patch).blocks.flatMap(({ block_id }) => block_id ?? []);
  const shown = (patch: Partial<PreparedDraft>) => readable(form(patch));

  it("asks about legal hold only where it could not be read", () => {
    expect(asks({ asksLegalHold: true })).toContain("legal_hold");
    expect(asks({})).not.toContain("legal_hold");
  });

  it("asks neither for roles nor for an organization where an undo decides them", () => {
    expect(asks({ kind: "move" })).toContain("org");
    expect(asks({ kind: "add_roles" })).toContain("roles");
    const undo = { requestId: 5, change: ADD, notRestored: [{ code: "monitoring_gap" } as const] };
    expect(asks({ kind: "move", undo })).not.toContain("org");
    expect(asks({ kind: "add_roles", undo })).not.toContain("roles");
    expect(shown({ kind: "add_roles", undo })).toContain("Not restored");
  });

  it("says of an emergency nothing of approvals", () => {
    expect(shown({})).toContain("Needs approval from 1 other person");
    expect(shown({ emergency: EMERGENCY })).not.toContain("Needs approval");
  });

  it("starts a replacement from the roles that are held, and offers the chosen ones among too many", () => {
    const facts = someFacts({ roles: [ALERTS] });
    expect(form({ kind: "replace_roles", facts }).blocks).toContainEqual(
      expect.objectContaining({
        element: expect.objectContaining({
          initial_options: [expect.objectContaining({ value: ALERTS.id })],
        }),
      }),
    );
    const roleOptions = Array.from({ length: 101 }, (_, at) => ({ id: `r${at}`, name: `Role ${at}` }));
    const chosen = form({ kind: "add_roles", roleOptions, chosenRoles: [{ id: "r100", name: "Role 100" }] });
    expect(JSON.stringify(chosen).match(/"r100"/g)).toHaveLength(2);
    expect(readable(chosen)).toContain("Not shown here: 1 more role. Use");
  });

  it("names temporary roles and other open requests about the same user", () => {
    expect(shown({ kind: "replace_roles", temporaryGrants: [someGrant()] })).toContain(
      "Alert Emails, CR-1, until ",
    );
    expect(shown({ othersOpen: [3, 5] })).toContain("Other open requests for this user: CR-3, CR-5.");
  });
});
