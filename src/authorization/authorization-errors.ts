import { AppError } from "../kernel/errors.ts";
import type { Denial } from "./policy-engine.ts";

/** The policy forbids what was asked; `denial` says which rule and who could. */
export class ForbiddenError extends AppError<"forbidden"> {
  readonly denial: Denial;

  constructor(denial: Denial) {
    super("forbidden", denial.reasons.join(" "));
    this.denial = denial;
  }
}

/** Slack could not be asked who somebody is or which groups they are in. */
export class DirectoryUnavailableError extends AppError<"directory_unavailable"> {
  constructor(cause: unknown, message = "Slack could not be asked who you are and which groups you are in.") {
    super("directory_unavailable", message, { cause });
  }
}

/** Slack refuses to look up an address, such as a username that is no e-mail address. It may be anybody's. */
export class AddressRefusedError extends DirectoryUnavailableError {
  constructor(cause: unknown) {
    super(cause, "Slack refuses to look up which account this user has.");
  }
}

/**
 * Groups that the policies name were renamed, disabled or deleted: who could do what without them is not what
 * the policies' authors meant, and a rule that forbids something to their members would hold for nobody.
 */
export class GroupGoneError extends DirectoryUnavailableError {
  constructor(handles: readonly string[]) {
    const names = handles.map((handle) => `@${handle}`).join(", ");
    const message = `The policies speak of ${names}, which Slack no longer has under this name: it was renamed, disabled or deleted.`;
    super(null, message);
  }
}

/** Slack knows nobody with this id. */
export class UnknownPersonError extends AppError<"unknown_person"> {
  constructor(slackUserId: string) {
    super("unknown_person", `Slack knows nobody with the id ${slackUserId}.`);
  }
}

/** Incydr could not be asked which of its users somebody is. */
export class IdentityUnavailableError extends AppError<"identity_unavailable"> {
  constructor(cause: unknown) {
    const message =
      "Incydr could not be asked which of its users you are. Nothing was done. Try again in a moment.";
    super("identity_unavailable", message, { cause });
  }
}

/** The policy files can't be used; the message lists every fault with its file and line. */
export class PolicyError extends AppError<"invalid_policy"> {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super("invalid_policy", `The policies can't be used:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}
