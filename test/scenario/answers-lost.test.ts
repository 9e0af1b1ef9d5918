import { describe, expect, test } from "vitest";
import type { Fault } from "../../sandbox/slack/web-api/faults.ts";
import { auditEntries, auditLength } from "../support/scenario-audit.ts";
import { makeBulk } from "../support/scenario-bulks.ts";
import { answerTo, answerToClick } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";
import { withAction } from "../support/tampers.ts";

const world = useWorld();
const NADIA = emailOf("nadia.petrov");

/** Ways in which Slack does not take an answer at a response URL. */
const FAULTS = [
  { kind: "http_error", status: 503 },
  { kind: "drop" },
  { kind: "refused", error: "used_url" },
  { kind: "html" },
] as const satisfies readonly Partial<Fault>[];

/** Acts while the response URL takes no answer; returns the messages that the person then gets in the channel. */
async function toldTo(who: string, act: () => Promise<unknown>, fault: (typeof FAULTS)[number] = FAULTS[0]) {
  const { slack } = world();
  const person = slack.as(who);
  const earlier = new Set(person.sees(APPROVALS).map(({ ts }) => ts));
  const failing = slack.faults.add({ method: "response_url", ...fault });
  await answerTo(person, APPROVALS, act);
  await untilQuiet(world());
  expect(failing.hits).toBeGreaterThan(0);
  failing.release();
  return person
    .sees(APPROVALS)
    .filter(({ ts, ephemeral, plain }) => ephemeral && !earlier.has(ts) && plain !== "Looking up…")
    .map(({ plain }) => plain);
}
const type = (who: string, command: string) => () =>
  world().slack.as(who).command(command, { in: APPROVALS });

describe("while the response URL fails", () => {
  test.for(FAULTS)(
    "the answers to freeze and unfreeze come once in another way, and claim nothing wrong, after %j",
    async (fault) => {
      const after = await auditLength(world());
      const frozen = await toldTo("theo", type("theo", "/incydr freeze too fast"), fault);
      const unfrozen = await toldTo("theo", type("theo", "/incydr unfreeze"), fault);
      for (const told of [frozen, unfrozen]) {
        expect(told).toHaveLength(1);
        expect(told.join()).not.toMatch(/othing was done|not done|went wrong/);
      }
      expect(frozen.join()).toMatch(/stopped|frozen/);
      expect((await auditEntries(world(), { after })).map(({ kind }) => kind)).toEqual([
        "writes.frozen",
        "writes.unfrozen",
      ]);
    },
  );

  test.for([
    ["help", "/incydr help", "/incydr user"],
    ["a look-up", `/incydr user ${NADIA}`, "Nadia Petrov"],
    ["a question", "/incydr can me lookup", "can look up users"],
    ["a command without its request", "/incydr undo", "Name the request"],
    ["an unknown command", "/incydr dance", "There is no “/incydr dance”"],
    ["a refusal", "/incydr user nobody.at.all", "Incydr has no user"],
  ] as const)("the answer to %s comes once in another way", async ([_what, command, part]) => {
    const told = await toldTo("maya", type("maya", command));
    expect(told).toHaveLength(1);
    expect(told.join()).toContain(part);
  });

  test("the answer to a forged button comes once in another way", async () => {
    const { card } = await makeRequest(world(), { command: `/incydr deactivate ${NADIA}` });
    const theo = world().slack.as("theo");
    const tamper = withAction({ value: "1; drop table" });
    const told = await toldTo("theo", () => theo.click("Approve", { message: card, tamper }));
    expect(told).toHaveLength(1);
  });

  test("an answer in a conversation without the bot comes by direct message", async () => {
    const { slack } = world();
    const theo = slack.as("theo");
    slack.faults.add({ method: "response_url", kind: "http_error", status: 503 });
    await theo.command("/incydr help", { in: "no-bot-here" });
    await theo.waitForMessage("dm", /\/incydr user/);
  });
});

async function deactivationOf(...names: readonly string[]) {
  const input = { "Or pasted lines": names.map(emailOf).join("\n") };
  const made = await makeBulk(world(), { command: "/incydr bulk deactivate", input });
  await untilQuiet(world());
  return made;
}

test("a list of users that the bot lacks a scope to send is refused with the name of the scope", async () => {
  const { slack } = world();
  const { card } = await deactivationOf("uma.chen", "sam.ortega");
  slack.admin.withdrawScope("files:write");
  const { plain } = await answerToClick(slack.as("theo"), "List users", card);
  slack.admin.grantScope("files:write");
  expect(plain).toContain("The bot lacks the Slack scope files:write.");
  await slack.as("maya").click("Cancel request", { message: card });
});

describe("while Slack doesn't take a file", () => {
  test.for([
    ["file upload", 503],
    ["files.completeUploadExternal", 500],
  ] as const)(
    "the person is told that the file waits, and gets it once after the end of the fault: %s",
    async ([method, status]) => {
      const { slack } = world();
      const { card, name } = await deactivationOf("ann.karlsson", "mei.kim");
      const priya = slack.as("priya");
      const fault = slack.faults.add({ method, kind: "http_error", status });
      await priya.click("List users", { message: card });
      await fault.waitForHits(1);
      if (method === "file upload") await priya.waitForMessage(APPROVALS, /Your click is saved/);
      fault.release();
      const list = `Users in ${name}, in the order of execution`;
      expect((await priya.waitForMessage("dm", list)).files).toHaveLength(1);
      await untilQuiet(world());
      expect(priya.sees("dm").filter(({ plain }) => plain.includes(list))).toHaveLength(1);
      const lists = (await auditEntries(world())).filter(
        ({ kind, request }) => kind === "subjects.looked_up" && request === name,
      );
      expect(lists).toHaveLength(1);
      await slack.as("maya").click("Cancel request", { message: card });
    },
  );
});
