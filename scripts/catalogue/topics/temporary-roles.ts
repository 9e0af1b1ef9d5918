import {
  type ChangeRequest,
  type Grant,
  type ListedPage,
  type RequestView,
  WARNING_TOPIC,
} from "../../../src/change-requests/index.ts";
import { announcement } from "../../../src/slack/messages/announcement.ts";
import { warningOver } from "../../../src/slack/messages/grant-announcement.ts";
import { grantList } from "../../../src/slack/messages/grant-list.ts";
import { requestCard } from "../../../src/slack/messages/request-card.ts";
import { entriesFor, joined, type Topic, under } from "../entries.ts";
import {
  AT,
  doneRequest,
  grantOf,
  IN_STATE,
  PEOPLE,
  ROLES,
  requestIn,
  TEMPORARY,
  viewOf,
} from "../fixtures.ts";

const BOTH = [grantOf(), grantOf({ role: ROLES.watchlists })];
const DONE = doneRequest("verified", { change: TEMPORARY });
const revoking = (patch: Partial<Grant> = {}) => grantOf({ state: "revoking", ...patch });
const FAILED = { failedAttempts: 3, explanation: "Incydr still shows the role." };
const SUPERSEDED = grantOf({
  state: "superseded",
  endedAt: AT.later,
  explanation: "CR-21 gave the role for good.",
});
const REVOKED = grantOf({ state: "revoked", endedAt: AT.grantEnd });

/** The temporary roles of a finished request, in each state. */
const GRANTS: Readonly<Record<string, readonly Grant[]>> = {
  active: BOTH,
  "one role was held before": [grantOf()],
  "every role was held before": [],
  "time is up": BOTH.map((grant) => ({ ...grant, state: "revoking" })),
  "ended by a person": [revoking({ endedBy: PEOPLE.theo })],
  "waits for Incydr": [revoking({ waitingFor: "incydr" })],
  "waits for another change": [revoking({ waitingFor: "subject" })],
  "waits for a freeze that is over": [revoking({ waitingFor: "freeze" })],
  "one attempt failed": [revoking({ failedAttempts: 1, explanation: FAILED.explanation })],
  "attempts failed": [revoking(FAILED)],
  "attempts failed for no stored reason": [revoking({ failedAttempts: 2 })],
  "taken away again": [REVOKED],
  "taken away again, ended by a person": [{ ...REVOKED, endedBy: PEOPLE.theo }],
  superseded: [SUPERSEDED],
  "one of each": [grantOf(), revoking({ role: ROLES.watchlists }), REVOKED, SUPERSEDED],
};

/** Cards, threads and lists of temporary roles. */
export function temporaryRoles(): Topic {
  const card = (request: ChangeRequest, patch: Partial<RequestView> = {}) =>
    requestCard(viewOf(request, patch));
  const states = Object.keys(IN_STATE) as (keyof typeof IN_STATE)[]; // its keys are these states
  return joined(
    Object.fromEntries(
      states.map((state) => [`card · ${state}`, card(requestIn(state, { change: TEMPORARY }))]),
    ),
    under(
      "card, done",
      entriesFor(GRANTS, (grants) => card(DONE, { grants })),
    ),
    under(
      "card, done, while frozen",
      entriesFor(GRANTS, (grants) => card(DONE, { grants, isFrozen: true })),
    ),
    under("card, length", lengths()),
    {
      "card, done · already so": card(doneRequest("already", { change: TEMPORARY }), { grants: [] }),
      "card, done · failed": card(partlyDone(), { grants: [grantOf()] }),
      "card, done · its own role ended": card(DONE, {
        grants: [REVOKED],
        standing: {
          canBeUndone: false,
          reversedBy: { kind: "grant_ended", requestId: 17, at: AT.grantEnd, role: ROLES.alerts },
        },
      }),
    },
    under("thread", threads()),
    under("list", lists()),
  );
}

/** One of two roles was added: the request failed, and that role has a grant. */
function partlyDone(): ChangeRequest {
  const request = doneRequest("failed", { change: TEMPORARY });
  const explanation = "Done for: Alert Emails. Not done for: Watchlist Manager.";
  return { ...request, targets: request.targets.map((target) => ({ ...target, explanation })) };
}

function lengths(): Topic {
  const hours = { seconds: 1 / 120, "a minute": 1 / 60, minutes: 1.5, "an hour": 1, "a day": 24, days: 72 };
  return entriesFor(hours, (grantHours) =>
    requestCard(
      viewOf(requestIn("pending", { change: { kind: "add_roles", roles: [ROLES.alerts], grantHours } })),
    ),
  );
}

function threads(): Topic {
  const say = (topic: string, grants: readonly Grant[], isFrozen = false) =>
    announcement(viewOf(DONE, { grants, isFrozen }), topic);
  const warned = BOTH.map((grant) => ({ ...grant, warnedAt: AT.later }));
  const ended = (at: Date) => `grants_over:${at.getTime()}`;
  return {
    "given until their end": say("done:verified", BOTH),
    "given, held before": say("done:verified", []),
    "given, over by now": say("done:verified", [REVOKED]),
    "ends soon": say(WARNING_TOPIC, warned),
    "ends soon, while frozen": say(WARNING_TOPIC, warned, true),
    "ends soon, too late to be said (nothing is said)": say(WARNING_TOPIC, BOTH),
    "ended soon, and is over": warningOver(viewOf(DONE, { grants: [{ ...REVOKED, warnedAt: AT.later }] })),
    "ended soon, and was never said (nothing is said)": warningOver(viewOf(DONE, { grants: [REVOKED] })),
    "taken away again": say(ended(AT.grantEnd), [REVOKED]),
    "over, and nothing taken away": say(ended(AT.later), [SUPERSEDED]),
    "over, nothing to say (nothing is said)": say(ended(AT.begun), [SUPERSEDED]),
    "could not be taken away": say("grants_overdue:3", [revoking(FAILED)]),
    "could not be taken away, while frozen": say("grants_overdue:3", [revoking(FAILED)], true),
    "could not be taken away, done by now (nothing is said)": say("grants_overdue:3", [REVOKED]),
  };
}

const GRANT_PAGE: ListedPage = {
  ...{ first: 6, total: 12, isMore: false },
  ...{ previous: "grants --page 1", next: "grants --page 3" },
};

function lists(): Topic {
  const open = [grantOf(), revoking({ requestId: 18, role: ROLES.watchlists })];
  const whom = "nadia.petrov@harborlight.example";
  const many = Array.from({ length: 40 }, (_, index) =>
    grantOf({ role: { id: `r${index}`, name: `Role ${index}` } }),
  );
  return joined(
    ...[false, true].map((isFrozen) =>
      under(isFrozen ? "while frozen" : "as usual", {
        "of everybody": grantList(open, null, { isFrozen, page: GRANT_PAGE }),
        "of one user": grantList(open, whom, { isFrozen, page: { ...GRANT_PAGE, first: 1, total: 2 } }),
        "of a page that was not counted": grantList(open, null, {
          isFrozen,
          page: { ...GRANT_PAGE, total: null },
        }),
        "of the last page of those that were counted": grantList(open, null, {
          isFrozen,
          page: { ...GRANT_PAGE, first: 999, total: 1_000, isMore: true, next: null },
        }),
        "of everybody, without the button of a page": grantList(open, null, {
          isFrozen,
          page: { ...GRANT_PAGE, first: 1, total: 2, previous: null, next: null },
        }),
        "from an earlier version, without pages": grantList(open, null, { isFrozen }),
        "with many roles of one request": grantList(many, null, { isFrozen, page: GRANT_PAGE }),
        "of everybody, none": grantList([], null, { isFrozen }),
        "of one user, none": grantList([], whom, { isFrozen }),
      }),
    ),
  );
}
