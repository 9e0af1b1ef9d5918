import fc from "fast-check";
import { expect, it } from "vitest";
import { outcomeOfRequest } from "../../../../src/change-requests/model/change-request.ts";
import { isSettled, outcomeOf, TARGET_STATES } from "../../../../src/change-requests/model/state-machine.ts";
import { someRequest, someTarget } from "../../../support/domain-objects.ts";

const SETTLED = TARGET_STATES.filter(isSettled);
const settled = fc.constantFrom(...SETTLED);

it.each([
  [["verified"], "verified"],
  [["already"], "verified"],
  [["verified", "already"], "verified"],
  [["verified", "refused"], "partly_verified"],
  [["already", "skipped"], "partly_verified"],
  [["verified", "stale", "failed"], "partly_verified"],
  [["refused"], "failed"],
  [["failed"], "failed"],
  [["skipped", "stale"], "failed"],
  [["unknown"], "unknown"],
  [["verified", "unknown"], "unknown"],
  [["failed", "unknown"], "unknown"],
] as const)("the outcome of %j is %s", (targets, outcome) => {
  expect(outcomeOf(targets)).toBe(outcome);
});

it("the outcome never claims more than is known of any target", () => {
  fc.assert(
    fc.property(fc.array(settled, { minLength: 1 }), (targets) => {
      const good = targets.filter((state) => state === "verified" || state === "already");
      const outcome = outcomeOf(targets);
      expect(outcome === "unknown").toBe(targets.includes("unknown"));
      if (outcome === "verified") expect(good).toHaveLength(targets.length);
      if (outcome === "failed") expect(good).toEqual([]);
      if (outcome === "partly_verified") expect(good.length).toBeGreaterThan(0);
    }),
  );
});

it("only a done request has an outcome", () => {
  const targets = [someTarget({ state: "verified" })];
  expect(outcomeOfRequest(someRequest({ state: "done", targets }))).toBe("verified");
  expect(outcomeOfRequest(someRequest({ state: "executing", targets }))).toBeNull();
  expect(outcomeOfRequest(someRequest({ state: "denied" }))).toBeNull();
});
