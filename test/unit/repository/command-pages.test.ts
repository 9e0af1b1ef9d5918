import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { COMMAND_HELP } from "../../../src/slack/texts/command-help.ts";

it("the README names each command", async () => {
  const readme = await readFile("README.md", "utf8");
  const table = readme.slice(readme.indexOf("## Commands in Slack"));
  const named = new Set(
    [...table.matchAll(/`(?:\/incydr )?([a-z-]+)(?:\\\||[ `])/g)].map(([, name]) => name),
  );
  for (const alternative of table.matchAll(/`\/incydr ([a-z-]+)\\\|([a-z-]+)/g)) named.add(alternative[2]);
  const missing = Object.keys(COMMAND_HELP).filter((name) => name !== "menu" && !named.has(name));
  expect(missing).toEqual([]);
});
