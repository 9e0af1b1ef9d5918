import { expect, it } from "vitest";
import type { AuditEvent, Occasion } from "../../../../src/audit/index.ts";
import {
  bulkCreated,
  bulkHeld,
  bulkStopped,
  decisionApproved,
  decisionVoided,
  grantMoved,
  grantsBegun,
  grantsWarned,
  ratificationAwaiting,
  ratificationDecided,
  ratificationOverdue,
  requestCreated,
  requestMoved,
  requestReminded,
  revocationFailed,
  targetMoved,
} from "../../../../src/change-requests/lifecycle/request-audit-entries.ts";
import { nextGrantState } from "../../../../src/change-requests/model/grant-states.ts";
import {
  nextRatificationState,
  nextRequestState,
  nextTargetState,
} from "../../../../src/change-requests/model/state-machine.ts";
import {
  someDecision,
  someFacts,
  someGrant,
  someRequest,
  someTarget,
} from "../../../support/domain-objects.ts";

const AT = new Date("2026-11-01T10:00:00Z");
const THEO = { slackUserId: "U0THEO", email: "theo.okafor@harborlight.example" };
const OCCASION: Occasion = { actor: THEO, at: AT, policyHash: "judged" };
const NADIA = "nadia.petrov@harborlight.example";
const EMERGENCY = { ratifyWithinHours: 24, escalateTo: ["leads"] };
const ROLES = [{ id: "r1", name: "Alert Emails" }];

const HASHES = { policyHash: "made", snapshotHash: "seen" };

/** A request with every field that its entry can have. */
const REQUEST = someRequest({
  change: { kind: "add_roles", roles: ROLES, grantHours: 8 },
  undoes: 3,
  othersOpen: [4, 5],
  peopleAsked: ["U0THEO"],
  emergency: EMERGENCY,
  ...HASHES,
});
const MOVE = someRequest({ change: { kind: "move", org: { guid: "g1", name: "Sales" } }, ...HASHES });
const BULK = someRequest({
  targets: [
    someTarget(),
    someTarget({ position: 1, facts: someFacts({ userId: "2", username: "sam@x.example" }) }),
  ],
  ...HASHES,
});
/** One of its two invited approvers has approved it. */
const APPROVED_BY_ONE = {
  ...REQUEST,
  peopleAsked: ["U0THEO", "U0PRIYA"],
  decisions: [someDecision({ approver: THEO })],
};
const REMINDER = { requestId: 1, dueAt: AT, escalateTo: ["leads"] };
const TOLD = { request: REQUEST, digestId: 9, at: AT };

/** The kind, the subject, the policies and the details of each entry, in the order of its fields. */
const ENTRIES: readonly (readonly [AuditEvent, string])[] = [
  [
    requestCreated(REQUEST, true),
    `request.created ${NADIA} made {"change":"add_roles","undoes":"CR-3","roles":["Alert Emails"],"grantHours":8,"reason":"Exfiltration alert 4711","ticket":"INC-4711","approvalsNeeded":1,"peopleAsked":["U0THEO"],"othersOpen":["CR-4","CR-5"],"emergency":true,"ratifyWithinHours":24,"snapshotHash":"seen","legalHold":"no","legalHoldConfirmed":true}`,
  ],
  [
    requestCreated(someRequest({ ticket: null, ...HASHES }), false),
    `request.created ${NADIA} made {"change":"deactivate","roles":[],"reason":"Exfiltration alert 4711","ticket":null,"approvalsNeeded":1,"peopleAsked":[],"snapshotHash":"seen","legalHold":"no","legalHoldConfirmed":false}`,
  ],
  [
    requestCreated(MOVE, false),
    `request.created ${NADIA} made {"change":"move","roles":[],"org":["Sales","g1"],"reason":"Exfiltration alert 4711","ticket":"INC-4711","approvalsNeeded":1,"peopleAsked":[],"snapshotHash":"seen","legalHold":"no","legalHoldConfirmed":false}`,
  ],
  [
    requestCreated(someRequest({ change: { kind: "replace_roles", roles: ROLES }, ...HASHES }), false),
    `request.created ${NADIA} made {"change":"replace_roles","roles":["Alert Emails"],"gained":["Alert Emails"],"lost":["Desktop User","PROe User"],"reason":"Exfiltration alert 4711","ticket":"INC-4711","approvalsNeeded":1,"peopleAsked":[],"snapshotHash":"seen","legalHold":"no","legalHoldConfirmed":false}`,
  ],
  [
    bulkCreated(BULK, { leftOut: 1, faults: 2, legalHoldConfirmed: false }),
    `request.created null made {"change":"deactivate","roles":[],"reason":"Exfiltration alert 4711","ticket":"INC-4711","approvalsNeeded":1,"peopleAsked":[],"snapshotHash":"seen","targets":2,"leftOut":1,"faults":2,"legalHoldConfirmed":false,"usernames":["${NADIA}","sam@x.example"]}`,
  ],
  [
    bulkCreated(MOVE, { leftOut: 0, faults: 0, legalHoldConfirmed: false }),
    `request.created null made {"change":"move","roles":[],"org":"Sales","reason":"Exfiltration alert 4711","ticket":"INC-4711","approvalsNeeded":1,"peopleAsked":[],"snapshotHash":"seen","targets":1,"leftOut":0,"faults":0,"legalHoldConfirmed":false,"usernames":["${NADIA}"]}`,
  ],
  [
    requestMoved(
      REQUEST,
      { ...nextRequestState("pending", "denial"), event: "denial" },
      { ...OCCASION, details: { reason: "No." } },
      null,
    ),
    `request.denied ${NADIA} judged {"reason":"No.","from":"pending","event":"denial"}`,
  ],
  [
    requestMoved(
      BULK,
      { ...nextRequestState("executing", "every_target_settled"), event: "every_target_settled" },
      { actor: "bot", at: AT },
      "verified",
    ),
    `request.done null null {"from":"executing","event":"every_target_settled","outcome":"verified"}`,
  ],
  [
    targetMoved(
      { id: 1, username: NADIA },
      { ...nextTargetState("waiting", "skip"), event: "skip" },
      { actor: THEO, at: AT, details: { why: "x" } },
    ),
    `target.skipped ${NADIA} null {"why":"x","from":"waiting","event":"skip"}`,
  ],
  [
    decisionApproved(REQUEST, 1, OCCASION),
    `decision.approved ${NADIA} judged {"snapshotHash":"seen","approvals":1,"approvalsNeeded":1}`,
  ],
  [decisionVoided(REQUEST, OCCASION), `decision.voided ${NADIA} judged {}`],
  [bulkHeld(BULK, "pause", OCCASION), "request.paused null judged {}"],
  [bulkHeld(BULK, "resume", OCCASION), "request.resumed null judged {}"],
  [bulkStopped(BULK, 2, OCCASION), `request.stopped null judged {"skipped":2}`],
  [
    requestReminded({ ...REMINDER, step: "reminder" }, TOLD),
    `request.reminded ${NADIA} made {"digest":9,"peopleAsked":["U0THEO"]}`,
  ],
  [
    requestReminded({ ...REMINDER, step: "escalation" }, TOLD),
    `request.escalated ${NADIA} made {"digest":9,"to":["leads"],"peopleAsked":["U0THEO"]}`,
  ],
  [
    requestReminded({ ...REMINDER, step: "revocation" }, { ...TOLD, request: null }),
    `grant.escalated null null {"digest":9,"to":["leads"]}`,
  ],
  [
    requestReminded({ ...REMINDER, step: "revocation" }, TOLD),
    `grant.escalated ${NADIA} made {"digest":9,"to":["leads"]}`,
  ],
  [
    requestReminded({ ...REMINDER, step: "reminder" }, { ...TOLD, request: APPROVED_BY_ONE }),
    `request.reminded ${NADIA} made {"digest":9,"peopleAsked":["U0PRIYA"]}`,
  ],
  [
    ratificationAwaiting(REQUEST, { deadlineAt: AT, escalateTo: ["leads"], at: AT }),
    `ratification.awaiting ${NADIA} made {"deadlineAt":"2026-11-01T10:00:00.000Z","escalateTo":["leads"]}`,
  ],
  [ratificationOverdue(REQUEST, AT), `ratification.overdue ${NADIA} made {"escalateTo":["leads"]}`],
  [
    ratificationDecided(
      REQUEST,
      nextRatificationState("awaiting", "dispute"),
      { reason: "Not an incident.", overdue: true },
      OCCASION,
    ),
    `ratification.disputed ${NADIA} judged {"reason":"Not an incident.","overdue":true}`,
  ],
  [
    grantsBegun(REQUEST, NADIA, { roles: ROLES, grantHours: 8, grantedAt: AT, endsAt: AT }),
    `grant.active ${NADIA} made {"roles":["Alert Emails"],"grantHours":8,"endsAt":"2026-11-01T10:00:00.000Z"}`,
  ],
  [
    grantMoved(
      someGrant(),
      { ...nextGrantState("active", "given_for_good"), event: "given_for_good" },
      { actor: "bot", at: AT, details: { by: "CR-2" } },
    ),
    `grant.superseded ${NADIA} null {"role":"Alert Emails","by":"CR-2","from":"active","event":"given_for_good"}`,
  ],
  [
    grantsWarned(someGrant(), [someGrant()], AT),
    `grant.warned ${NADIA} null {"roles":["Alert Emails"],"endsAt":"2026-11-01T18:00:00.000Z"}`,
  ],
  [
    revocationFailed(someGrant(), [someGrant()], { attempt: 2, why: "Refused.", nextAttemptAt: AT, at: AT }),
    `grant.attempt_failed ${NADIA} null {"roles":["Alert Emails"],"attempt":2,"why":"Refused.","nextAttemptAt":"2026-11-01T10:00:00.000Z"}`,
  ],
];

const CASES = ENTRIES.map(([entry, fields]) => ({ ...entry, fields }));
it.each(CASES)("the hashed fields of $kind keep their names and their order", ({ fields, ...entry }) => {
  const { kind, subject, policyHash, details } = entry;
  expect(`${kind} ${subject} ${policyHash} ${JSON.stringify(details)}`).toBe(fields);
});

it("every entry names its request, its time, and the person or bot that caused it", () => {
  for (const [{ kind, requestId, at, actor }] of ENTRIES) {
    expect(requestId).toBe("CR-1");
    const isCreation = kind === "request.created";
    expect(at).toEqual(isCreation ? REQUEST.createdAt : AT);
    expect(["bot", isCreation ? REQUEST.requester : THEO]).toContainEqual(actor);
  }
});
