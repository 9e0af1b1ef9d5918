import { ForbiddenTransitionError, type Transition } from "./state-machine.ts";

// The life of a grant, as a table. Nothing here reads or writes anything. That an attempt to take a role away has
// failed is counted and no state: the grant is being revoked until it is true.

export const GRANT_STATES = ["active", "revoking", "revoked", "superseded"] as const;
export type GrantState = (typeof GRANT_STATES)[number];

export const GRANT_EVENTS = [
  "end_reached",
  "revoke_now",
  "read_back_shows_it",
  "another_grant_holds_it",
  "given_for_good",
  "taken_away_already",
] as const;
export type GrantEvent = (typeof GRANT_EVENTS)[number];

/** Events after which the role is somebody else's business: this grant takes nothing away. */
const SUPERSEDED = {
  another_grant_holds_it: "superseded",
  given_for_good: "superseded",
  taken_away_already: "superseded",
} as const satisfies Partial<Record<GrantEvent, GrantState>>;

/** What each event makes of each state; whatever isn't here is forbidden. */
export const GRANT_TRANSITIONS: Readonly<
  Record<GrantState, Partial<Readonly<Record<GrantEvent, GrantState>>>>
> = {
  active: { end_reached: "revoking", revoke_now: "revoking", ...SUPERSEDED },
  revoking: { read_back_shows_it: "revoked", ...SUPERSEDED },
  revoked: {},
  superseded: {},
};

/** Why a grant is superseded. */
export type SupersedingEvent = keyof typeof SUPERSEDED;

/**
 * The next state of a grant, and its audit entry's kind.
 * @throws {ForbiddenTransitionError}
 */
export function nextGrantState(from: GrantState, event: GrantEvent): Transition<GrantState> {
  const to = GRANT_TRANSITIONS[from][event];
  if (!to) throw new ForbiddenTransitionError(from, event);
  return { from, to, auditKind: `grant.${to}` };
}

/** Whether the role is still to be taken away by this grant. */
export function isOpenGrant(state: GrantState): boolean {
  return Object.keys(GRANT_TRANSITIONS[state]).length > 0;
}
