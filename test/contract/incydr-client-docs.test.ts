import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createReader } from "../../src/incydr/index.ts";
import { type ContractWorld, startSimulatedWorld } from "./incydr-client-world.ts";

const page = readFileSync(new URL("../../docs/incydr-client.md", import.meta.url), "utf8");

/** The methods and examples of the tables that have examples. */
const rows = [...page.matchAll(/^\| `(?<methods>[^|]+)` +\| [^|]+ \| `(?<example>[^`]+)` +\|$/gm)].map(
  ({ groups }) => ({
    methods: (groups?.methods ?? "").split("`, `"),
    example: groups?.example ?? "",
  }),
);

let world: ContractWorld;
beforeEach(async () => {
  world = await startSimulatedWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

describe("the page about the client", () => {
  test("has every method of the client in its tables, and no other", () => {
    const { users, orgs, agents, legalHold, watchlists, actors } = world.client;
    const others = Object.entries({ orgs, agents, legalHold, watchlists, actors }).flatMap(([name, api]) =>
      Object.keys(api).map((method) => `${name}.${method}`),
    );
    expect(Object.keys(users)).toHaveLength(13);
    expect(rows.flatMap(({ methods }) => methods).sort()).toEqual([...Object.keys(users), ...others].sort());
  });

  test.each(rows)("has an example for $methods that runs", async ({ example }) => {
    const names = { ...world, console: { log: () => undefined } };
    // An async function runs the text of the example.
    const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
    await new AsyncFunction(...Object.keys(names), example)(...Object.values(names));
    expect(world.server.requests.length).toBeGreaterThan(0);
  });

  test("counts the writing methods that a reader lacks", () => {
    const reading = Object.keys(createReader(world.client).users);
    const writing = Object.keys(world.client.users).filter((method) => !reading.includes(method));
    expect(page).toContain("without the six writing methods");
    expect(writing).toHaveLength(6);
  });
});
