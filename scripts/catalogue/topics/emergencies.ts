import type { ChangeRequest, RatificationState } from "../../../src/change-requests/index.ts";
import { announcement } from "../../../src/slack/messages/announcement.ts";
import { requestCard } from "../../../src/slack/messages/request-card.ts";
import { alarmMessage } from "../../../src/slack/texts/emergency-texts.ts";
import { stuckAlarm } from "../../../src/slack/texts/failed-job-texts.ts";
import { entriesFor, joined, type Topic, under } from "../entries.ts";
import { AT, doneRequest, FORGED, type IN_STATE, PEOPLE, requestIn, viewOf } from "../fixtures.ts";

const TERMS = { ratifyWithinHours: 24, escalateTo: ["insider-risk-leads", "security-managers"] };
const NO_GROUPS = { ...TERMS, escalateTo: [] };

type Ratification = NonNullable<ChangeRequest["ratification"]>;

const RATIFICATIONS: Readonly<Record<RatificationState, Ratification>> = {
  awaiting: { state: "awaiting", deadlineAt: AT.ratifyBy, overdue: false, decision: null },
  ratified: {
    state: "ratified",
    deadlineAt: AT.ratifyBy,
    overdue: false,
    decision: { by: PEOPLE.theo, at: AT.later, reason: null },
  },
  disputed: {
    state: "disputed",
    deadlineAt: AT.ratifyBy,
    overdue: false,
    decision: { by: PEOPLE.theo, at: AT.later, reason: "It could have waited for an approval." },
  },
};

const OVERDUE: Ratification = { ...RATIFICATIONS.awaiting, overdue: true };

function emergencyIn(state: keyof typeof IN_STATE, patch: Partial<ChangeRequest> = {}): ChangeRequest {
  return requestIn(state, { decisions: [], emergency: TERMS, ...patch });
}

function emergencyDone(
  state: Parameters<typeof doneRequest>[0],
  ratification: Ratification | null = null,
  emergency = TERMS,
): ChangeRequest {
  return doneRequest(state, { decisions: [], emergency, ratification });
}

function emergencies(): Readonly<Record<string, ChangeRequest>> {
  return {
    "approved, not yet carried out": emergencyIn("approved"),
    executing: emergencyIn("executing"),
    cancelled: emergencyIn("cancelled"),
    expired: emergencyIn("expired"),
    "done, awaits its ratification": emergencyDone("verified", RATIFICATIONS.awaiting),
    "done, ratification is overdue": emergencyDone("verified", OVERDUE),
    "done, overdue and no group is named": emergencyDone("verified", OVERDUE, NO_GROUPS),
    "done, ratified": emergencyDone("verified", RATIFICATIONS.ratified),
    "done, disputed": emergencyDone("verified", RATIFICATIONS.disputed),
    "done, outcome unknown": emergencyDone("unknown", RATIFICATIONS.awaiting),
    "done, already so": emergencyDone("already"),
    "done, refused": emergencyDone("refused"),
    "done, failed": emergencyDone("failed", RATIFICATIONS.awaiting),
  };
}

/** Cards, threads and alerts of emergency changes, and the alert about work that never ends. */
export function emergencyMessages(): Topic {
  const all = emergencies();
  return joined(
    under(
      "card",
      entriesFor(all, (request) => requestCard(viewOf(request))),
    ),
    under(
      "card while frozen",
      entriesFor(all, (request) => requestCard(viewOf(request, { isFrozen: true }))),
    ),
    under("thread", threads()),
    under("alert", alerts()),
  );
}

function threads(): Topic {
  const say = (topic: string, request: ChangeRequest, isFrozen = false) =>
    announcement(viewOf(request, { isFrozen }), topic);
  const awaiting = emergencyDone("verified", RATIFICATIONS.awaiting);
  return {
    "carried out without approvals": say("approved:0", emergencyIn("approved")),
    "carried out without approvals, while frozen": say("approved:0", emergencyIn("approved"), true),
    "to be ratified": say("ratification", awaiting),
    "to be ratified, no group is named": say(
      "ratification",
      emergencyDone("verified", RATIFICATIONS.awaiting, NO_GROUPS),
    ),
    "to be ratified, with no deadline stored": say("ratification", emergencyDone("verified")),
    "ratification is overdue": say("ratification_overdue", emergencyDone("verified", OVERDUE)),
    ratified: say("ratified", emergencyDone("verified", RATIFICATIONS.ratified)),
    disputed: say("disputed", emergencyDone("verified", RATIFICATIONS.disputed)),
    verified: say("done:verified", awaiting),
    cancelled: say("cancelled", emergencyIn("cancelled")),
  };
}

function alerts(): Topic {
  const alarm = (topic: Parameters<typeof alarmMessage>[1], request: ChangeRequest, isFrozen = false) =>
    alarmMessage(viewOf(request, { isFrozen }), topic);
  const failure = {
    key: "0".repeat(64),
    kind: "end_grants",
    requestId: 17,
    faults: 20,
    errorCode: "unexpected_answer",
    reference: "4f2a",
    givenUpAt: AT.later,
  } as const;
  return {
    begun: alarm("begun", emergencyIn("approved")),
    "begun, while frozen": alarm("begun", emergencyIn("approved"), true),
    "begun, with forged texts": alarm(
      "begun",
      emergencyIn("approved", { reason: FORGED.reason, ticket: FORGED.ticket }),
    ),
    "begun, no group is named and no ticket": alarm(
      "begun",
      emergencyIn("approved", { emergency: NO_GROUPS, ticket: null }),
    ),
    overdue: alarm("overdue", emergencyDone("verified", OVERDUE)),
    disputed: alarm("disputed", emergencyDone("verified", RATIFICATIONS.disputed)),
    "disputed, outcome unknown": alarm("disputed", emergencyDone("unknown", RATIFICATIONS.disputed)),
    "work that goes on once a day": stuckAlarm(17, [failure], "4f2a"),
    "work that has succeeded meanwhile (nothing is said)": stuckAlarm(17, [failure], "0000"),
  };
}
