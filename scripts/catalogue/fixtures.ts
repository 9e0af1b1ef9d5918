import type {
  Change,
  ChangeRequest,
  Decision,
  Grant,
  ListedRequest,
  ListedUsers,
  NewChangeRequest,
  OperatorRef,
  RequestState,
  RequestView,
  Target,
  TargetState,
} from "../../src/change-requests/index.ts";
import { isUndoable } from "../../src/change-requests/index.ts";
import { hashSnapshots, snapshotOf } from "../../src/change-requests/model/snapshot.ts";
import type { Preflight } from "../../src/subjects/index.ts";

// Complete domain objects with fixed ids and times. A catalogue entry or a test sets only the fields that matter to it.

/** Times of the events of a request, in order. */
export const AT = {
  asked: new Date("2026-11-02T09:00:00Z"),
  decided: new Date("2026-11-02T10:00:00Z"),
  begun: new Date("2026-11-02T10:01:00Z"),
  settled: new Date("2026-11-02T10:02:00Z"),
  later: new Date("2026-11-02T12:00:00Z"),
  grantEnd: new Date("2026-11-02T18:02:00Z"),
  expiry: new Date("2026-11-03T09:00:00Z"),
  ratifyBy: new Date("2026-11-03T10:02:00Z"),
} as const;

/** Maya requests, Theo and Iris decide, and Sven clicks without being in a group. */
export const PEOPLE = {
  maya: { slackUserId: "U0MAYA", email: "maya.lindqvist@harborlight.example" },
  theo: { slackUserId: "U0THEO", email: "theo.okafor@harborlight.example" },
  iris: { slackUserId: "U0IRIS", email: "iris.vance@harborlight.example" },
  sven: { slackUserId: "U0SVEN", email: "sven.halvorsen@harborlight.example" },
} as const satisfies Record<string, OperatorRef>;

export const CHANNELS = {
  approvals: "C0APPROVE",
  audit: "C0AUDIT",
  restricted: "C0RESTRICT",
  other: "C0OTHER",
};

export const ROLES = {
  desktop: { id: "desktop-user", name: "Desktop User" },
  proe: { id: "proe-user", name: "PROe User" },
  alerts: { id: "alert-emails", name: "Alert Emails" },
  watchlists: { id: "watchlist-manager", name: "Watchlist Manager" },
  admin: { id: "customer-cloud-admin", name: "Customer Cloud Admin" },
} as const;

/** One change of each kind, about roles that Nadia holds or doesn't hold. */
export const CHANGES: Readonly<{ [K in Change["kind"]]: Change & { readonly kind: K } }> = {
  deactivate: { kind: "deactivate" },
  activate: { kind: "activate" },
  move: { kind: "move", org: { guid: "org-sales", name: "Sales" } },
  add_roles: { kind: "add_roles", roles: [ROLES.alerts, ROLES.watchlists] },
  remove_roles: { kind: "remove_roles", roles: [ROLES.proe] },
  replace_roles: { kind: "replace_roles", roles: [ROLES.desktop, ROLES.alerts] },
};

/** Roles for eight hours. */
export const TEMPORARY: Change = {
  kind: "add_roles",
  roles: [ROLES.alerts, ROLES.watchlists],
  grantHours: 8,
};

/** Texts that imitate the bot's own lines, or markup. */
export const FORGED = {
  reason:
    "<!channel> *urgent* <https://evil.example|click>\n✅ Verified. Incydr was read again.\nApproved by <@U0THEO>\n\u202Etxet desrever\u0000\u200B\u2028end",
  name: "Nadia\n✅ Verified. <@U0THEO>\u202E",
  username: "nadia+<!here>@harborlight.example",
  ticket: "INC-1, approved by <@U0THEO>\nReason: none",
  role: "Alert Emails, Customer Cloud Admin\n“x”",
  org: "Sales</b> *bold* & <#C0AUDIT>",
} as const;

/** Facts about Nadia: active, with two harmless roles, no hold, and no unknown fact. */
export function factsOf(patch: Partial<Preflight> = {}): Preflight {
  return {
    userId: "300000000000000001",
    username: "nadia.petrov@harborlight.example",
    displayName: "Nadia Petrov",
    orgName: "Research",
    orgGuid: "org-research",
    active: true,
    blocked: false,
    roles: [ROLES.desktop, ROLES.proe],
    devices: { fact: "no", names: [] },
    agents: { fact: "no", names: [] },
    legalHold: { fact: "no", names: [] },
    watchlists: { fact: "no", names: [] },
    privileged: false,
    protected: false,
    ...patch,
  };
}

/** Facts that a change of this kind changes. */
export function factsFor(kind: Change["kind"], patch: Partial<Preflight> = {}): Preflight {
  return factsOf({ active: kind !== "activate", ...patch });
}

export function targetOf(patch: Partial<Target> = {}, kind: Change["kind"] = "deactivate"): Target {
  const facts = patch.facts ?? factsFor(kind);
  return {
    position: 0,
    userId: facts.userId,
    username: facts.username,
    displayName: facts.displayName,
    slackUserIds: ["U0NADIA"],
    facts,
    snapshot: snapshotOf(kind, facts),
    state: "waiting",
    attempts: 0,
    intent: null,
    explanation: null,
    outstandingRoleIds: null,
    settledAt: null,
    ...patch,
  };
}

/** A request before it is stored. */
export function newRequestOf(patch: Partial<NewChangeRequest> = {}): NewChangeRequest {
  const change = patch.change ?? CHANGES.deactivate;
  const targets = patch.targets ?? [targetOf({}, change.kind)];
  return {
    state: "pending",
    change,
    undoes: null,
    othersOpen: [],
    requester: PEOPLE.maya,
    reason: "Exfiltration alert 4711",
    ticket: "INC-4711",
    peopleAsked: [],
    place: { channelId: CHANNELS.approvals, threadTs: null },
    approvalsNeeded: 1,
    emergency: null,
    snapshotHash: hashSnapshots(targets.map(({ snapshot }) => snapshot)),
    policyHash: "p".repeat(64),
    createdAt: AT.asked,
    decideBy: AT.expiry,
    executeBy: AT.expiry,
    notBefore: null,
    targets,
    ...patch,
  };
}

export function requestOf(patch: Partial<ChangeRequest> = {}): ChangeRequest {
  const created = newRequestOf(patch);
  return {
    ...created,
    id: 17,
    targetCount: created.targets.length,
    paused: false,
    stopped: false,
    waitingFor: null,
    wakeAt: null,
    settleAt: null,
    cancellation: null,
    renewals: 0,
    ratification: null,
    decisions: [],
    ...patch,
  };
}

export function viewOf(request: ChangeRequest, patch: Partial<RequestView> = {}): RequestView {
  return {
    request,
    grants: [],
    temporaryGrants: [],
    standing: { reversedBy: null, canBeUndone: isUndoable(request) },
    bulks: new Set(),
    isFrozen: false,
    failures: [],
    ...patch,
  };
}

export function decisionOf(patch: Partial<Decision> = {}): Decision {
  return {
    clickId: "00000000-0000-4000-8000-000000000001",
    approver: PEOPLE.theo,
    onBehalfOf: null,
    entitlement: { policyIds: ["leads-decide"], groups: ["insider-risk-leads"] },
    verdict: "approval",
    reason: null,
    snapshotHash: "0".repeat(64),
    at: AT.decided,
    void: false,
    ...patch,
  };
}

export const DENIAL: Decision = decisionOf({ verdict: "denial", reason: "Legal has to agree first." });

export function grantOf(patch: Partial<Grant> = {}): Grant {
  return {
    requestId: 17,
    userId: "300000000000000001",
    username: "nadia.petrov@harborlight.example",
    slackUserIds: ["U0NADIA"],
    role: ROLES.alerts,
    state: "active",
    grantedAt: AT.settled,
    endsAt: AT.grantEnd,
    warnedAt: null,
    endedBy: null,
    intent: null,
    failedAttempts: 0,
    refusedAttempts: 0,
    failingSince: null,
    waitingFor: null,
    wakeAt: null,
    explanation: null,
    endedAt: null,
    ...patch,
  };
}

/** The executor's stored reason for a target's state; `null` if it stores none. */
const EXPLANATIONS: Readonly<Record<TargetState, string | null>> = {
  waiting: null,
  executing: null,
  verified: null,
  already: null,
  refused: "Incydr: the user is under legal hold.",
  failed: "The change did not take effect.",
  unknown: "Incydr did not answer the write in time.",
  skipped: "The requester is no longer entitled to this change.",
  stale: "The account is inactive now.",
};

/** A finished request whose only target is in this state. */
export function doneRequest(state: TargetState, patch: Partial<ChangeRequest> = {}): ChangeRequest {
  const change = patch.change ?? CHANGES.deactivate;
  const isSettled = state !== "unknown" && state !== "waiting" && state !== "executing";
  const settledAt = isSettled ? AT.settled : null;
  const [given = targetOf({}, change.kind)] = patch.targets ?? [];
  const target = { ...given, state, settledAt, explanation: EXPLANATIONS[state] };
  return requestOf({ state: "done", decisions: [decisionOf()], ...patch, change, targets: [target] });
}

/** Fields that each state of a request sets. For `done`, the target's state sets them. */
export const IN_STATE: Readonly<Record<Exclude<RequestState, "done">, Partial<ChangeRequest>>> = {
  pending: {},
  approved: { decisions: [decisionOf()] },
  stale: { decisions: [decisionOf()] },
  executing: { decisions: [decisionOf()] },
  denied: { decisions: [DENIAL] },
  cancelled: { cancellation: { slackUserId: "U0MAYA", at: AT.decided } },
  expired: {},
};

/** A request of a kind in a state that isn't `done`. */
export function requestIn(
  state: Exclude<RequestState, "done">,
  patch: Partial<ChangeRequest> = {},
): ChangeRequest {
  return requestOf({ state, ...IN_STATE[state], ...patch });
}

/** A list of one user from a directory of 320 users. */
export function listedUsersOf(patch: Partial<ListedUsers> = {}): ListedUsers {
  const { userId, username, displayName, active, blocked, orgName } = factsOf();
  return {
    filter: { text: null, active: null, blocked: null, org: null, role: null },
    users: [{ userId, username, displayName, active, blocked, orgName }],
    ...{ total: 1, mayMatch: 0, offset: 0 },
    age: {
      ...{ readUsers: 320, expectedUsers: 320, isEveryUserRead: true },
      ...{ usersWithRoles: 120, oldestAgeMs: 30_000 },
    },
    ...patch,
  };
}

/** A request in a list. */
export function listedRequest(patch: Partial<ListedRequest> = {}): ListedRequest {
  return {
    requestId: 17,
    state: "pending",
    outcome: null,
    change: CHANGES.deactivate,
    isEmergency: false,
    username: "nadia.petrov@harborlight.example",
    targets: 1,
    requesterSlackId: PEOPLE.maya.slackUserId,
    createdAt: AT.asked.toISOString(),
    missing: 1,
    url: null,
    isUnchecked: false,
    ...patch,
  };
}
