import { AppError } from "../../kernel/errors.ts";
import { foldedLine } from "../../kernel/visible-text.ts";
import type { ChangeRequest, Decision, OperatorRef } from "./change-request.ts";
import { nameOf } from "./change-request.ts";
import type { RequestState } from "./state-machine.ts";

/** The form is no longer there: expired, unknown, or opened for somebody else. */
export class DraftGoneError extends AppError<"draft_gone"> {
  constructor() {
    super("draft_gone", "This form has expired. Nothing was requested; please start again.");
  }
}

/** A form was submitted by somebody else than it was opened for. */
export class DraftOfAnotherError extends AppError<"draft_of_another"> {
  constructor() {
    super("draft_of_another", "This form was opened for somebody else. Nothing was requested.");
  }
}

export type FormField =
  | "reason"
  | "ticket"
  | "people_asked"
  | "roles"
  | "duration"
  | "org"
  | "legal_hold"
  | "who"
  | "kind";

/** What is wrong with a form, field by field. */
export class FormError extends AppError<"invalid_form"> {
  readonly fields: Readonly<Partial<Record<FormField, string>>>;

  constructor(fields: Readonly<Partial<Record<FormField, string>>>) {
    super("invalid_form", Object.values(fields).join(" "));
    // A fault may name people and things; a form shows it as one line.
    this.fields = Object.fromEntries(
      Object.entries(fields).map(([field, fault]) => [field, foldedLine(fault)]),
    );
  }
}

/** The subject already is what the change would make of them. */
export class NothingToDoError extends AppError<"nothing_to_do"> {
  constructor(message: string) {
    super("nothing_to_do", message);
  }
}

/** More roles are held than a form can show, so that replacing them would take some away unseen. */
export class TooManyRolesError extends AppError<"too_many_roles"> {
  constructor(username: string, most: number) {
    super(
      "too_many_roles",
      `${username} holds more than ${most} roles, and the form has no room for more. Add or remove roles instead.`,
    );
  }
}

/** No such role in this tenant; `similar` are names that resemble it. */
export class UnknownRoleError extends AppError<"unknown_role"> {
  readonly role: string;
  readonly similar: readonly string[];

  constructor(role: string, similar: readonly string[]) {
    super("unknown_role", `There is no role “${role}”.`);
    this.role = role;
    this.similar = similar;
  }
}

/** Several roles have this name; `roles` are some of them. Choosing the first would be a guess. */
export class AmbiguousRoleError extends AppError<"ambiguous_role"> {
  readonly roles: readonly { readonly id: string; readonly name: string }[];

  constructor(role: string, roles: AmbiguousRoleError["roles"]) {
    super("ambiguous_role", `There are several roles “${role}”.`);
    this.roles = roles;
  }
}

/** Incydr has the role, but the bot's API client may not assign it. */
export class RoleNotAssignableError extends AppError<"role_not_assignable"> {
  readonly role: string;

  constructor(role: string) {
    super("role_not_assignable", `The API client of this bot may not assign the role “${role}”.`);
    this.role = role;
  }
}

/** A request changed nothing that could be changed back, or nothing of it shows any more. */
export class NothingToUndoError extends AppError<"nothing_to_undo"> {
  constructor(why: string) {
    super("nothing_to_undo", `${why} Nothing was requested.`);
  }
}

/** No such organization in this tenant; `similar` are names that resemble it. */
export class UnknownOrgError extends AppError<"unknown_org"> {
  readonly similar: readonly string[];

  constructor(org: string, similar: readonly string[]) {
    super("unknown_org", `There is no organization “${org}”.`);
    this.similar = similar;
  }
}

/** Several organizations have this name; `orgs` are some of them. Choosing the first would be a guess. */
export class AmbiguousOrgError extends AppError<"ambiguous_org"> {
  readonly orgs: readonly { readonly id: string; readonly name: string }[];

  constructor(org: string, orgs: AmbiguousOrgError["orgs"]) {
    super("ambiguous_org", `There are several organizations “${org}”.`);
    this.orgs = orgs;
  }
}

/** The organization was deactivated: nobody can be moved there. */
export class OrgInactiveError extends AppError<"org_inactive"> {
  constructor(org: string) {
    super("org_inactive", `The organization “${org}” is inactive. Nothing was requested.`);
  }
}

/**
 * No change request has this number, or the person who names it is a subject of it. The message is the same; only the
 * audit log is told which.
 */
export class RequestNotFoundError extends AppError<"request_not_found" | "hidden_from_subject"> {
  constructor(requestId: number, why: "request_not_found" | "hidden_from_subject" = "request_not_found") {
    super(why, `There is no ${nameOf(requestId)} that you can see.`);
  }
}

/** The request is decided, over, or under way: the click came too late. */
export class AlreadyDecidedError extends AppError<"already_decided"> {
  readonly requestId: number;
  readonly state: RequestState;
  readonly last: Decision | null;

  constructor(requestId: number, state: RequestState, last: Decision | null) {
    super("already_decided", `${nameOf(requestId)} is ${state} already; your click changed nothing.`);
    this.requestId = requestId;
    this.state = state;
    this.last = last;
  }
}

/** A command names something with a text that can't be a name; the message says why. */
export class CommandTextError extends AppError<"command_text"> {
  constructor(fault: string) {
    super("command_text", fault);
  }
}

/** A denial, dispute or freeze came with a reason that can't be taken; the message says why. */
export class ReasonFaultError extends AppError<"reason_missing"> {
  constructor(fault: string) {
    super("reason_missing", fault);
  }
}

/** The same person (by Slack id or e-mail) decided on this request before. */
export class AlreadyApprovedByYouError extends AppError<"already_approved_by_you"> {
  readonly requestId: number;

  constructor(requestId: number) {
    super(
      "already_approved_by_you",
      `You have approved ${nameOf(requestId)} already; it needs somebody else.`,
    );
    this.requestId = requestId;
  }
}

/** Nobody decides on their own request, whatever the policy says. */
export class OwnRequestError extends AppError<"own_request"> {
  constructor() {
    super("own_request", "You can't decide on your own request; somebody else has to.");
  }
}

/** It is no emergency, wrote nothing, isn't carried out yet, or was ratified or disputed already. */
export class NothingToRatifyError extends AppError<"nothing_to_ratify"> {
  /** Who decided already; `null` if nobody did. */
  readonly decidedBy: OperatorRef | null;

  constructor({ id, emergency, ratification }: ChangeRequest) {
    const why = !emergency
      ? "is no emergency change"
      : ratification
        ? `is ${ratification.state} already`
        : "has nothing to be ratified";
    super("nothing_to_ratify", `${nameOf(id)} ${why}; your click changed nothing.`);
    this.decidedBy = ratification?.decision?.by ?? null;
  }
}

/** The card that was clicked showed other facts than the request has now. */
export class CardOutOfDateError extends AppError<"card_out_of_date"> {
  readonly requestId: number;

  constructor(requestId: number) {
    super("card_out_of_date", `${nameOf(requestId)} has changed since you saw it. Look at the card again.`);
    this.requestId = requestId;
  }
}

/** A stale request can't be renewed, by this person or at all; the message says why. */
export class NotRenewableError extends AppError<"not_renewable"> {
  constructor(message: string) {
    super("not_renewable", message);
  }
}

/** Writes are frozen already, or not frozen at all. */
export class FreezeUnchangedError extends AppError<"freeze_unchanged"> {
  constructor(message: string) {
    super("freeze_unchanged", message);
  }
}
