import { describe, expect, it, test } from "vitest";
import {
  endOfGrant,
  grantThatStays,
  NothingToRevokeError,
  warningTime,
} from "../../../../src/change-requests/model/grant.ts";
import { someGrant } from "../../../support/domain-objects.ts";

const BEGIN = new Date("2026-11-01T10:00:00Z");
const HOUR_MS = 3_600_000;

test.each([
  [1, 0.25],
  [8, 2],
  [24, 6],
  [24 * 7, 24],
  [24 * 30, 24],
])("the end of a grant of %d hours is announced %d hours before", (hours, before) => {
  const endsAt = endOfGrant(BEGIN, hours);
  expect(endsAt.getTime() - BEGIN.getTime()).toBe(hours * HOUR_MS);
  const warnAt = warningTime({ grantedAt: BEGIN, endsAt });
  expect((endsAt.getTime() - warnAt.getTime()) / HOUR_MS).toBe(before);
});

test.each([
  ["gave_none", []],
  ["under_way", [someGrant({ state: "revoked" }), someGrant({ state: "revoking" })]],
  ["over", [someGrant({ state: "revoked" }), someGrant({ state: "superseded" })]],
] as const)("the refusal of Revoke now without active grants says why: %s", (why, grants) => {
  expect(new NothingToRevokeError(1, grants).data).toEqual({ requestId: 1, why });
});

test("a time of seconds that is written in hours ends to the millisecond", () => {
  expect(endOfGrant(BEGIN, 20 / 3600).getTime() - BEGIN.getTime()).toBe(20_000);
});

describe("the grant with which a role stays", () => {
  const mine = someGrant();
  const until = (hours: number) => new Date(BEGIN.getTime() + hours * HOUR_MS);
  const another = someGrant({ requestId: 2, endsAt: until(9) });

  it("a role stays with the other active grant that ends last", () => {
    const last = someGrant({ requestId: 3, endsAt: until(30) });
    expect(grantThatStays(mine, [mine, another, last])).toBe(last);
  });

  it.each([
    ["this grant itself", mine],
    ["one that is being revoked", { ...another, state: "revoking" as const }],
    ["one that is over", { ...another, state: "superseded" as const }],
    ["one of another role", { ...another, role: { id: "org-admin", name: "Org Admin" } }],
  ])("a role does not stay with %s", (_, other) => {
    expect(grantThatStays(mine, [other])).toBeNull();
  });
});
