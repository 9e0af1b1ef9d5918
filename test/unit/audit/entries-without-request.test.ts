import { expect, it } from "vitest";
import {
  type AuditEvent,
  attemptForbidden,
  exportDeleted,
  exportNotSent,
  grantsListed,
  groupChanged,
  jobFailed,
  type Occasion,
  orgsListed,
  orgViewed,
  policiesRecorded,
  policiesRefused,
  rejectedAttempt,
  rolesListed,
  serviceStarted,
  subjectLookedUp,
  subjectsLookedUp,
  suggestionsShown,
  usersExported,
  usersListed,
  writesFrozen,
  writesUnfrozen,
} from "../../../src/audit/index.ts";

const OCCASION: Occasion = {
  actor: { slackUserId: "U0MAYA", email: "maya@x.example" },
  at: new Date("2026-11-01T10:00:00Z"),
  policyHash: "judged",
};
const FAILURE = { job: "show_card", error: "x", reference: "a1b2", faults: 12 };

/** The kind, the request, the subject and the details of each entry, in the order of its fields. */
const ENTRIES: readonly (readonly [AuditEvent, string])[] = [
  [
    attemptForbidden(
      OCCASION,
      { action: "approve", asked: null, reasons: ["No."], policies: ["own"] },
      { requestId: "CR-1", subject: "nadia" },
    ),
    `attempt.forbidden CR-1 nadia {"action":"approve","asked":null,"reasons":["No."],"policies":["own"]}`,
  ],
  [
    rejectedAttempt({ ...OCCASION, subject: "nadia", details: { action: "request", fault: "x" } }),
    `attempt.rejected null nadia {"action":"request","fault":"x"}`,
  ],
  [subjectLookedUp(OCCASION, "nadia", { asked: "nad" }), `subject.looked_up null nadia {"asked":"nad"}`],
  [
    subjectsLookedUp(OCCASION, { usernames: ["nadia"] }, "CR-1"),
    `subjects.looked_up CR-1 null {"usernames":["nadia"]}`,
  ],
  [suggestionsShown(OCCASION, "9f4f6f5e"), `suggestions.shown null null {"draft":"9f4f6f5e"}`],
  [rolesListed(OCCASION, 3), `roles.listed null null {"count":3}`],
  [
    usersListed(OCCASION, {
      ...{ asked: "nad", active: true, blocked: null, org: "Sales", role: null },
      count: 4,
    }),
    `users.listed null null {"asked":"nad","active":true,"blocked":null,"org":"Sales","role":null,"count":4}`,
  ],
  [orgsListed(OCCASION, { asked: "sal", count: 2 }), `orgs.listed null null {"asked":"sal","count":2}`],
  [
    orgViewed(OCCASION, { orgGuid: "org-1", name: "Sales" }),
    `org.viewed null null {"orgGuid":"org-1","name":"Sales"}`,
  ],
  [
    usersExported(OCCASION, {
      ...{ export: "e", asked: null, active: null, blocked: false, org: null, role: "Auditor" },
      ...{ count: 4, total: 5, mayMatch: 1, truncated: true, sha256: "ab" },
    }),
    `users.exported null null {"export":"e","asked":null,"active":null,"blocked":false,"org":null,"role":"Auditor","count":4,"total":5,"mayMatch":1,"truncated":true,"sha256":"ab"}`,
  ],
  [exportNotSent(OCCASION, { export: "e" }), `export.not_sent null null {"export":"e"}`],
  [
    exportDeleted(OCCASION, { export: "e", file: "F1", alreadyGone: true }),
    `export.deleted null null {"export":"e","file":"F1","alreadyGone":true}`,
  ],
  [grantsListed(OCCASION, 4), `grants.listed null null {"count":4}`],
  [writesFrozen(OCCASION, null), `writes.frozen null null {"reason":null}`],
  [writesUnfrozen(OCCASION), "writes.unfrozen null null {}"],
  [serviceStarted(OCCASION, { readOnly: true }), "service.started_read_only null null {}"],
  [serviceStarted(OCCASION, { readOnly: false }), "service.started_writing null null {}"],
  [
    jobFailed(OCCASION, FAILURE, { goesOnDaily: false, requestId: "CR-1", subject: "nadia" }),
    `job.given_up CR-1 nadia {"job":"show_card","error":"x","reference":"a1b2","faults":12}`,
  ],
  [
    jobFailed(OCCASION, FAILURE, { goesOnDaily: true }),
    `job.escalated null null {"job":"show_card","error":"x","reference":"a1b2","faults":12}`,
  ],
  [policiesRecorded(OCCASION, ["leads"]), `policies.recorded null null {"groups":["leads"]}`],
  [policiesRefused(OCCASION, ["broken"]), `policies.refused null null {"faults":["broken"]}`],
  [
    groupChanged(OCCASION, { group: "leads", what: "members", added: ["U1"], removed: [] }),
    `group.changed null null {"group":"leads","what":"members","added":["U1"],"removed":[]}`,
  ],
];

const CASES = ENTRIES.map(([entry, fields]) => ({ ...entry, fields }));
it.each(CASES)("the hashed fields of $kind keep their names and their order", ({ fields, ...entry }) => {
  const { kind, requestId, subject, details, ...occasion } = entry;
  expect(`${kind} ${requestId} ${subject} ${JSON.stringify(details)}`).toBe(fields);
  expect(occasion).toEqual(OCCASION);
});

it("an entry that no policy judged has no policy hash", () => {
  expect(writesUnfrozen({ actor: "bot", at: new Date(0) }).policyHash).toBe(null);
});
