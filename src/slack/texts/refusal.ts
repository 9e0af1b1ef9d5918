import {
  type Action,
  AddressRefusedError,
  type DirectoryRemedy,
  DirectoryUnavailableError,
  ForbiddenError,
  GroupGoneError,
  PoliciesDifferError,
} from "../../authorization/index.ts";
import {
  AlreadyDecidedError,
  AmbiguousOrgError,
  AmbiguousRoleError,
  ChannelNotAllowedError,
  isRefusal,
  NothingToRatifyError,
  type PlacementFault,
  UnknownOrgError,
  UnknownRoleError,
} from "../../change-requests/index.ts";
import { isIncydrError } from "../../incydr/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { AmbiguousSubjectError, SubjectNotFoundError } from "../../subjects/index.ts";
import { channel, type Inline, person, plain } from "./rich-text.ts";

const PLACEMENT_FAULTS: Readonly<Record<PlacementFault, string>> = {
  not_visible: "I am not in this conversation, so nothing about a user can be posted here.",
  not_configured: "Requests can't be made here: this channel isn't among those where cards may be posted.",
  archived: "This channel is archived.",
  bot_not_member: "I am not a member of this channel. Invite me first.",
  public: "This channel is public: everybody could read the card, the subject too.",
  shared: "This channel is shared with another company.",
  outsiders: "A guest or somebody of another company is in this channel.",
};

const ACTION_WORDS: Readonly<Record<Action, string>> = {
  lookup: "look users up",
  list: "list roles",
  read_audit: "read the audit log",
  freeze: "freeze changes",
  unfreeze: "let changes go on",
  set_policies: "say which policies decide",
  request: "ask for changes",
  approve: "approve",
  deny: "deny",
  cancel: "cancel",
  execute: "have changes carried out",
  emergency: "make emergency changes",
  ratify: "ratify emergency changes",
  revoke: "end grants early",
};

/** What a person is told when something did not happen: why, and what to do. One line each. */
export function refusalLines(error: unknown): Inline[][] {
  if (error instanceof ForbiddenError && error.cause instanceof DirectoryUnavailableError)
    return directoryUnavailable(error.cause);
  if (error instanceof ForbiddenError) return forbidden(error);
  if (error instanceof ChannelNotAllowedError) {
    return [
      [plain(PLACEMENT_FAULTS[error.fault])],
      [plain("Nothing was requested. Use "), channel(error.approvalsChannelId), plain(" instead.")],
    ];
  }
  if (error instanceof SubjectNotFoundError) {
    return [
      [plain(error.message)],
      suggestions(
        "Did you mean",
        error.similar.map(quotedUsername),
        "Check the spelling, or use the user id.",
      ),
    ];
  }
  if (error instanceof AmbiguousSubjectError) {
    return [
      [plain(error.message)],
      suggestions("Write one of them in full:", error.matches.map(quotedUsername), "Use the user id."),
    ];
  }
  if (error instanceof UnknownRoleError) {
    return [
      [plain(error.message)],
      suggestions("Did you mean", error.similar.map(quotedName), "/incydr roles lists them all."),
    ];
  }
  if (error instanceof UnknownOrgError) {
    return [
      [plain(error.message)],
      suggestions(
        "Did you mean",
        error.similar.map(quotedName),
        "Leave it out, and search for it in the form.",
      ),
    ];
  }
  if (error instanceof AmbiguousOrgError) {
    return [[plain(error.message)], oneOfSeveral(error.orgs, "Search for it in the form.")];
  }
  if (error instanceof AmbiguousRoleError) {
    return [[plain(error.message)], oneOfSeveral(error.roles, "Choose it in the form.")];
  }
  if (error instanceof AlreadyDecidedError) {
    const { last } = error;
    const by: Inline[] = last
      ? [plain(" Decided last by "), person(last.approver.slackUserId), plain(".")]
      : [];
    return [[plain(error.message), ...by]];
  }
  if (error instanceof NothingToRatifyError) {
    const { decidedBy } = error;
    const by: Inline[] = decidedBy ? [plain(" Decided by "), person(decidedBy.slackUserId), plain(".")] : [];
    return [[plain(error.message), ...by]];
  }
  if (error instanceof DirectoryUnavailableError) return directoryUnavailable(error);
  if (error instanceof PoliciesDifferError) {
    return [[plain("The policies of this bot are being changed. Nothing was done. Try again in a moment.")]];
  }
  if (isIncydrError(error)) return incydr(error.code, error.message);
  if (isRefusal(error)) return [[plain(error.message)]];
  return faultLines({ reference: null, isNothingRequested: false });
}

/** For a failure after which it isn't known what was done; `reference` is the one under which it is in the log. */
export function faultLines(fault: { reference: string | null; isNothingRequested: boolean }): Inline[][] {
  const { reference, isNothingRequested } = fault;
  const next = isNothingRequested
    ? "Nothing was requested. Please try again."
    : "It may have taken effect. Check that before trying again.";
  return [[plain(`Something went wrong${reference === null ? "" : ` (ref ${reference})`}. ${next}`)]];
}

/** Thrown by what is read before anything is done. */
function directoryUnavailable(error: DirectoryUnavailableError): Inline[][] {
  const { message, remedy } = error;
  if (error instanceof GroupGoneError) {
    const next = "Ask an administrator to give the group its name back, or to change the policies.";
    return [[plain(`${message} Nothing was done. ${next}`)]];
  }
  if (error instanceof AddressRefusedError) return [[plain(`${message} Nothing was done.`)]];
  if (remedy === null) return [[plain(`${message} Nothing was done. Try again in a moment.`)]];
  return [[plain(remedyText(remedy))]];
}

function remedyText(remedy: DirectoryRemedy): string {
  switch (remedy.kind) {
    case "user_groups_unavailable":
      return "This workspace's plan has no user groups, so nobody's rights are known. Nothing was done. Ask an administrator to list the groups and their members in the setting GROUP_MEMBERS.";
    case "missing_scope":
      return `${scopeText(remedy.scopes)} Nothing was done. ${ADD_SCOPE}`;
  }
}

const ADD_SCOPE =
  "Ask an administrator to add it on the Slack app's page OAuth & Permissions, and to install the app again.";

function scopeText(scopes: string | null): string {
  return scopes === null ? "The bot lacks a scope in Slack." : `The bot lacks the scope ${scopes} in Slack.`;
}

function forbidden({ denial }: ForbiddenError): Inline[][] {
  const groups = denial.whoCould.map((handle) => `@${handle}`).join(" or ");
  return [
    ...denial.reasons.map((reason) => [plain(reason)]),
    ...(groups
      ? [[plain(`Members of ${groups} may ${ACTION_WORDS[denial.action]}, unless another rule forbids it.`)]]
      : []),
  ];
}

/** Names are shown if they differ: then the exact name is as good as the id. */
function oneOfSeveral(
  options: readonly { readonly id: string; readonly name: string }[],
  otherwise: string,
): Inline[] {
  const hasNames = new Set(options.map(({ name }) => name)).size === options.length;
  const shown = options.map(({ id, name }) => (hasNames ? `${id} (${quotedName(name)})` : id));
  const line = suggestions("Write the id of one of them:", shown, otherwise);
  return hasNames && options.length > 0 ? [...line, plain(". Or write one of these names exactly.")] : line;
}

function suggestions(intro: string, names: readonly string[], otherwise: string): Inline[] {
  return [
    plain(names.length > 0 ? `${intro} ${names.join(", ")}${intro.endsWith("mean") ? "?" : ""}` : otherwise),
  ];
}

function incydr(code: string, detail: string): Inline[][] {
  switch (code) {
    case "unavailable":
    case "timed_out":
    case "rate_limited":
      return [[plain("Incydr doesn't answer at the moment. Nothing was changed. Try again in a minute.")]];
    case "unauthorized":
    case "forbidden":
      return [
        [plain("Incydr doesn't let this bot do that. Ask whoever runs the bot to check its API client.")],
      ];
    case "outcome_unknown":
    case "roles_ignored":
      return [[plain(`Incydr: ${detail}`)]];
    default:
      return [[plain(`Incydr: ${detail}`)], [plain("Nothing was changed.")]];
  }
}
