import { isTerminal, nextState, type Transition, type Transitions } from "./state-machine.ts";

// The life of a grant, as a table. A failed removal is counted, and changes no state.

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

/** Events that end a grant without a write. */
const SUPERSEDED = {
  another_grant_holds_it: "superseded",
  given_for_good: "superseded",
  taken_away_already: "superseded",
} as const satisfies Partial<Record<GrantEvent, GrantState>>;

export const GRANT_TRANSITIONS: Transitions<GrantState, GrantEvent> = {
  active: { end_reached: "revoking", revoke_now: "revoking", ...SUPERSEDED },
  revoking: { read_back_shows_it: "revoked", ...SUPERSEDED },
  revoked: {},
  superseded: {},
};

export type SupersedingEvent = keyof typeof SUPERSEDED;

/** @throws {ForbiddenTransitionError} if the table has no such transition */
export function nextGrantState(from: GrantState, event: GrantEvent): Transition<GrantState> {
  const to = nextState(GRANT_TRANSITIONS, from, event);
  return { from, to, auditKind: `grant.${to}` };
}

/** Whether this grant still has to remove the role. */
export function isOpenGrant(state: GrantState): boolean {
  return !isTerminal(GRANT_TRANSITIONS, state);
}
