import { expect, it } from "vitest";
import type { ChangeRequest } from "../../../../src/change-requests/index.ts";
import { findDrift, readSubjectNow } from "../../../../src/change-requests/model/find-drift.ts";
import { hashSnapshots, snapshotOf } from "../../../../src/change-requests/model/snapshot.ts";
import { IncydrError } from "../../../../src/incydr/index.ts";
import type { SubjectReader } from "../../../../src/subjects/index.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";

/** The facts about Nadia that Incydr shows now and the card of a request doesn't. */
async function driftOf(now: ReturnType<typeof someFacts> | Error, patch: Partial<ChangeRequest> = {}) {
  const state = async (_userId: string, { deadlineMs = Infinity } = {}) => {
    if (deadlineMs > 2_000) throw new Error("The person who clicked waits for too long.");
    if (now instanceof Error) throw now;
    return now;
  };
  const subjects = { state } as unknown as SubjectReader; // nothing else of it is asked
  const request = someRequest(patch);
  return findDrift(request, await readSubjectNow(request, subjects));
}

it("a subject with the facts of the request, or with the requested ones, has not drifted", async () => {
  expect(await driftOf(someFacts())).toBeNull();
  expect(await driftOf(someFacts({ active: false, roles: [] }))).toBeNull();
});

it("a subject who changed otherwise, or who is gone, has drifted", async () => {
  expect(await driftOf(someFacts({ roles: [] }))).toMatch(/^[A-Z].*\.$/);
  const gone = new IncydrError("not_found", "gone", { sent: "yes" });
  expect(await driftOf(gone)).toBe("Incydr no longer has this user.");
});

it("gained and lost roles are told by their names", async () => {
  const gained = { id: "alert-emails", name: "Alert Emails" };
  const told = await driftOf(someFacts({ roles: [gained] }));
  for (const name of ["Alert Emails", ...someFacts().roles.map((role) => role.name)])
    expect(told).toContain(name);
});

it("no drift is found while Incydr can't be read, because the execution finds it", async () => {
  expect(await driftOf(new IncydrError("unavailable", "away", { sent: "no" }))).toBeNull();
});

it("a fault of the bot is not an answer about the subject", async () => {
  await expect(driftOf(new TypeError("It is broken."))).rejects.toThrow(TypeError);
});

it("the subjects of a bulk are not read, because each is read before its own write", async () => {
  const targets = [someTarget(), someTarget({ position: 1 })];
  expect(await driftOf(someFacts({ roles: [] }), { targets })).toBeNull();
});

it("facts that do not matter for the change are no drift", async () => {
  const other = someFacts({ displayName: "N. Petrov" });
  expect(hashSnapshots([snapshotOf("deactivate", other)])).toBe(someRequest().snapshotHash);
  expect(await driftOf(other)).toBeNull();
});
