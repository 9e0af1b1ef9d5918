import { expect, it } from "vitest";
import type { ChangeRequest } from "../../../../src/change-requests/index.ts";
import { findDrift } from "../../../../src/change-requests/model/find-drift.ts";
import { hashSnapshots, snapshotOf } from "../../../../src/change-requests/model/snapshot.ts";
import { IncydrError } from "../../../../src/incydr/index.ts";
import type { SubjectReader } from "../../../../src/subjects/index.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";

/** The facts about Nadia that Incydr shows now and the card of a request doesn't. */
function driftOf(now: ReturnType<typeof someFacts> | Error, patch: Partial<ChangeRequest> = {}) {
  const state = async (_userId: string, { deadlineMs = Infinity } = {}) => {
    if (deadlineMs > 2_000) throw new Error("Whoever clicked waits longer than they should.");
    if (now instanceof Error) throw now;
    return now;
  };
  const subjects = { state } as unknown as SubjectReader; // nothing else of it is asked
  return findDrift(someRequest(patch), subjects);
}

it("a subject who is as they were, or as the request would make them, hasn't drifted", async () => {
  expect(await driftOf(someFacts())).toBeNull();
  expect(await driftOf(someFacts({ active: false, roles: [] }))).toBeNull();
});

it("a subject who changed otherwise has, and so has one who is gone", async () => {
  expect(await driftOf(someFacts({ roles: [] }))).toMatch(/^[A-Z].*\.$/);
  const gone = new IncydrError("not_found", "gone", { sent: "yes" });
  expect(await driftOf(gone)).toBe("Incydr no longer has this user.");
});

it("roles that came and went since are told by their names, not their ids", async () => {
  const gained = { id: "alert-emails", name: "Alert Emails" };
  const told = await driftOf(someFacts({ roles: [gained] }));
  for (const name of ["Alert Emails", ...someFacts().roles.map((role) => role.name)])
    expect(told).toContain(name);
});

it("while Incydr can't be read nothing is known, which the execution finds out", async () => {
  expect(await driftOf(new IncydrError("unavailable", "away", { sent: "no" }))).toBeNull();
});

it("a fault of the bot itself is no answer about the subject", async () => {
  await expect(driftOf(new TypeError("It is broken."))).rejects.toThrow(TypeError);
});

it("of a bulk each subject is read before its own write alone", async () => {
  const targets = [someTarget(), someTarget({ position: 1 })];
  expect(await driftOf(someFacts({ roles: [] }), { targets })).toBeNull();
});

it("what is approved is what would be changed: other facts don't matter", async () => {
  const other = someFacts({ displayName: "N. Petrov" });
  expect(hashSnapshots([snapshotOf("deactivate", other)])).toBe(someRequest().snapshotHash);
  expect(await driftOf(other)).toBeNull();
});
