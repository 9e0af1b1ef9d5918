import { RefusalError } from "../kernel/errors.ts";
import type { Denial } from "./questions.ts";

/** The policies forbid an action. `denial` names the rules and the groups that could act. */
export class ForbiddenError extends RefusalError<
  "forbidden",
  Pick<Denial, "action" | "reasons" | "whoCould">
> {
  readonly denial: Denial;

  /** A `cause` says why the policies could not decide; then the action is forbidden too. */
  constructor(denial: Denial, options?: ErrorOptions) {
    const { action, reasons, whoCould } = denial;
    super("forbidden", { action, reasons, whoCould }, reasons.join(" "), options);
    this.denial = denial;
  }
}

/**
 * A fault that only an administrator can repair.
 * - `user_groups_unavailable`: the workspace's plan has no user groups
 * - `missing_scope`: the bot's token lacks scopes; `scopes` are those that Slack names, such as `usergroups:read`
 */
export type DirectoryRemedy =
  | { readonly kind: "user_groups_unavailable" }
  | { readonly kind: "missing_scope"; readonly scopes: string | null };

export type DirectoryFault =
  | DirectoryRemedy
  | { readonly kind: "not_answering" }
  | { readonly kind: "address_refused" }
  | { readonly kind: "groups_gone"; readonly handles: readonly string[] };

/** The bot could not read a person or the groups from Slack. */
export class DirectoryUnavailableError extends RefusalError<"directory_unavailable", DirectoryFault> {
  /** `null` if the fault may pass by itself. */
  readonly remedy: DirectoryRemedy | null;

  constructor(
    cause: unknown,
    message = "The bot could not read from Slack who you are and which groups you are in.",
    remedy: DirectoryRemedy | null = null,
    fault: DirectoryFault = remedy ?? { kind: "not_answering" },
  ) {
    super("directory_unavailable", fault, message, { cause });
    this.remedy = remedy;
  }
}

/** Slack refuses to look up an address, such as a username that is no e-mail address. The account stays unknown. */
export class AddressRefusedError extends DirectoryUnavailableError {
  constructor(cause: unknown) {
    const message = "Slack refuses to look up the account of this user.";
    super(cause, message, null, { kind: "address_refused" });
  }
}

/**
 * Groups that the policies name were renamed, disabled or deleted. The policies must not decide without them: a rule that
 * forbids an action to their members would apply to no person.
 */
export class GroupGoneError extends DirectoryUnavailableError {
  constructor(handles: readonly string[]) {
    const names = handles.map((handle) => `@${handle}`).join(", ");
    const message = `The policies name groups that Slack no longer has: ${names}. They were renamed, disabled or deleted.`;
    super(null, message, null, { kind: "groups_gone", handles });
  }
}

export class UnknownPersonError extends RefusalError<"unknown_person", { readonly slackUserId: string }> {
  constructor(slackUserId: string) {
    super("unknown_person", { slackUserId }, `Slack has no user with the id ${slackUserId}.`);
  }
}

/** The bot could not read from Incydr which user a person is. */
export class IdentityUnavailableError extends RefusalError<"identity_unavailable", null> {
  constructor(cause: unknown) {
    const message = "The bot could not read from Incydr which of its users you are. Try again in a moment.";
    super("identity_unavailable", null, message, { cause });
  }
}

/** The policy files can't be used; the message lists every fault with its file and line. */
export class PolicyError extends RefusalError<"invalid_policy", { readonly faults: readonly string[] }> {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    const message = `The policies can't be used:\n${faults.map((fault) => `  ${fault}`).join("\n")}`;
    super("invalid_policy", { faults }, message);
    this.faults = faults;
  }
}
