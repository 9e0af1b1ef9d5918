import type {
  Change,
  ChangeRequest,
  ConfidentialityFault,
  JobFailure,
  LaterChange,
  RequestView,
  WaitingFor,
} from "../../../src/change-requests/index.ts";
import { requestCard } from "../../../src/slack/messages/request-card.ts";
import { entriesFor, joined, type Topic, under } from "../entries.ts";
import {
  AT,
  CHANGES,
  decisionOf,
  doneRequest,
  FORGED,
  factsFor,
  factsOf,
  grantOf,
  IN_STATE,
  PEOPLE,
  ROLES,
  requestIn,
  requestOf,
  targetOf,
  viewOf,
} from "../fixtures.ts";

type OpenState = keyof typeof IN_STATE;

/** Outcomes of a single target that a card of a finished request shows. */
const OUTCOMES = ["verified", "already", "refused", "failed", "unknown", "stale", "skipped"] as const;

/** The card of each kind of change in each state. */
export function cards(): Topic {
  return joined(...Object.values(CHANGES).map((change) => under(change.kind, cardsOf(change))));
}

function cardsOf(change: Change): Topic {
  const states = Object.keys(IN_STATE) as OpenState[]; // its keys are these states
  const open = states.map((state) => [state, requestCard(viewOf(requestIn(state, { change })))]);
  const done = OUTCOMES.map((outcome) => [
    `done, ${outcome}`,
    requestCard(viewOf(doneRequest(outcome, { change }))),
  ]);
  return Object.fromEntries([...open, ...done]);
}

/** The optional parts of a card, each on one kind of change. */
export function cardDetails(): Topic {
  return joined(
    entriesFor(requests(), (request) => requestCard(viewOf(request))),
    under("waits", waiting()),
    under("frozen", frozen()),
    under("reversed since", reversed()),
    under("replacement", replacements()),
    under("failed work", failedWork()),
  );
}

function requests(): Readonly<Record<string, ChangeRequest>> {
  const long = "This reason is long. ".repeat(60);
  const manyRoles = Array.from({ length: 15 }, (_, index) => ({
    id: `role-${index}`,
    name: `Role ${index}`,
  }));
  const withTarget = (facts: Parameters<typeof factsOf>[0], request: Partial<ChangeRequest> = {}) =>
    requestOf({ ...request, targets: [targetOf({ facts: factsOf(facts) }, request.change?.kind)] });
  return {
    "two approvals are needed": requestOf({ approvalsNeeded: 2 }),
    "one of two approvals is given": requestOf({ approvalsNeeded: 2, decisions: [decisionOf()] }),
    "an approval no longer counts": requestOf({ decisions: [decisionOf({ void: true })] }),
    "two people approved": requestIn("approved", {
      approvalsNeeded: 2,
      decisions: [decisionOf(), decisionOf({ approver: PEOPLE.iris })],
    }),
    "no approval was needed": requestIn("approved", { approvalsNeeded: 0, decisions: [] }),
    "denied without a reason": requestIn("denied", {
      decisions: [decisionOf({ verdict: "denial", reason: null })],
    }),
    "cancelled by the bot": requestIn("cancelled", {
      cancellation: null,
      targets: [targetOf({ explanation: "The requester is no longer entitled to this change." })],
    }),
    "stale with its reason": requestIn("stale", {
      targets: [targetOf({ explanation: "Roles gained: Alert Emails." })],
    }),
    "people are asked by name": requestOf({ peopleAsked: ["U0THEO", "U0IRIS"] }),
    "without a ticket": requestOf({ ticket: null }),
    "an undo": requestOf({ change: CHANGES.activate, undoes: 12 }),
    "others were open": requestOf({ othersOpen: [14, 15] }),
    "a long reason": requestOf({ reason: long }),
    "many roles": requestOf({ change: { kind: "add_roles", roles: manyRoles } }),
    "more roles than it has room for": requestOf({
      change: {
        kind: "add_roles",
        roles: Array.from({ length: 40 }, (_, index) => ({
          id: `r${index}`,
          name: `${"x".repeat(60)}${index}`,
        })),
      },
    }),
    "in a thread": requestOf({ place: { channelId: "C0OTHER", threadTs: "1793000000.000100" } }),
    "forged texts": requestOf({
      change: { kind: "move", org: { guid: "org-sales", name: FORGED.org } },
      reason: FORGED.reason,
      ticket: FORGED.ticket,
      state: "stale",
      targets: [
        targetOf(
          {
            facts: factsOf({ displayName: FORGED.name, username: FORGED.username, orgName: FORGED.org }),
            explanation: FORGED.reason,
          },
          "move",
        ),
      ],
    }),
    "forged denial": requestIn("denied", {
      decisions: [decisionOf({ verdict: "denial", reason: FORGED.reason })],
    }),
    "forged roles": requestOf({
      change: { kind: "add_roles", roles: [{ id: "x", name: FORGED.role }] },
    }),
    "warnings before a decision": withTarget({
      legalHold: { fact: "yes", names: ["Matter 12"] },
      agents: { fact: "yes", names: ["NADIA-LAPTOP"] },
      watchlists: { fact: "yes", names: ["Departing", "High impact", "A", "B", "C", "D"] },
      blocked: true,
      protected: true,
    }),
    "warnings of unknown facts": withTarget({
      legalHold: { fact: "unknown", names: [] },
      agents: { fact: "unknown", names: [] },
      watchlists: { fact: "unknown", names: [] },
    }),
    "a privileged role is given to an inactive user": withTarget(
      { active: false },
      { change: { kind: "add_roles", roles: [ROLES.admin] } },
    ),
    "warnings once it is decided": requestIn("approved", {
      targets: [targetOf({ facts: factsOf({ roles: [ROLES.admin] }) })],
    }),
  };
}

/** The reasons for which an approved or executing request waits. */
const WAITING_FOR: Readonly<Record<WaitingFor, true>> = {
  incydr: true,
  slack: true,
  freeze: true,
  subject: true,
  policies: true,
};

function waiting(): Topic {
  const obstacles = Object.keys(WAITING_FOR) as WaitingFor[]; // its keys are these
  return Object.fromEntries(
    obstacles.flatMap((waitingFor) =>
      (["approved", "executing"] as const).map((state) => [
        `${state}, for ${waitingFor}`,
        requestCard(viewOf(requestIn(state, { waitingFor }))),
      ]),
    ),
  );
}

function frozen(): Topic {
  const states = Object.keys(IN_STATE) as OpenState[]; // its keys are these states
  const requestsOfStates = states.map((state) => [state, requestIn(state)] as const);
  return entriesFor(
    Object.fromEntries([
      ...requestsOfStates,
      ["executing, waits", requestIn("executing", { waitingFor: "freeze" })],
      ["done", doneRequest("verified")],
    ]),
    (request) => requestCard(viewOf(request, { isFrozen: true })),
  );
}

function reversed(): Topic {
  const later = { requestId: 21, at: AT.later } as const;
  const change = (
    of: Change,
    state: "verified" | "already" | "failed",
    undoes: number | null = null,
  ): LaterChange => ({
    ...later,
    kind: "change",
    change: of,
    undoes,
    target: { state, facts: factsFor(of.kind), outstandingRoleIds: [] },
  });
  const shown = (of: Change, reversedBy: LaterChange, patch: Partial<RequestView> = {}, isAlready = false) =>
    requestCard(
      viewOf(doneRequest(isAlready ? "already" : "verified", { change: of }), {
        standing: { reversedBy, canBeUndone: false },
        ...patch,
      }),
    );
  const home: Change = { kind: "move", org: { guid: "org-research", name: "Research" } };
  return {
    "deactivate, undone": shown(CHANGES.deactivate, change(CHANGES.activate, "verified", 17)),
    "activate, changed": shown(CHANGES.activate, change(CHANGES.deactivate, "verified")),
    "activate, already so then": shown(CHANGES.activate, change(CHANGES.deactivate, "verified"), {}, true),
    "move, changed": shown(CHANGES.move, change(home, "verified")),
    "add_roles, changed": shown(CHANGES.add_roles, change(CHANGES.remove_roles, "verified")),
    "add_roles, changed in part": shown(CHANGES.add_roles, change(CHANGES.remove_roles, "failed")),
    "remove_roles, changed": shown(CHANGES.remove_roles, change(CHANGES.add_roles, "verified")),
    "replace_roles, changed": shown(CHANGES.replace_roles, change(CHANGES.replace_roles, "verified")),
    "deactivate, found so by another": shown(CHANGES.deactivate, change(CHANGES.activate, "already")),
    "deactivate, by a bulk": shown(CHANGES.deactivate, change(CHANGES.activate, "verified"), {
      bulks: new Set([21]),
    }),
    "add_roles, a temporary role of another request ended": shown(CHANGES.add_roles, {
      ...later,
      kind: "grant_ended",
      role: ROLES.alerts,
    }),
    "others open, one of them a bulk": requestCard(
      viewOf(requestOf({ othersOpen: [14, 15] }), { bulks: new Set([14]) }),
    ),
  };
}

function replacements(): Topic {
  const replace = (roles: readonly (typeof ROLES)[keyof typeof ROLES][]): Change => ({
    kind: "replace_roles",
    roles,
  });
  const kept = grantOf({ requestId: 9, role: ROLES.desktop });
  return {
    "gains nothing": requestCard(viewOf(requestOf({ change: replace([ROLES.desktop]) }))),
    "loses nothing": requestCard(
      viewOf(requestOf({ change: replace([ROLES.desktop, ROLES.proe, ROLES.alerts]) })),
    ),
    "keeps a temporary role": requestCard(
      viewOf(requestOf({ change: CHANGES.replace_roles }), { temporaryGrants: [kept] }),
    ),
    "keeps more temporary roles than a card has room for": requestCard(
      viewOf(requestOf({ change: CHANGES.replace_roles }), {
        temporaryGrants: Array.from({ length: 12 }, (_, index) => ({ ...kept, requestId: index + 1 })),
      }),
    ),
  };
}

function failedWork(): Topic {
  const failure = (kind: JobFailure["kind"]): JobFailure => ({
    key: "0".repeat(64),
    kind,
    requestId: 17,
    faults: 20,
    errorCode: "unexpected_answer",
    reference: "4f2a",
    givenUpAt: AT.later,
  });
  const showing = (...kinds: JobFailure["kind"][]) =>
    requestCard(viewOf(requestIn("approved"), { failures: kinds.map(failure) }));
  return {
    "one kind of work": showing("execute"),
    "work that only shows it": showing("show_card", "show_progress"),
    "more than a card has room for": showing("decide", "cancel", "renew", "ask", "announce", "settle"),
  };
}

/** Reasons for which a card moves, each of them once. */
export const PLACEMENTS: Readonly<Record<ConfidentialityFault, true>> = {
  subject_present: true,
  subject_unmapped: true,
  not_visible: true,
  not_configured: true,
  archived: true,
  bot_not_member: true,
  public: true,
  shared: true,
  outsiders: true,
};
