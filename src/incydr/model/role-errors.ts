import { IncydrError, type IncydrErrorDetails } from "./errors.ts";
import type { RoleId } from "./ids.ts";

/** A role in an error; the name is null if only the id is known. */
export interface NamedRole {
  readonly roleId: RoleId;
  readonly roleName: string | null;
}

/** A role of a call that can't be used, and the reason. */
export interface RoleFault {
  /** The caller's text: an id or a name. */
  readonly role: string;
  readonly reason: "not_found" | "not_held" | "not_assignable" | "ambiguous";
}

/** Some roles of a call can't be used; nothing was written. `faults` has all of them. */
export class RoleFaultsError extends IncydrError<"invalid"> {
  readonly faults: readonly RoleFault[];

  constructor(message: string, faults: readonly RoleFault[]) {
    super("invalid", message, { sent: "no" });
    this.faults = faults;
  }
}

/** The user's roles are not the expected ones; nothing was written. */
export class RolesChangedError extends IncydrError<"conflict"> {
  readonly expected: readonly RoleId[];
  readonly actual: readonly NamedRole[];

  constructor(message: string, expected: readonly RoleId[], actual: readonly NamedRole[]) {
    super("conflict", message, { sent: "no" });
    this.expected = expected;
    this.actual = actual;
  }
}

/** Incydr replaced the roles, but left some out: a partial failure. */
export class RolesIgnoredError extends IncydrError<"roles_ignored"> {
  readonly ignored: readonly NamedRole[];

  constructor(message: string, ignored: readonly NamedRole[], details: IncydrErrorDetails) {
    super("roles_ignored", message, details);
    this.ignored = ignored;
  }
}
