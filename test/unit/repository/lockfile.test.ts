import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("the lockfile has its members in npm's order, so that an install of a package changes that package's lines alone", () => {
  const lockfile = JSON.parse(readFileSync(new URL("../../../package-lock.json", import.meta.url), "utf8"));
  expect(Object.keys(lockfile)).toEqual(["name", "version", "lockfileVersion", "requires", "packages"]);
});
