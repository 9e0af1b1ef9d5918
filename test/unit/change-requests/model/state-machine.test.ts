import { describe, expect, it } from "vitest";
import {
  ForbiddenTransitionError,
  firstRequestState,
  isOver,
  isSettled,
  needsRatification,
  nextRatificationState,
  nextRequestState,
  nextTargetState,
  RATIFICATION_EVENTS,
  RATIFICATION_STATES,
  type RatificationEvent,
  type RatificationState,
  REQUEST_EVENTS,
  REQUEST_STATES,
  type RequestEvent,
  type RequestState,
  TARGET_EVENTS,
  TARGET_STATES,
  type TargetEvent,
  type TargetState,
} from "../../../../src/change-requests/model/state-machine.ts";

// The tables of the design, a line each. Every other transition is forbidden.

const REQUEST_TABLE: readonly (readonly [RequestState[], RequestEvent, RequestState])[] = [
  [["pending"], "enough_approvals", "approved"],
  [["pending"], "denial", "denied"],
  [["pending", "approved", "stale"], "cancel", "cancelled"],
  [["pending", "approved", "stale"], "requester_lost_authority", "cancelled"],
  [["pending", "approved", "stale"], "deadline_passed", "expired"],
  [["pending", "approved"], "subject_changed", "stale"],
  [["approved"], "approver_lost_authority", "pending"],
  [["stale"], "renew", "pending"],
  [["approved"], "first_target_claimed", "executing"],
  [["executing"], "every_target_settled", "done"],
];

const TARGET_TABLE: readonly (readonly [TargetState[], TargetEvent, TargetState])[] = [
  [["waiting"], "claim", "executing"],
  [["waiting"], "skip", "skipped"],
  [["waiting"], "subject_changed", "stale"],
  [["executing", "unknown"], "read_back_shows_it", "verified"],
  [["executing", "unknown"], "read_back_denies_it", "failed"],
  [["executing"], "was_so_already", "already"],
  [["executing"], "incydr_refused", "refused"],
  [["executing"], "outcome_not_known", "unknown"],
  [["executing"], "provably_without_effect", "waiting"],
];

const RATIFICATION_TABLE: readonly (readonly [RatificationState[], RatificationEvent, RatificationState])[] =
  [
    [["awaiting"], "ratify", "ratified"],
    [["awaiting"], "dispute", "disputed"],
  ];

/** Every state with every event, and the next state by the table; `null` if there is none. */
function pairs<State, Event>(
  states: readonly State[],
  events: readonly Event[],
  table: readonly (readonly [State[], Event, State])[],
): [State, Event, State | null][] {
  return states.flatMap((from) =>
    events.map((event): [State, Event, State | null] => {
      const line = table.find(([froms, each]) => each === event && froms.includes(from));
      return [from, event, line?.[2] ?? null];
    }),
  );
}

const REQUEST_PAIRS = pairs(REQUEST_STATES, REQUEST_EVENTS, REQUEST_TABLE);
const TARGET_PAIRS = pairs(TARGET_STATES, TARGET_EVENTS, TARGET_TABLE);

describe("a change request", () => {
  it.each(REQUEST_PAIRS.filter(([, , to]) => to !== null))(
    "a request goes from %s by %s to %s",
    (from, event, to) => {
      expect(nextRequestState(from, event)).toEqual({ from, to, auditKind: `request.${to}` });
    },
  );

  it.each(REQUEST_PAIRS.filter(([, , to]) => to === null))(
    "a request that is %s can't take %s",
    (from, event) => {
      expect(() => nextRequestState(from, event)).toThrow(ForbiddenTransitionError);
      expect(() => nextRequestState(from, event)).toThrow(
        expect.objectContaining({ code: "forbidden_transition", data: { state: from, event } }),
      );
    },
  );

  it("a request begins pending, and an emergency approved", () => {
    expect(firstRequestState("request")).toBe("pending");
    expect(firstRequestState("emergency")).toBe("approved");
  });

  it("a request is over if no event leads to another state", () => {
    expect(REQUEST_STATES.filter(isOver)).toEqual(["done", "denied", "cancelled", "expired"]);
  });

  it("a request whose execution has begun can only become done", () => {
    const events = REQUEST_PAIRS.filter(([from, , to]) => from === "executing" && to !== null);
    expect(events).toEqual([["executing", "every_target_settled", "done"]]);
  });
});

describe("a target", () => {
  it.each(TARGET_PAIRS.filter(([, , to]) => to !== null))(
    "a target goes from %s by %s to %s",
    (from, event, to) => {
      expect(nextTargetState(from, event)).toEqual({ from, to, auditKind: `target.${to}` });
    },
  );

  it.each(TARGET_PAIRS.filter(([, , to]) => to === null))(
    "a target that is %s can't take %s",
    (from, event) => {
      expect(() => nextTargetState(from, event)).toThrow(
        expect.objectContaining({ code: "forbidden_transition", data: { state: from, event } }),
      );
    },
  );

  it("a target is settled unless it is waiting or executing", () => {
    expect(TARGET_STATES.filter((state) => !isSettled(state))).toEqual(["waiting", "executing"]);
  });

  it("a target is verified only by reading the subject", () => {
    const ways = TARGET_PAIRS.filter(([, , to]) => to === "verified").map(([, event]) => event);
    expect(new Set(ways)).toEqual(new Set(["read_back_shows_it"]));
  });
});

describe("a ratification", () => {
  const all = pairs(RATIFICATION_STATES, RATIFICATION_EVENTS, RATIFICATION_TABLE);

  it.each(all.filter(([, , to]) => to !== null))(
    "a ratification goes from %s by %s to %s",
    (from, event, to) => {
      expect(nextRatificationState(from, event)).toEqual({ from, to, auditKind: `ratification.${to}` });
    },
  );

  it.each(all.filter(([, , to]) => to === null))("a ratification that is %s can't take %s", (from, event) => {
    expect(() => nextRatificationState(from, event)).toThrow(ForbiddenTransitionError);
  });

  it("a ratification is due only if a write succeeded or has an unknown outcome", () => {
    expect(TARGET_STATES.filter((state) => needsRatification([state]))).toEqual(["verified", "unknown"]);
  });
});
