import { RefusalError } from "../../kernel/errors.ts";
import type { ChangeRequest, Decision } from "./change-request.ts";
import { nameOf } from "./change-request.ts";
import type { RatificationState, RequestState } from "./state-machine.ts";
import type { ReasonFault, StoredTextFault } from "./text-faults.ts";

/** The form is no longer there: expired, unknown, or opened for somebody else. */
export class DraftGoneError extends RefusalError<"draft_gone", null> {
  constructor() {
    super("draft_gone", null, "The draft has expired, or there never was one.");
  }
}

/** A form was submitted by somebody else than it was opened for. */
export class DraftOfAnotherError extends RefusalError<"draft_of_another", null> {
  constructor() {
    super("draft_of_another", null, "The draft is somebody else's.");
  }
}

/** Why a change would change nothing. */
export type NothingToDo =
  | {
      readonly why: "inactive" | "active" | "holds_every_role" | "holds_no_role" | "org_unknown";
      readonly username: string;
    }
  | { readonly why: "role_held" | "role_not_held"; readonly username: string; readonly role: string }
  | { readonly why: "in_org"; readonly username: string; readonly org: string }
  /** A renewed request whose change is in effect already. */
  | { readonly why: "in_effect"; readonly username: string; readonly requestId: number }
  /** A request that is to be extended, whose roles are over or were given for good. */
  | { readonly why: "gives_no_more" | "gave_none"; readonly requestId: number };

/** The subject already is what the change would make of them. */
export class NothingToDoError extends RefusalError<"nothing_to_do", NothingToDo> {
  constructor(data: NothingToDo) {
    const message =
      data.why === "in_effect"
        ? `${data.username} is as ${nameOf(data.requestId)} would make them already. Nothing is left to do; cancel it.`
        : `The request would change nothing (${data.why}).`;
    super("nothing_to_do", data, message);
  }
}

/** More roles are held than a form can show, so that replacing them would take some away unseen. */
export class TooManyRolesError extends RefusalError<
  "too_many_roles",
  { readonly username: string; readonly most: number }
> {
  constructor(username: string, most: number) {
    super("too_many_roles", { username, most }, `${username} holds more than ${most} roles.`);
  }
}

/** No such role in this tenant; `similar` are names that resemble it. */
export class UnknownRoleError extends RefusalError<
  "unknown_role",
  { readonly role: string; readonly similar: readonly string[] }
> {
  constructor(role: string, similar: readonly string[]) {
    super("unknown_role", { role, similar }, `There is no role “${role}”.`);
  }
}

/** A role or an organization, as an answer names one of several. */
export interface NamedOption {
  readonly id: string;
  readonly name: string;
}

/** Several roles have this name; `roles` are some of them. Choosing the first would be a guess. */
export class AmbiguousRoleError extends RefusalError<
  "ambiguous_role",
  { readonly role: string; readonly roles: readonly NamedOption[] }
> {
  constructor(role: string, roles: readonly NamedOption[]) {
    super("ambiguous_role", { role, roles }, `There are several roles “${role}”.`);
  }
}

/** Incydr has the role, but the bot's API client may not assign it. */
export class RoleNotAssignableError extends RefusalError<"role_not_assignable", { readonly role: string }> {
  constructor(role: string) {
    super("role_not_assignable", { role }, `The API client may not assign the role “${role}”.`);
  }
}

/** Why a request can't be undone. */
export type NothingToUndo =
  | { readonly why: "bulk" | "changed_nothing"; readonly requestId: number }
  | { readonly why: "no_longer_shown"; readonly requestId: number; readonly username: string }
  /** `org`: the name of the former organization, which is inactive or isn't there. */
  | { readonly why: "org_gone"; readonly org: string }
  | { readonly why: "former_org_unknown" }
  | { readonly why: "roles_not_assignable"; readonly roles: readonly string[] }
  /** The roles that the request took were given for a limited time. */
  | { readonly why: "roles_were_lent"; readonly requestId: number; readonly roles: readonly string[] };

/** A request changed nothing that could be changed back, or nothing of it shows any more. */
export class NothingToUndoError extends RefusalError<"nothing_to_undo", NothingToUndo> {
  constructor(data: NothingToUndo) {
    super("nothing_to_undo", data, `The request can't be undone (${data.why}).`);
  }
}

/** No such organization in this tenant; `similar` are names that resemble it. */
export class UnknownOrgError extends RefusalError<
  "unknown_org",
  { readonly org: string; readonly similar: readonly string[] }
> {
  constructor(org: string, similar: readonly string[]) {
    super("unknown_org", { org, similar }, `There is no organization “${org}”.`);
  }
}

/** Several organizations have this name; `orgs` are some of them. Choosing the first would be a guess. */
export class AmbiguousOrgError extends RefusalError<
  "ambiguous_org",
  { readonly org: string; readonly orgs: readonly NamedOption[] }
> {
  constructor(org: string, orgs: readonly NamedOption[]) {
    super("ambiguous_org", { org, orgs }, `There are several organizations “${org}”.`);
  }
}

/** The organization was deactivated: nobody can be moved there. */
export class OrgInactiveError extends RefusalError<"org_inactive", { readonly org: string }> {
  constructor(org: string) {
    super("org_inactive", { org }, `The organization “${org}” is inactive.`);
  }
}

/**
 * No change request has this number, or the person who names it is a subject of it. The answer is the same; only the
 * audit log is told which.
 */
export class RequestNotFoundError extends RefusalError<
  "request_not_found" | "hidden_from_subject",
  { readonly requestId: number }
> {
  constructor(requestId: number, why: "request_not_found" | "hidden_from_subject" = "request_not_found") {
    super(why, { requestId }, `There is no ${nameOf(requestId)} that you can see.`);
  }
}

/** The request is decided, over, or under way: the click came too late. */
export class AlreadyDecidedError extends RefusalError<
  "already_decided",
  {
    readonly requestId: number;
    readonly state: RequestState;
    /** The Slack id of the last person who decided; `null` if nobody did. */
    readonly lastBy: string | null;
  }
> {
  constructor(requestId: number, state: RequestState, last: Decision | null) {
    const data = { requestId, state, lastBy: last?.approver.slackUserId ?? null };
    super("already_decided", data, `${nameOf(requestId)} is ${state} already; your click changed nothing.`);
  }
}

/** A command names something with a text that can't be a name. */
export class CommandTextError extends RefusalError<
  "command_text",
  { readonly of: "role" | "organization"; readonly fault: StoredTextFault }
> {
  constructor(of: "role" | "organization", fault: StoredTextFault) {
    super("command_text", { of, fault }, `The name of a ${of} can't be read (${fault.kind}).`);
  }
}

/** A denial, dispute or freeze came with a reason that can't be taken. */
export class ReasonFaultError extends RefusalError<
  "reason_missing",
  { readonly of: "decision" | "freeze"; readonly fault: ReasonFault }
> {
  constructor(of: "decision" | "freeze", fault: ReasonFault) {
    const message =
      of === "decision" ? recordedFault(fault) : `The freeze has no good reason (${fault.kind}).`;
    super("reason_missing", { of, fault }, message);
  }
}

const NO_REASON = "Say why: the requester and the audit log need a reason.";

/** The sentence that the audit log stores of a decision without a good reason. */
function recordedFault(fault: ReasonFault): string {
  switch (fault.kind) {
    case "missing":
      return NO_REASON;
    case "says_nothing":
      return `This has no letter and no digit: a reader would learn nothing from it. ${NO_REASON}`;
    case "too_long":
      return `At most ${fault.most} characters; these are ${fault.length}.`;
    case "not_storable":
      return "Has half a character (a cut emoji?) or U+0000, which can't be stored. Remove it.";
  }
}

/** The same person (by Slack id or e-mail) decided on this request before. */
export class AlreadyApprovedByYouError extends RefusalError<
  "already_approved_by_you",
  { readonly requestId: number }
> {
  constructor(requestId: number) {
    super(
      "already_approved_by_you",
      { requestId },
      `You have approved ${nameOf(requestId)} already; it needs somebody else.`,
    );
  }
}

/** Nobody decides on their own request, whatever the policy says. */
export class OwnRequestError extends RefusalError<"own_request", null> {
  constructor() {
    super("own_request", null, "You can't decide on your own request; somebody else has to.");
  }
}

/** It is no emergency, wrote nothing, isn't carried out yet, or was ratified or disputed already. */
export class NothingToRatifyError extends RefusalError<
  "nothing_to_ratify",
  {
    readonly requestId: number;
    readonly why: "no_emergency" | "nothing_written" | RatificationState;
    /** The Slack id of the person who ratified or disputed it; `null` if nobody did. */
    readonly decidedBy: string | null;
  }
> {
  constructor({ id, emergency, ratification }: ChangeRequest) {
    const why = !emergency ? "no_emergency" : (ratification?.state ?? "nothing_written");
    const decidedBy = ratification?.decision?.by.slackUserId ?? null;
    const message = `${nameOf(id)} ${WHY_NOT_RATIFIED[why]}; your click changed nothing.`;
    super("nothing_to_ratify", { requestId: id, why, decidedBy }, message);
  }
}

const WHY_NOT_RATIFIED = {
  no_emergency: "is no emergency change",
  nothing_written: "has nothing to be ratified",
  awaiting: "is awaiting already",
  ratified: "is ratified already",
  disputed: "is disputed already",
} as const;

/** The card that was clicked showed other facts than the request has now. */
export class CardOutOfDateError extends RefusalError<"card_out_of_date", { readonly requestId: number }> {
  constructor(requestId: number) {
    const message = `${nameOf(requestId)} has changed since you saw it. Look at the card again.`;
    super("card_out_of_date", { requestId }, message);
  }
}

export type NotRenewable =
  | { readonly why: "not_requester" | "hold_unreadable"; readonly requestId: number }
  /** No number of approvals would do; `reason` are sentences of the policies. */
  | { readonly why: "not_permitted"; readonly reason: string };

/** A stale request can't be renewed, by this person or at all. */
export class NotRenewableError extends RefusalError<"not_renewable", NotRenewable> {
  constructor(data: NotRenewable) {
    super("not_renewable", data, whyNotRenewable(data));
  }
}

/** The sentence that the audit log stores. */
function whyNotRenewable(data: NotRenewable): string {
  switch (data.why) {
    case "not_requester":
      return `Only whoever asked for ${nameOf(data.requestId)} can renew it.`;
    case "hold_unreadable":
      return `Legal hold can't be read any more. Cancel ${nameOf(data.requestId)} and ask anew, so that you can confirm it with Legal.`;
    case "not_permitted":
      return data.reason;
  }
}

/** Writes are frozen already, or not frozen by anybody; `read_only`: the configuration stops them. */
export class FreezeUnchangedError extends RefusalError<
  "freeze_unchanged",
  { readonly why: "frozen" | "not_frozen" | "read_only" }
> {
  constructor(why: "frozen" | "not_frozen" | "read_only") {
    super("freeze_unchanged", { why }, `The freeze is as it was (${why}).`);
  }
}
