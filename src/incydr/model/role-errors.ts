import { IncydrError, type IncydrErrorDetails } from "./errors.ts";
import type { RoleId } from "./ids.ts";

/** A role as errors name it; the name is null where only the id is known. */
export interface NamedRole {
  readonly roleId: RoleId;
  readonly roleName: string | null;
}

/** One role of a call that can't be used, and why. */
export interface RoleFault {
  /** The role as the caller wrote it, id or name. */
  readonly role: string;
  readonly reason: "not_found" | "not_held" | "not_assignable" | "ambiguous";
}

/** Roles of a call that can't be used, all of them at once; nothing was written. */
export class RoleFaultsError extends IncydrError<"invalid"> {
  readonly faults: readonly RoleFault[];

  constructor(message: string, faults: readonly RoleFault[]) {
    super("invalid", message, { sent: "no" });
    this.faults = faults;
  }
}

/** The subject's roles are not the expected ones; nothing was written. */
export class RolesChangedError extends IncydrError<"conflict"> {
  readonly expected: readonly RoleId[];
  readonly actual: readonly NamedRole[];

  constructor(message: string, expected: readonly RoleId[], actual: readonly NamedRole[]) {
    super("conflict", message, { sent: "no" });
    this.expected = expected;
    this.actual = actual;
  }
}

/** Incydr answered the replacement of roles but left some out: a partial failure. */
export class RolesIgnoredError extends IncydrError<"roles_ignored"> {
  readonly ignored: readonly NamedRole[];

  constructor(message: string, ignored: readonly NamedRole[], details: IncydrErrorDetails) {
    super("roles_ignored", message, details);
    this.ignored = ignored;
  }
}
