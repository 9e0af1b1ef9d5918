import { expect, test } from "vitest";
import { answerToCommand, refusedCommand } from "../support/scenario-effects.ts";
import { emailOf } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const world = useWorld();
const ask = async (line: string) =>
  (await answerToCommand(world().slack.as("maya"), `/incydr ${line}`)).plain;

test("/incydr devices lists the devices of a user, filtered and sorted by Incydr", async () => {
  const all = await ask(`devices ${NADIA}`);
  expect(all).toMatch(/^\d+ devices? of nadia\.petrov@harborlight\.example/);
  expect(all).toMatch(/: host “[^”]+”, active, .*, last connected /);
  const sorted = await ask(`devices ${NADIA} --active --sort last-connected --desc`);
  expect(sorted).toContain("with these filters");
  const sent = world()
    .incydr.requestLog()
    .findLast(({ path }) => path.endsWith("/devices"));
  expect(JSON.stringify(sent)).toMatch(/lastConnected/);
  expect(await ask(`devices ${NADIA} --blocked`)).toBe(
    `Incydr lists no devices of ${NADIA} with these filters.`,
  );
});

test("/incydr agents lists the agents of a user, and /incydr role one role with its permissions", async () => {
  expect(await ask(`agents ${NADIA}`)).toMatch(/agents? of nadia\.petrov@harborlight\.example/);
  const role = await ask("role alert emails");
  expect(role).toContain("Alert Emails");
  expect(role).toContain("The bot can add this role to users.");
  expect(await ask("role")).toContain("Name the role, such as /incydr role Alert Emails.");
  expect(await ask("role Alert")).toContain("Alert Emails");
});

test.for([
  [`devices ${NADIA} --active --inactive`, "--inactive"],
  [`devices ${NADIA} --sort size`, "use one of: name, os, host, last-connected."],
  ["devices nobody@harborlight.example", "nobody@harborlight.example"],
  ["agents", "Name the user"],
])("/incydr %s is answered with what to do", async ([line = "", why = ""]) => {
  expect(await ask(line)).toContain(why);
});

test.for([403, 500])("a list that Incydr answers with %i is not shown as empty", async (status) => {
  const fault = world().incydr.control.addFault({ kind: "status", on: "GET /v1/users/*/devices", status });
  try {
    const told = await ask(`devices ${NADIA}`);
    expect(told).not.toContain("lists no devices");
    expect(told).toMatch(/Incydr|went wrong/);
  } finally {
    fault.remove();
  }
});

test("people who may not look up users get no devices and no role", async () => {
  for (const line of [`devices ${NADIA}`, `agents ${NADIA}`, "role Alert Emails"]) {
    const audited = [{ kind: "attempt.forbidden", by: "U0SAM" }];
    const answer = await refusedCommand(world(), `/incydr ${line}`, { by: "sam", in: "general", audited });
    expect(answer.plain).toContain("You don't have permission");
  }
});
