import { expect, it } from "vitest";
import {
  AmbiguousOrgError,
  AmbiguousRoleError,
  BulkFileError,
  DraftGoneError,
  DraftOfAnotherError,
  NothingToDoError,
  NothingToRequestError,
  NothingToUndoError,
  NotRenewableError,
  OrgInactiveError,
  ReasonFaultError,
  RoleNotAssignableError,
  TooManyRolesError,
  UnknownOrgError,
  UnknownRoleError,
} from "../../../../src/change-requests/index.ts";

const [requestId, username] = [7, "nadia"];
const file = (fault: ConstructorParameters<typeof BulkFileError>[0]) => new BulkFileError(fault);
const done = (why: ConstructorParameters<typeof NothingToDoError>[0]) => new NothingToDoError(why);
const undo = (why: ConstructorParameters<typeof NothingToUndoError>[0]) => new NothingToUndoError(why);

it.each<[Error, string]>([
  [new DraftGoneError(), "This form has expired. Nothing was requested; please start again."],
  [new DraftOfAnotherError(), "This form was opened for somebody else. Nothing was requested."],
  [
    new TooManyRolesError(username, 100),
    "nadia holds more than 100 roles, and the form has no room for more. Add or remove roles instead.",
  ],
  [new UnknownRoleError("Boss", []), "There is no role “Boss”."],
  [new AmbiguousRoleError("Ops", []), "There are several roles “Ops”."],
  [new RoleNotAssignableError("Boss"), "The API client of this bot may not assign the role “Boss”."],
  [new UnknownOrgError("Sals", []), "There is no organization “Sals”."],
  [new AmbiguousOrgError("Labs", []), "There are several organizations “Labs”."],
  [new OrgInactiveError("Sales"), "The organization “Sales” is inactive. Nothing was requested."],
  [
    new NothingToRequestError({ leftOut: [], faults: [] }),
    "Nobody is left for whom something could be requested.",
  ],
  [
    new ReasonFaultError("decision", { kind: "missing" }),
    "Say why: the requester and the audit log need a reason.",
  ],
  [
    new ReasonFaultError("decision", { kind: "says_nothing" }),
    "This has no letter and no digit: a reader would learn nothing from it. Say why: the requester and the audit log need a reason.",
  ],
  [
    new ReasonFaultError("decision", { kind: "too_long", most: 1_000, length: 1_001 }),
    "At most 1000 characters; these are 1001.",
  ],
  [
    new ReasonFaultError("decision", { kind: "not_storable" }),
    "Has half a character (a cut emoji?) or U+0000, which can't be stored. Remove it.",
  ],
  [new NotRenewableError({ why: "not_requester", requestId }), "Only whoever asked for CR-7 can renew it."],
  [
    new NotRenewableError({ why: "hold_unreadable", requestId }),
    "Legal hold can't be read any more. Cancel CR-7 and ask anew, so that you can confirm it with Legal.",
  ],
  [new NotRenewableError({ why: "not_permitted", reason: "No." }), "No."],
  [done({ why: "inactive", username }), "nadia is inactive already. Nothing was requested."],
  [done({ why: "active", username }), "nadia is active already. Nothing was requested."],
  [done({ why: "holds_every_role", username }), "nadia holds every role that can be added."],
  [done({ why: "holds_no_role", username }), "nadia holds no role."],
  [
    done({ why: "role_held", username, role: "Ops" }),
    "nadia holds the role “Ops” already. Nothing was requested.",
  ],
  [
    done({ why: "role_not_held", username, role: "Ops" }),
    "nadia holds no role “Ops”. Nothing was requested.",
  ],
  [
    done({ why: "org_unknown", username }),
    "Incydr doesn't say in which organization nadia is. Nothing was requested.",
  ],
  [
    done({ why: "in_org", username, org: "Sales" }),
    "nadia is in the organization “Sales” already. Nothing was requested.",
  ],
  [
    done({ why: "in_effect", username, requestId }),
    "nadia is as CR-7 would make them already. Nothing is left to do; cancel it.",
  ],
  [
    done({ why: "gives_no_more", requestId }),
    "CR-7 gives no role any more that could be extended. Ask for roles anew.",
  ],
  [done({ why: "gave_none", requestId }), "CR-7 gave no role for a limited time."],
  [
    undo({ why: "bulk", requestId }),
    "CR-7 is a bulk. Ask for its reverse with /incydr bulk: the file of its outcomes lists the users. Nothing was requested.",
  ],
  [
    undo({ why: "changed_nothing", requestId }),
    "CR-7 changed nothing that could be undone. Nothing was requested.",
  ],
  [
    undo({ why: "no_longer_shown", requestId, username }),
    "nadia no longer shows what CR-7 changed. Nothing was requested.",
  ],
  [
    undo({ why: "org_gone", org: "Sales" }),
    "Sales is no longer an active organization. Nothing was requested.",
  ],
  [
    undo({ why: "former_org_unknown" }),
    "The organization they came from is no longer an active organization. Nothing was requested.",
  ],
  [
    undo({ why: "roles_not_assignable", roles: ["Ops", "Cases"] }),
    "The API client of this bot may not assign Ops, Cases. Nothing was requested.",
  ],
  [
    undo({ why: "roles_were_lent", requestId, roles: ["Ops", "Cases"] }),
    "CR-7 took Ops, Cases, which were given for a limited time. Ask for them anew. Nothing was requested.",
  ],
  [
    file({ kind: "missing_scope", scopes: "files:read" }),
    "The bot lacks the scope files:read in Slack, and can't read files. Paste the lines instead, or ask an administrator to add it and to install the app again.",
  ],
  [file({ kind: "gone" }), "Slack doesn't have the file any more."],
  [file({ kind: "of_another" }), "The file was uploaded by somebody else."],
  [file({ kind: "elsewhere" }), "The file doesn't lie with Slack; upload it to Slack itself."],
  [
    file({ kind: "no_text" }),
    "The file isn't a text file in UTF-8 or UTF-16. In a spreadsheet, save it as “CSV UTF-8”, and upload that.",
  ],
  [file({ kind: "web_page" }), "Slack gave a web page for the file: save it as CSV and upload it again."],
  [
    file({ kind: "too_large" }),
    "The file is larger than 1 MB. A request is about at most 1,000 users: split the list.",
  ],
  [
    file({ kind: "unreadable", detail: "Slack answered 403." }),
    "The file could not be read from Slack: Slack answered 403.",
  ],
  [
    file({ kind: "too_many_lines", count: 60_000, most: 10_000, mostSubjects: 1_000 }),
    "The list has 60000 lines, and at most 10000 are read. A request is about at most 1000 users: split the list.",
  ],
])(
  "a rejected attempt is stored in the audit log with the message that it always had: %s",
  (error, message) => {
    expect(error.message).toBe(message);
  },
);
