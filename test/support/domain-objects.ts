import {
  decisionOf,
  grantOf,
  newRequestOf,
  requestOf,
  targetOf as someTarget,
} from "../../scripts/catalogue/fixtures.ts";
import type { ChangeFacts, Person } from "../../src/authorization/index.ts";
import type {
  ChangeRequest,
  ChannelContexts,
  Decision,
  Grant,
  NewChangeRequest,
} from "../../src/change-requests/index.ts";

// Whole objects of the domain, of which a test names only the fields that it is about. The catalogue shows the same
// people and requests.

export {
  factsOf as someFacts,
  targetOf as someTarget,
  viewOf as someView,
} from "../../scripts/catalogue/fixtures.ts";

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

/** Channels like the approvals channel: private, of the company alone, allowed. */
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

/** The policies' input for Maya's request to deactivate one user. */
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

/** The facts about Nadia: active, with two harmless roles, no hold, nothing unknown. */
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
  const { decideBy = new Date("2099-11-02T09:00:00Z") } = patch;
  return newRequestOf({
    targets: [someTarget()],
    createdAt: new Date("2026-11-01T09:00:00Z"),
    decideBy,
    executeBy: decideBy,
    ...patch,
  });
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

/** The view of a request about which nothing else is known. */
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
  return grantOf({
    requestId: 1,
    grantedAt: new Date("2026-11-01T10:00:00Z"),
    endsAt: new Date("2026-11-01T18:00:00Z"),
    ...patch,
  });
}

/** Theo's approval of that request. */
export function someDecision(patch: Partial<Decision> = {}): Decision {
  const { snapshotHash } = someNewRequest();
  return decisionOf({ snapshotHash, at: new Date("2026-11-01T10:00:00Z"), ...patch });
}
