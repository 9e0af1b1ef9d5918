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
  ChannelRules,
  Decision,
  Grant,
  NewChangeRequest,
} from "../../src/change-requests/index.ts";

// Complete domain objects. A test sets only the fields that matter to it. The catalogue shows the same people and
// requests.

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

/** The facts of a channel like the approvals channel: private, not shared, allowed. */
export function someChannels(): ChannelContexts {
  const context = { private: true, shared: false, allowed: true };
  return {
    ofPlace: async () => context,
    ofNextCard: async () => context,
    ofCard: async () => context,
    isCardUnseen: async () => false,
  };
}

/** The configured channels. No other channel may have cards, and no channel may be public. */
export function someChannelRules(patch: Partial<ChannelRules> = {}): ChannelRules {
  return {
    approvalsChannelId: "C0APPROVE",
    auditChannelId: "C0AUDIT",
    restrictedChannelIds: ["C0RESTRICT"],
    acceptsUnmappedSubjects: false,
    isCardChannel: () => false,
    isAllowedPublic: () => false,
    ...patch,
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

/** The facts of Maya's deactivation of one user, for the policies. */
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
  return requestOf({ ...someNewRequest(patch), id: 1, ...patch });
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
