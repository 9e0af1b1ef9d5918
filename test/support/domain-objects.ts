import type { ChangeFacts, Person } from "../../src/authorization/index.ts";
import type {
  ChangeRequest,
  ChannelContexts,
  Decision,
  Grant,
  NewChangeRequest,
  RequestView,
  Target,
} from "../../src/change-requests/index.ts";
import { isUndoable } from "../../src/change-requests/index.ts";
import { hashSnapshots, snapshotOf } from "../../src/change-requests/model/snapshot.ts";
import type { Preflight } from "../../src/subjects/index.ts";

// Whole objects of the domain, of which a test names only what it is about.

/** Maya, an analyst. */
export function somePerson(patch: Partial<Person> = {}): Person {
  return {
    slackUserId: "U0MAYA",
    displayName: "Maya Lindqvist",
    email: "maya.lindqvist@harborlight.example",
    isGuest: false,
    isBot: false,
    isDeactivated: false,
    isOtherCompany: false,
    groups: ["insider-risk-analysts"],
    ...patch,
    minutesInGroups:
      patch.minutesInGroups ??
      Object.fromEntries((patch.groups ?? ["insider-risk-analysts"]).map((handle) => [handle, null])),
  };
}

/** Channels that are as the approvals channel is: private, of the company alone, allowed. */
export function someChannels(): ChannelContexts {
  const context = { private: true, shared: false, allowed: true };
  return {
    ofPlace: async () => context,
    ofNextCard: async () => context,
    ofCard: async () => context,
    isCardUnseen: async () => false,
  };
}

/** Theo, a lead. */
export function someLead(patch: Partial<Person> = {}): Person {
  return somePerson({
    slackUserId: "U0THEO",
    displayName: "Theo Okafor",
    email: "theo.okafor@harborlight.example",
    groups: ["insider-risk-leads"],
    ...patch,
  });
}

/** What the policies are told of Maya's wish to deactivate one user. */
export function someChangeFacts(patch: Partial<ChangeFacts> = {}): ChangeFacts {
  return {
    change: "deactivate",
    roleNames: [],
    rolesPrivileged: false,
    addsPrivileged: false,
    targets: 1,
    grantHours: null,
    requesterSlackId: "U0MAYA",
    approvals: 0,
    unratifiedEmergencies: 0,
    othersOpen: 0,
    channel: null,
    ...patch,
  };
}

/** What was read of Nadia: active, with two harmless roles, no hold, nothing unknown. */
export function someFacts(patch: Partial<Preflight> = {}): Preflight {
  return {
    userId: "300000000000000001",
    username: "nadia.petrov@harborlight.example",
    displayName: "Nadia Petrov",
    orgName: "Research",
    orgGuid: "org-research",
    active: true,
    blocked: false,
    roles: [
      { id: "desktop-user", name: "Desktop User" },
      { id: "proe-user", name: "PROe User" },
    ],
    devices: { fact: "no", names: [] },
    agents: { fact: "no", names: [] },
    legalHold: { fact: "no", names: [] },
    watchlists: { fact: "no", names: [] },
    privileged: false,
    protected: false,
    ...patch,
  };
}

/** Nadia as the target of a deactivation; `facts` decide her snapshot. */
export function someTarget(patch: Partial<Target> = {}): Target {
  const facts = patch.facts ?? someFacts();
  return {
    position: 0,
    userId: facts.userId,
    username: facts.username,
    displayName: facts.displayName,
    slackUserIds: ["U0NADIA"],
    facts,
    snapshot: snapshotOf("deactivate", facts),
    state: "waiting",
    attempts: 0,
    intent: null,
    explanation: null,
    outstandingRoleIds: null,
    settledAt: null,
    ...patch,
  };
}

/** Maya's request to deactivate Nadia, which needs one approval, before it is stored. */
export function someNewRequest(patch: Partial<NewChangeRequest> = {}): NewChangeRequest {
  const targets = patch.targets ?? [someTarget()];
  const { decideBy = new Date("2099-11-02T09:00:00Z") } = patch;
  return {
    state: "pending",
    change: { kind: "deactivate" },
    undoes: null,
    othersOpen: [],
    requester: { slackUserId: "U0MAYA", email: "maya.lindqvist@harborlight.example" },
    reason: "Exfiltration alert 4711",
    ticket: "INC-4711",
    peopleAsked: [],
    place: { channelId: "C0APPROVE", threadTs: null },
    approvalsNeeded: 1,
    emergency: null,
    snapshotHash: hashSnapshots(targets.map(({ snapshot }) => snapshot)),
    policyHash: "p".repeat(64),
    createdAt: new Date("2026-11-01T09:00:00Z"),
    decideBy,
    executeBy: decideBy,
    notBefore: null,
    targets,
    ...patch,
  };
}

/** The same request, stored as CR-1 and without a decision. */
export function someRequest(patch: Partial<ChangeRequest> = {}): ChangeRequest {
  return {
    ...someNewRequest(patch),
    id: 1,
    targetCount: (patch.targets ?? [0]).length,
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

/** What a card shows of a request while nothing else is known of it. */
export function someView(request: ChangeRequest, patch: Partial<RequestView> = {}): RequestView {
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

/** A role that CR-1 gave to Nadia for eight hours. */
export function someGrant(patch: Partial<Grant> = {}): Grant {
  return {
    requestId: 1,
    userId: "300000000000000001",
    username: "nadia.petrov@harborlight.example",
    slackUserIds: ["U0NADIA"],
    role: { id: "alert-emails", name: "Alert Emails" },
    state: "active",
    grantedAt: new Date("2026-11-01T10:00:00Z"),
    endsAt: new Date("2026-11-01T18:00:00Z"),
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

/** Theo's approval of that request. */
export function someDecision(patch: Partial<Decision> = {}): Decision {
  return {
    clickId: "00000000-0000-4000-8000-000000000001",
    approver: { slackUserId: "U0THEO", email: "theo.okafor@harborlight.example" },
    onBehalfOf: null,
    entitlement: { policyIds: ["leads-decide"], groups: ["insider-risk-leads"] },
    verdict: "approval",
    reason: null,
    snapshotHash: someNewRequest().snapshotHash,
    at: new Date("2026-11-01T10:00:00Z"),
    void: false,
    ...patch,
  };
}
