import { expect, test } from "vitest";
import { createReader } from "../../../../src/incydr/index.ts";
import { startIncydr } from "../recorded-incydr.ts";

/** Every function that can be reached from `value`, by its path. */
function functionsOf(value: object, path = ""): string[] {
  return Reflect.ownKeys(value).flatMap((key) => {
    const member: unknown = Reflect.get(value, key);
    const name = `${path}${String(key)}`;
    if (typeof member === "function") return [name];
    return typeof member === "object" && member !== null ? functionsOf(member, `${name}.`) : [];
  });
}

test("a reader has these methods at run time, none of which writes", async () => {
  await using incydr = await startIncydr();
  expect(functionsOf(createReader(incydr)).sort()).toEqual([
    "actors.byName",
    "agents.getAgents",
    "legalHold.mattersOf",
    "limiter.aheadOf",
    "limiter.read",
    "orgs.get",
    "orgs.list",
    "renewToken",
    "users.getDevices",
    "users.getPage",
    "users.getRole",
    "users.getUser",
    "users.iterAll",
    "users.listRoles",
    "users.listUserRoles",
    "watchlists.of",
  ]);
});

test("a reader can't be given a writing method later", async () => {
  await using incydr = await startIncydr();
  const reader = createReader(incydr);
  expect(() => Object.assign(reader.users, { deactivate: incydr.users.deactivate })).toThrow(TypeError);
});
