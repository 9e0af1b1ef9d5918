import { expect, test } from "vitest";
import type { User } from "../../../src/incydr/index.ts";
import { createPreflightMany } from "../../../src/subjects/index.ts";
import { failure, stubIncydr, USER_ID } from "./stub-incydr.ts";

/** The facts of a user among many, as Incydr answers. */
async function preflightAmongMany(user: object, answers: Parameters<typeof stubIncydr>[0] = {}) {
  const { incydr } = stubIncydr(answers);
  const preflightMany = createPreflightMany({ incydr, protectedUsernames: new Set() });
  const read = await preflightMany([{ userId: USER_ID, username: "nadia", active: true, ...user } as User]); // nothing else is read
  return read.get(USER_ID);
}

test("of many users, agents, devices and watchlists are unknown because Incydr isn't asked for them", async () => {
  const notAsked = { fact: "unknown", names: [], notAsked: true };
  expect(await preflightAmongMany({})).toMatchObject({
    active: true,
    devices: notAsked,
    agents: notAsked,
    watchlists: notAsked,
    legalHold: { fact: "no", names: [] },
  });
});

test("of many users, one whose activity Incydr doesn't say has a fault, and isn't taken for inactive", async () => {
  expect(await preflightAmongMany({ active: null })).toEqual({ fault: { kind: "activity_unknown" } });
});

test("of many users, one is blocked only if Incydr says it", async () => {
  expect(await preflightAmongMany({ blocked: true })).toMatchObject({ blocked: true });
  expect(await preflightAmongMany({})).toMatchObject({ blocked: false });
});

test("of many users, a legal hold that can't be read is unknown", async () => {
  const facts = await preflightAmongMany({}, { matters: failure("unavailable") });
  expect(facts).toMatchObject({ legalHold: { fact: "unknown", names: [] } });
});

test("of many users, one whose roles answer with a 404 is not said to be gone", async () => {
  const reading = preflightAmongMany({}, { roles: failure("not_found") });
  await expect(reading).rejects.toMatchObject({ code: "unexpected_answer" });
});
