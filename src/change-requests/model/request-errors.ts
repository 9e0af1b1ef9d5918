import { RefusalError } from "../../kernel/errors.ts";
import type { ChangeRequest, Decision } from "./change-request.ts";
import { nameOf } from "./change-request.ts";
import {
  type NothingToDo,
  type NothingToUndo,
  nothingToDoMessage,
  nothingToUndoMessage,
} from "./refusal-causes.ts";
import type { RatificationState, RequestState } from "./state-machine.ts";
import type { ReasonFault, StoredTextFault } from "./text-faults.ts";

/** The form is no longer there: expired, unknown, or opened for somebody else. */
export class DraftGoneError extends RefusalError<"draft_gone", null> {
  constructor() {
    super("draft_gone", null, "This form has expired. Nothing was requested; please start again.");
  }
}

/** A form was submitted by somebody else than it was opened for. */
export class DraftOfAnotherError extends RefusalError<"draft_of_another", null> {
  constructor() {
    super("draft_of_another", null, "This form was opened for somebody else. Nothing was requested.");
  }
}

/** The subject already is what the change would make of them. */
export class NothingToDoError extends RefusalError<"nothing_to_do", NothingToDo> {
  constructor(data: NothingToDo) {
    super("nothing_to_do", data, nothingToDoMessage(data));
  }
}

/** More roles are held than a form can show, so that replacing them would take some away unseen. */
export class TooManyRolesError extends RefusalError<
  "too_many_roles",
  { readonly username: string; readonly most: number }
> {
  constructor(username: string, most: number) {
    super(
      "too_many_roles",
      { username, most },
      `${username} holds more than ${most} roles, and the form has no room for more. Add or remove roles instead.`,
    );
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
    super("role_not_assignable", { role }, `The API client of this bot may not assign the role “${role}”.`);
  }
}

/** A request changed nothing that could be changed back, or nothing of it shows any more. */
export class NothingToUndoError extends RefusalError<"nothing_to_undo", NothingToUndo> {
  constructor(data: NothingToUndo) {
    super("nothing_to_undo", data, nothingToUndoMessage(data));
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
    super("org_inactive", { org }, `The organization “${org}” is inactive. Nothing was requested.`);
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
