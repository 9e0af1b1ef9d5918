import { describe, expect, it } from "vitest";
import {
  GRANT_EVENTS,
  GRANT_STATES,
  type GrantEvent,
  type GrantState,
  isOpenGrant,
  nextGrantState,
} from "../../../../src/change-requests/model/grant-states.ts";
import { ForbiddenTransitionError } from "../../../../src/change-requests/model/state-machine.ts";

// The table of the design, a line each. Every other transition is forbidden.

const GRANT_TABLE: readonly (readonly [GrantState[], GrantEvent, GrantState])[] = [
  [["active"], "end_reached", "revoking"],
  [["active"], "revoke_now", "revoking"],
  [["revoking"], "read_back_shows_it", "revoked"],
  [["active", "revoking"], "another_grant_holds_it", "superseded"],
  [["active", "revoking"], "given_for_good", "superseded"],
  [["active", "revoking"], "taken_away_already", "superseded"],
];

const PAIRS = GRANT_STATES.flatMap((from) =>
  GRANT_EVENTS.map((event): [GrantState, GrantEvent, GrantState | null] => {
    const line = GRANT_TABLE.find(([froms, each]) => each === event && froms.includes(from));
    return [from, event, line?.[2] ?? null];
  }),
);

describe("a grant", () => {
  it.each(PAIRS.filter(([, , to]) => to !== null))("a grant goes from %s by %s to %s", (from, event, to) => {
    expect(nextGrantState(from, event)).toEqual({ from, to, auditKind: `grant.${to}` });
  });

  it.each(PAIRS.filter(([, , to]) => to === null))("a grant that is %s can't take %s", (from, event) => {
    expect(() => nextGrantState(from, event)).toThrow(ForbiddenTransitionError);
  });

  it("a grant is open until its role is revoked or left to another grant", () => {
    expect(GRANT_STATES.filter(isOpenGrant)).toEqual(["active", "revoking"]);
  });
});
