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
import type { FormError } from "./form-faults.ts";
import type { NothingToRevokeError } from "./grant.ts";
import { isRefusal } from "./is-refusal.ts";
import type {
  CardChannelNotAllowedError,
  ChannelNotAllowedError,
  ConfidentialityFault,
} from "./placement.ts";
import type * as requestErrors from "./request-errors.ts";
import type { ForbiddenTransitionError } from "./state-machine.ts";

type CodeAndData<E> =
  E extends RefusalError<infer Code, infer Data> ? { readonly code: Code; readonly data: Data } : never;

type Instance<Class> = Class extends new (...args: never) => infer Error ? Error : never;

/** Why an action was not done, as plain JSON; `slack/texts` makes the answer to the person from it. */
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
  | CodeAndData<Instance<(typeof requestErrors)[keyof typeof requestErrors]>>
  | CodeAndData<
      | FormError
      | BulkFileError
      | NothingToRequestError
      | ChannelNotAllowedError
      | CardChannelNotAllowedError
      | NothingToRevokeError
      | ForbiddenTransitionError
    >
  | { readonly code: "nowhere_to_post"; readonly data: { readonly why: ConfidentialityFault } }
  | {
      readonly code: "incydr";
      /** `detail` is the message of the API client. */
      readonly data: { readonly fault: IncydrErrorCode; readonly detail: string };
    }
  /** An error without an own kind of refusal; people read its message. */
  | { readonly code: "other"; readonly data: { readonly errorCode: string; readonly message: string } };

/** Makes the refusal of an error for which `isRefusal` holds, or of an error of Incydr. */
export function refusalOf(error: AppError): Refusal {
  if (isIncydrError(error)) return { code: "incydr", data: { fault: error.code, detail: error.message } };
  // If Slack does not answer, the policies forbid the action. The person gets the outage as the reason.
  if (error.code === "forbidden" && error.cause instanceof DirectoryUnavailableError)
    return refusalOf(error.cause);
  if (!(error instanceof RefusalError))
    return { code: "other", data: { errorCode: error.code, message: error.message } };
  const { code, data } = error;
  return { code, data } as Refusal; // `Refusal` has the code and data of every RefusalError of `src`
}

/** The refusal for the person who asked; `null` if it is unknown whether anything was done. */
export function refusalOrNull(error: unknown): Refusal | null {
  return isIncydrError(error) || isRefusal(error) ? refusalOf(error) : null;
}
