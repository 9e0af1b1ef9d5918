import { describe, expect, it } from "vitest";
import {
  AddressRefusedError,
  DirectoryUnavailableError,
  ForbiddenError,
  GroupGoneError,
  UnknownPersonError,
} from "../../../../src/authorization/index.ts";
import {
  AlreadyApprovedByYouError,
  AlreadyDecidedError,
  AmbiguousOrgError,
  AmbiguousRoleError,
  BulkFileError,
  CardOutOfDateError,
  ChannelNotAllowedError,
  DraftGoneError,
  DraftOfAnotherError,
  FormError,
  FreezeUnchangedError,
  isRefusal,
  NothingToDoError,
  NowhereToPostError,
  OwnRequestError,
  type PlacementFault,
  RequestNotFoundError,
  RoleNotAssignableError,
  refusalOf,
  UnknownRoleError,
} from "../../../../src/change-requests/index.ts";
import { IncydrError, type IncydrErrorCode } from "../../../../src/incydr/index.ts";
import { linesOfRefusal, refusalLines } from "../../../../src/slack/texts/refusal.ts";
import {
  AmbiguousSubjectError,
  MentionWithoutEmailError,
  NoSubjectNamedError,
  SubjectNotFoundError,
  UnmappedOperatorError,
} from "../../../../src/subjects/index.ts";
import { someDecision, somePerson } from "../../../support/domain-objects.ts";

/** What a person reads; people and channels by their ids. */
function wordsFor(error: unknown): string {
  const lines = refusalLines(error);
  // A refusal that a job carries is stored as JSON in between.
  if (isRefusal(error)) expect(linesOfRefusal(JSON.parse(JSON.stringify(refusalOf(error))))).toEqual(lines);
  return lines
    .map((line) =>
      line
        .map((part) => {
          if (part.type === "user") return `@${part.user_id}`;
          if (part.type === "channel") return `#${part.channel_id}`;
          return "text" in part ? part.text : "";
        })
        .join(""),
    )
    .join("\n");
}

const denial = {
  action: "approve",
  policyIds: ["not-ones-own-request"],
  reasons: ["You can't decide on your own request. Another person must decide.", "And a second reason."],
  whoCould: ["insider-risk-leads", "incident-responders"],
  policyHash: "p",
} as const;

describe("a person whose rights can't be read", () => {
  const nobodyKnows = (error: Error) =>
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
  ])("is told what to set for %s, and not to try again", (_what, error, part) => {
    for (const words of [wordsFor(error), nobodyKnows(error)]) {
      expect(words).toContain(part);
      expect(words).not.toContain("moment");
    }
  });

  it("is told to try again while Slack doesn't answer", () => {
    expect(nobodyKnows(new DirectoryUnavailableError(null))).toContain(
      "Nothing was done. Try again in a moment.",
    );
  });
});

it.each(["outcome_unknown", "roles_ignored"] as const)(
  "does not claim that nothing was changed for Incydr's %s",
  (code) => {
    expect(wordsFor(new IncydrError(code, "the detail", { sent: "yes" }))).not.toContain("Nothing");
  },
);

describe("whoever is refused reads why, and what to do", () => {
  it.each([
    [
      "a rule of the policy",
      new ForbiddenError(denial),
      [
        "Another person must decide.",
        "And a second reason.",
        "Members of @insider-risk-leads or @incident-responders can.",
      ],
    ],
    [
      "no rule that lets them",
      new ForbiddenError({ ...denial, whoCould: [] }),
      ["Another person must decide."],
    ],
    ["Slack not answering", new DirectoryUnavailableError(null), ["Slack isn't available", "Try again"]],
    ["an unknown person", new UnknownPersonError("U0GHOST"), ["U0GHOST"]],
    ["nobody named", new NoSubjectNamedError(), ["user id, a username (e-mail) or an @mention"]],
    ["nobody of that name", new SubjectNotFoundError("nadja", []), ["no user “nadja”", "Check the spelling"]],
    ["a name like others", new SubjectNotFoundError("nad", ["nadia@x"]), ["Did you mean nadia@x?"]],
    [
      "several names",
      new AmbiguousSubjectError("ann", ["a@x", "b@x"]),
      ["matches 2", "Write the full username of one: a@x, b@x"],
    ],
    ["a mention without e-mail", new MentionWithoutEmailError("U0X"), ["Use the Incydr username"]],
    [
      "no Incydr user of their own",
      new UnmappedOperatorError(somePerson()),
      ["you can only look up users", "OPERATOR_MAP"],
    ],
    [
      "an unknown role",
      new UnknownRoleError("Boss", []),
      ["no role “Boss”", "/incydr roles lists all roles"],
    ],
    [
      "a role of several",
      new AmbiguousRoleError("ops", [
        { id: "x", name: "Ops" },
        { id: "y", name: "OPS" },
      ]),
      [
        "Several roles are called “ops”",
        "Write one of these ids: x (Ops), y (OPS). Or write the exact name.",
      ],
    ],
    [
      "an organization of several",
      new AmbiguousOrgError("Labs", [
        { id: "g1", name: "Labs" },
        { id: "g2", name: "Labs" },
      ]),
      ["Several organizations are called “Labs”", "Write one of these ids: g1, g2"],
    ],
    ["a role like others", new UnknownRoleError("Alert", ["Alert Emails"]), ["Did you mean Alert Emails?"]],
    [
      "a role that can't be given",
      new RoleNotAssignableError("Org Admin"),
      ["can't assign the role “Org Admin”"],
    ],
    ["nothing to do", new NothingToDoError({ why: "inactive", username: "X" }), ["X is already inactive."]],
    ["a form that is gone", new DraftGoneError(), ["expired", "Start again"]],
    ["a form of another", new DraftOfAnotherError(), ["opened for another person"]],
    ["a form that is wrong", new FormError({ reason: { kind: "missing" } }), ["Enter a reason"]],
    ["an unknown request", new RequestNotFoundError(7), ["CR-7"]],
    [
      "a decided request",
      new AlreadyDecidedError(7, "denied", someDecision({ verdict: "denial" })),
      ["CR-7 is already denied", "Last decision by @U0THEO"],
    ],
    [
      "a file that can't be read for want of a scope",
      new BulkFileError({ kind: "missing_scope", scopes: "files:read" }),
      ["it lacks the Slack scope files:read", "Paste the lines instead"],
    ],
    ["an ended request", new AlreadyDecidedError(7, "expired", null), ["CR-7 is already expired"]],
    ["their own approval", new AlreadyApprovedByYouError(7), ["already approved CR-7", "Another person"]],
    ["their own request", new OwnRequestError(), ["Another person must"]],
    ["an old card", new CardOutOfDateError(7), ["CR-7 has changed", "Look at its card again"]],
    [
      "no channel without the subject",
      new NowhereToPostError("subject_present"),
      ["in every channel where the request could be shown"],
    ],
    ["no restricted channel", new NowhereToPostError("archived"), ["it is archived"]],
    ["a freeze that stands", new FreezeUnchangedError("frozen"), ["already frozen"]],
  ] as const)("for %s", (_what, error, parts) => {
    const words = wordsFor(error);
    for (const part of parts) expect(words).toContain(part);
  });

  it.each([
    ["not_visible", "The bot is not in this conversation"],
    ["not_configured", "isn't set up for requests"],
    ["archived", "archived"],
    ["bot_not_member", "Add the bot to the channel first"],
    ["public", "anyone could read the request"],
    ["shared", "another company"],
    ["outsiders", "a guest or a member from another company"],
  ] as const satisfies readonly (readonly [PlacementFault, string])[])(
    "for a channel that is %s, with the channel to use instead",
    (fault, part) => {
      const words = wordsFor(new ChannelNotAllowedError(fault, "C0APPROVE"));
      expect(words).toContain(part);
      expect(words).toContain("Nothing was requested. Use #C0APPROVE instead.");
    },
  );

  it.each([
    ["unavailable", "Incydr isn't available"],
    ["timed_out", "Incydr isn't available"],
    ["rate_limited", "Incydr is limiting the bot's requests"],
    ["unauthorized", "check the bot's API client"],
    ["forbidden", "check the bot's API client"],
    ["not_found", "Incydr: the detail"],
    ["ambiguous", "Incydr: the detail"],
    ["legal_hold", "Incydr: the detail"],
    ["invalid", "Incydr: the detail"],
    ["conflict", "Incydr: the detail"],
    ["aborted", "Incydr: the detail"],
    ["outcome_unknown", "Incydr: the detail"],
    ["roles_ignored", "Incydr: the detail"],
    ["unexpected_answer", "Incydr: the detail"],
  ] as const satisfies readonly (readonly [IncydrErrorCode, string])[])("for Incydr's %s", (code, part) => {
    expect(wordsFor(new IncydrError(code, "the detail", { sent: "yes" }))).toContain(part);
  });
});

it.each([new Error("password=hunter2"), "password=hunter2", undefined, { password: "hunter2" }])(
  "tells nothing of a fault of the program: %j",
  (thrown) => {
    expect(wordsFor(thrown)).toBe("Something went wrong. Nothing was requested or changed. Try again.");
    expect(wordsFor(thrown)).not.toContain("hunter2");
  },
);
