import { RefusalError } from "../../kernel/errors.ts";
import type { DirectorySummary } from "../../subjects/index.ts";
import type { ChangeRequest, Decision } from "./change-request.ts";
import { nameOf } from "./change-request.ts";
import type { BulkControl } from "./click.ts";
import { defineRefusal } from "./define-refusal.ts";
import {
  type NothingToDo,
  type NothingToUndo,
  nothingToDoMessage,
  nothingToUndoMessage,
} from "./refusal-causes.ts";
import type { RequestState } from "./state-machine.ts";
import type { ReasonFault, StoredTextFault } from "./text-faults.ts";

// Refusals of requests, and the messages that the audit log stores of them. People read the sentences of slack/texts.

/** The form is expired or unknown. */
export class DraftGoneError extends defineRefusal("draft_gone", () => ({
  data: null,
  message: "This form has expired. Nothing was requested; please start again.",
})) {}

/** A person submitted a form that was opened for somebody else. */
export class DraftOfAnotherError extends defineRefusal("draft_of_another", () => ({
  data: null,
  message: "This form was opened for somebody else. Nothing was requested.",
})) {}

/** The change would have no effect. */
export class NothingToDoError extends defineRefusal("nothing_to_do", (data: NothingToDo) => ({
  data,
  message: nothingToDoMessage(data),
})) {}

/** The user holds more roles than a form can show, so a replacement would remove some without showing them. */
export class TooManyRolesError extends defineRefusal("too_many_roles", (username: string, most: number) => ({
  data: { username, most },
  message: `${username} holds more than ${most} roles, and the form has no room for more. Add or remove roles instead.`,
})) {}

/** `similar`: names of roles that resemble the typed one. */
export class UnknownRoleError extends defineRefusal(
  "unknown_role",
  (role: string, similar: readonly string[]) => ({
    data: { role, similar },
    message: `There is no role “${role}”.`,
  }),
) {}

/** One of several roles or organizations in an answer. */
export interface NamedOption {
  readonly id: string;
  readonly name: string;
}

/** `roles`: some of the roles with this name. */
export class AmbiguousRoleError extends defineRefusal(
  "ambiguous_role",
  (role: string, roles: readonly NamedOption[]) => ({
    data: { role, roles },
    message: `There are several roles “${role}”.`,
  }),
) {}

/** Incydr has the role, but the bot's API client may not assign it. */
export class RoleNotAssignableError extends defineRefusal("role_not_assignable", (role: string) => ({
  data: { role },
  message: `The API client of this bot may not assign the role “${role}”.`,
})) {}

/** Nothing of the request can be undone. */
export class NothingToUndoError extends defineRefusal("nothing_to_undo", (data: NothingToUndo) => ({
  data,
  message: nothingToUndoMessage(data),
})) {}

/** `similar`: names of organizations that resemble the typed one. */
export class UnknownOrgError extends defineRefusal(
  "unknown_org",
  (org: string, similar: readonly string[]) => ({
    data: { org, similar },
    message: `There is no organization “${org}”.`,
  }),
) {}

/** `orgs`: some of the organizations with this name. */
export class AmbiguousOrgError extends defineRefusal(
  "ambiguous_org",
  (org: string, orgs: readonly NamedOption[]) => ({
    data: { org, orgs },
    message: `There are several organizations “${org}”.`,
  }),
) {}

export class OrgInactiveError extends defineRefusal("org_inactive", (org: string) => ({
  data: { org },
  message: `The organization “${org}” is inactive. Nothing was requested.`,
})) {}

/** No request has this number, or the reader is its subject. Only the audit log says which. */
export class RequestNotFoundError extends RefusalError<
  "request_not_found" | "hidden_from_subject",
  { readonly requestId: number }
> {
  constructor(requestId: number, why: "request_not_found" | "hidden_from_subject" = "request_not_found") {
    super(why, { requestId }, `There is no ${nameOf(requestId)} that you can see.`);
  }
}

/** The click came too late. `lastBy`: the Slack id of the last person who decided; `null` if nobody did. */
export class AlreadyDecidedError extends defineRefusal(
  "already_decided",
  (requestId: number, state: RequestState, last: Decision | null) => ({
    data: { requestId, state, lastBy: last?.approver.slackUserId ?? null },
    message: `${nameOf(requestId)} is ${state} already; your click changed nothing.`,
  }),
) {}

/** A command names a role or an organization with a text that can't be a name. */
export class CommandTextError extends defineRefusal(
  "command_text",
  (of: "role" | "organization", fault: StoredTextFault) => ({
    data: { of, fault },
    message: `The name of a ${of} can't be read (${fault.kind}).`,
  }),
) {}

/** A command asks for roles for a time that the form does not offer. Lengths are in hours; `null` is permanent. */
export class LengthNotOfferedError extends defineRefusal(
  "length_not_offered",
  (wanted: number | null, offered: readonly (number | null)[]) => ({
    data: { wanted, offered },
    message: "The roles can't be added for the wanted time.",
  }),
) {}

/** The reason of a denial, dispute or freeze has a fault. */
export class ReasonFaultError extends defineRefusal(
  "reason_missing",
  (of: "decision" | "freeze", fault: ReasonFault) => ({
    data: { of, fault },
    message: of === "decision" ? decisionFault(fault) : `The freeze has no good reason (${fault.kind}).`,
  }),
) {}

const NO_REASON = "Say why: the requester and the audit log need a reason.";

function decisionFault(fault: ReasonFault): string {
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

/** The same person (by Slack id or e-mail) has approved this request before. */
export class AlreadyApprovedByYouError extends defineRefusal(
  "already_approved_by_you",
  (requestId: number) => ({
    data: { requestId },
    message: `You have approved ${nameOf(requestId)} already; it needs somebody else.`,
  }),
) {}

/** A requester never decides on their own request, even if the policies permit it. */
export class OwnRequestError extends defineRefusal("own_request", () => ({
  data: null,
  message: "You can't decide on your own request; somebody else has to.",
})) {}

/** The request does not wait for a ratification. `decidedBy`: the Slack id of the person who ratified or disputed it. */
export class NothingToRatifyError extends defineRefusal(
  "nothing_to_ratify",
  ({ id, emergency, ratification }: ChangeRequest) => {
    const why = !emergency ? "no_emergency" : (ratification?.state ?? "nothing_written");
    const decidedBy = ratification?.decision?.by.slackUserId ?? null;
    return {
      data: { requestId: id, why, decidedBy } as const,
      message: `${nameOf(id)} ${WHY_NOT_RATIFIED[why]}; your click changed nothing.`,
    };
  },
) {}

const WHY_NOT_RATIFIED = {
  no_emergency: "is no emergency change",
  nothing_written: "has nothing to be ratified",
  awaiting: "is awaiting already",
  ratified: "is ratified already",
  disputed: "is disputed already",
} as const;

/** The clicked card showed other facts than the request has now. */
export class CardOutOfDateError extends defineRefusal("card_out_of_date", (requestId: number) => ({
  data: { requestId },
  message: `${nameOf(requestId)} has changed since you saw it. Look at the card again.`,
})) {}

export type NotRenewable =
  | { readonly why: "not_requester" | "hold_unreadable"; readonly requestId: number }
  /** No number of approvals is enough; `reason`: the policies' sentences. */
  | { readonly why: "not_permitted"; readonly reason: string };

export class NotRenewableError extends defineRefusal("not_renewable", (data: NotRenewable) => ({
  data,
  message: notRenewableMessage(data),
})) {}

function notRenewableMessage(data: NotRenewable): string {
  switch (data.why) {
    case "not_requester":
      return `Only whoever asked for ${nameOf(data.requestId)} can renew it.`;
    case "hold_unreadable":
      return `Legal hold can't be read any more. Cancel ${nameOf(data.requestId)} and ask anew, so that you can confirm it with Legal.`;
    case "not_permitted":
      return data.reason;
  }
}

/** `read_only`: the configuration stops all changes. */
export class FreezeUnchangedError extends defineRefusal(
  "freeze_unchanged",
  (why: "frozen" | "not_frozen" | "read_only") => ({
    data: { why },
    message: `The freeze is as it was (${why}).`,
  }),
) {}

/** The bulk is not being carried out, or is paused or resumed already. */
export class BulkUnchangedError extends defineRefusal(
  "bulk_unchanged",
  (requestId: number, control: BulkControl) => ({
    data: { requestId, control },
    message: `${nameOf(requestId)} can't ${control} now; your click changed nothing.`,
  }),
) {}

/** `one_of_two`: the form takes lines or a file, not both. */
export type BulkInputFault = StoredTextFault | { readonly kind: "one_of_two" };

/** A field of the first form of a bulk has a fault. */
export class BulkInputError extends defineRefusal(
  "bulk_input",
  (field: "text" | "roles", fault: BulkInputFault) => ({
    data: { field, fault },
    message: `The ${field} of the bulk can't be taken (${fault.kind}).`,
  }),
) {}

export type PermissionQuestionFault =
  | { readonly why: "unknown_action" | "no_subject"; readonly action: string }
  | { readonly why: "nobody_mentioned" }
  | { readonly why: "unknown_change"; readonly change: string };

/** A question of `/incydr can` can't be understood. */
export class PermissionQuestionError extends defineRefusal(
  "permission_question",
  (fault: PermissionQuestionFault) => ({
    data: fault,
    message: `The question can't be understood (${fault.why}).`,
  }),
) {}

/** Only full members of the bot's own workspace get files of users. */
export class NotFullMemberError extends defineRefusal("not_full_member", () => ({
  data: null,
  message: "Only full members of this workspace can export users.",
})) {}

/** No user is known to match the filter of an export. `mayMatch`: users who may match it. */
export class NothingToExportError extends defineRefusal(
  "nothing_to_export",
  ({ mayMatch, age: { readUsers, isEveryUserRead } }: DirectorySummary) => ({
    data: { mayMatch, age: { readUsers, isEveryUserRead } },
    message: "No user is known to match the filter.",
  }),
) {}
