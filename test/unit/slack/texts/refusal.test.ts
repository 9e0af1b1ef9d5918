import { expect, it } from "vitest";
import {
  AddressRefusedError,
  DirectoryUnavailableError,
  ForbiddenError,
  GroupGoneError,
  UnknownPersonError,
} from "../../../../src/authorization/index.ts";
import {
  AlreadyDecidedError,
  AmbiguousRoleError,
  BulkFileError,
  ChannelNotAllowedError,
  FormError,
  NothingToDoError,
  NowhereToPostError,
  refusalOf,
  UnknownRoleError,
} from "../../../../src/change-requests/index.ts";
import { IncydrError, type IncydrErrorCode } from "../../../../src/incydr/index.ts";
import { linesOfRefusal, refusalLines } from "../../../../src/slack/texts/refusal.ts";
import {
  AmbiguousSubjectError,
  SubjectNotFoundError,
  UnmappedOperatorError,
} from "../../../../src/subjects/index.ts";
import { someDecision, somePerson } from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

/** The text to a person whose action failed with this error. */
const wordsFor = (error: unknown) => readable(refusalLines(error));

const denial = {
  action: "approve",
  policyIds: ["not-ones-own-request"],
  reasons: ["You can't decide on your own request. Another person must decide.", "And a second reason."],
  whoCould: ["insider-risk-leads", "incident-responders"],
  policyHash: "p",
} as const;

const forbiddenBy = (error: Error) =>
  wordsFor(new ForbiddenError({ ...denial, reasons: [error.message], whoCould: [] }, { cause: error }));

it.each([
  [
    "a plan without user groups",
    new DirectoryUnavailableError(null, undefined, { kind: "user_groups_unavailable" }),
    "GROUP_MEMBERS",
  ],
  [
    "a missing scope",
    new DirectoryUnavailableError(null, undefined, { kind: "missing_scope", scopes: "usergroups:read" }),
    "The bot lacks the Slack scope usergroups:read.",
  ],
  [
    "a missing scope that Slack doesn't name",
    new DirectoryUnavailableError(null, undefined, { kind: "missing_scope", scopes: null }),
    "The bot lacks a Slack scope.",
  ],
  ["a group that is gone", new GroupGoneError(["leads"]), "restore the group's name"],
  [
    "an address that Slack refuses",
    new AddressRefusedError(null),
    "refuses to look up this user's Slack account",
  ],
])("a refusal for %s says what to mend, and not to try again", (_what, error, part) => {
  for (const words of [wordsFor(error), forbiddenBy(error)]) {
    expect(words).toContain(part);
    expect(words).not.toContain("moment");
  }
});

it("a refusal because Slack doesn't answer says to try again", () => {
  expect(forbiddenBy(new DirectoryUnavailableError(null))).toContain(
    "Nothing was done. Try again in a moment.",
  );
});

it("a form that no number of approvals permits says so, and asks for no reason", () => {
  const words = wordsFor(new FormError({ reason: { kind: "never_permitted" } }));
  expect(words).toContain(
    "Your policies don't allow this change, even with more approvals. Ask an administrator.",
  );
  expect(wordsFor(new FormError({ reason: { kind: "missing" } }))).toContain("Enter a reason");
});

it.each([
  ["unavailable", "Incydr isn't available. Nothing was changed. Try again in a minute."],
  ["timed_out", "Incydr isn't available. Nothing was changed. Try again in a minute."],
  ["rate_limited", "Incydr is limiting the bot's requests"],
  ["unauthorized", "check the bot's API client"],
  ["forbidden", "check the bot's API client"],
  ["not_found", "Incydr: the detail"],
  ["unexpected_answer", "Incydr: the detail"],
] as const satisfies readonly (readonly [IncydrErrorCode, string])[])(
  "the text for Incydr's %s says: %s",
  (code, part) => {
    expect(wordsFor(new IncydrError(code, "the detail", { sent: "yes" }))).toContain(part);
  },
);

it.each(["outcome_unknown", "roles_ignored"] as const)(
  "the text for Incydr's %s does not claim that nothing was changed",
  (code) => {
    const words = wordsFor(new IncydrError(code, "the detail", { sent: "yes" }));
    expect(words).not.toContain("Nothing");
    expect(words).toContain("Look up the user.");
  },
);

it.each([
  new ForbiddenError(denial),
  new ForbiddenError({ ...denial, whoCould: [] }),
  new UnknownPersonError("U0GHOST"),
  new SubjectNotFoundError("nad", ["nadia@x"]),
  new AmbiguousSubjectError("ann", ["a@x", "b@x"]),
  new UnmappedOperatorError(somePerson()),
  new UnknownRoleError("Alert", ["Alert Emails"]),
  new AmbiguousRoleError("ops", [
    { id: "x", name: "Ops" },
    { id: "y", name: "OPS" },
  ]),
  new NothingToDoError({ why: "inactive", username: "X" }),
  new FormError({ reason: { kind: "missing" } }),
  new AlreadyDecidedError(7, "denied", someDecision({ verdict: "denial" })),
  new BulkFileError({ kind: "missing_scope", scopes: "files:read" }),
  new NowhereToPostError("archived"),
  new ChannelNotAllowedError("public", "C0APPROVE"),
])("a refusal reads the same after it was stored in a job: %s", (error) => {
  const stored = JSON.parse(JSON.stringify(refusalOf(error)));
  expect(linesOfRefusal(stored)).toEqual(refusalLines(error));
});

it.each([new Error("password=hunter2"), "password=hunter2", undefined, { password: "hunter2" }])(
  "a fault of the program is told without its text: %j",
  (thrown) => {
    expect(wordsFor(thrown)).toBe("Something went wrong. Nothing was requested or changed. Try again.");
    expect(wordsFor(thrown)).not.toContain("hunter2");
  },
);
