import type {
  ForbiddenError,
  IdentityUnavailableError,
  PoliciesDifferError,
  PolicyError,
  UnknownPersonError,
} from "../../authorization/index.ts";
import { DirectoryUnavailableError } from "../../authorization/index.ts";
import { type IncydrErrorCode, isIncydrError } from "../../incydr/index.ts";
import { type AppError, RefusalError } from "../../kernel/errors.ts";
import type {
  AmbiguousSubjectError,
  MentionWithoutEmailError,
  NoSubjectNamedError,
  SubjectNotFoundError,
  SubjectUnreadableError,
  UnmappedOperatorError,
} from "../../subjects/index.ts";
import type { BulkFileError, NothingToRequestError } from "./bulk-draft.ts";
import type { BulkControl } from "./click.ts";
import type { FormError } from "./form-faults.ts";
import type { NothingToRevokeError } from "./grant.ts";
import { isRefusal } from "./is-refusal.ts";
import type {
  CardChannelNotAllowedError,
  ChannelNotAllowedError,
  ConfidentialityFault,
} from "./placement.ts";
import type {
  AlreadyApprovedByYouError,
  AlreadyDecidedError,
  AmbiguousOrgError,
  AmbiguousRoleError,
  CardOutOfDateError,
  CommandTextError,
  DraftGoneError,
  DraftOfAnotherError,
  FreezeUnchangedError,
  NothingToDoError,
  NothingToRatifyError,
  NothingToUndoError,
  NotRenewableError,
  OrgInactiveError,
  OwnRequestError,
  ReasonFaultError,
  RequestNotFoundError,
  RoleNotAssignableError,
  TooManyRolesError,
  UnknownOrgError,
  UnknownRoleError,
} from "./request-errors.ts";
import type { ForbiddenTransitionError } from "./state-machine.ts";
import type { StoredTextFault } from "./text-faults.ts";

/** The code and the data of an error class. */
type CodeAndData<E> =
  E extends RefusalError<infer Code, infer Data> ? { readonly code: Code; readonly data: Data } : never;

/** Why a question of `/incydr can` can't be understood. */
export type PermissionQuestionFault =
  | { readonly why: "unknown_action" | "no_subject"; readonly action: string }
  | { readonly why: "nobody_mentioned" }
  | { readonly why: "unknown_change"; readonly change: string };

/** Why what was pasted into the first form of a bulk can't be taken; `one_of_two`: lines or a file, not both. */
export type BulkInputFault = StoredTextFault | { readonly kind: "one_of_two" };

/** Why something was not done, as plain JSON; `slack/texts` makes the answer to the person from it. */
export type Refusal =
  | CodeAndData<
      | ForbiddenError
      | DirectoryUnavailableError
      | UnknownPersonError
      | IdentityUnavailableError
      | PoliciesDifferError
      | PolicyError
    >
  | CodeAndData<
      | UnmappedOperatorError
      | NoSubjectNamedError
      | SubjectUnreadableError
      | SubjectNotFoundError
      | AmbiguousSubjectError
      | MentionWithoutEmailError
    >
  | CodeAndData<
      | DraftGoneError
      | DraftOfAnotherError
      | TooManyRolesError
      | UnknownRoleError
      | AmbiguousRoleError
      | RoleNotAssignableError
      | UnknownOrgError
      | AmbiguousOrgError
      | OrgInactiveError
      | FormError
      | CommandTextError
      | NothingToDoError
      | NothingToUndoError
      | BulkFileError
      | NothingToRequestError
      | ChannelNotAllowedError
    >
  | CodeAndData<
      | RequestNotFoundError
      | AlreadyDecidedError
      | AlreadyApprovedByYouError
      | OwnRequestError
      | NothingToRatifyError
      | NothingToRevokeError
      | CardOutOfDateError
      | NotRenewableError
      | ReasonFaultError
      | FreezeUnchangedError
      | CardChannelNotAllowedError
      | ForbiddenTransitionError
    >
  | { readonly code: "nowhere_to_post"; readonly data: { readonly why: ConfidentialityFault } }
  | {
      readonly code: "bulk_unchanged";
      readonly data: { readonly requestId: number; readonly control: BulkControl };
    }
  | {
      readonly code: "bulk_input";
      readonly data: { readonly field: "text" | "roles"; readonly fault: BulkInputFault };
    }
  | { readonly code: "permission_question"; readonly data: PermissionQuestionFault }
  | {
      readonly code: "incydr";
      /** `detail` is the message of the API client. */
      readonly data: { readonly fault: IncydrErrorCode; readonly detail: string };
    }
  /** An error that no code above is for; people read its message. */
  | { readonly code: "other"; readonly data: { readonly errorCode: string; readonly message: string } };

/** Why something was not done; `error` is one for which `isRefusal` holds, or one of Incydr's. */
export function refusalOf(error: AppError): Refusal {
  if (isIncydrError(error)) return { code: "incydr", data: { fault: error.code, detail: error.message } };
  // A policy forbids what it can't decide; the reason is that Slack could not be asked.
  if (error.code === "forbidden" && error.cause instanceof DirectoryUnavailableError)
    return refusalOf(error.cause);
  if (!(error instanceof RefusalError))
    return { code: "other", data: { errorCode: error.code, message: error.message } };
  const { code, data } = error;
  return { code, data } as Refusal; // it names the code and data of every RefusalError of `src`
}

/** The refusal that an error is for the person who asked; `null`: it isn't known whether anything was done. */
export function refusalOrNull(error: unknown): Refusal | null {
  return isIncydrError(error) || isRefusal(error) ? refusalOf(error) : null;
}
