import { describe, expect, test } from "vitest";
import type { Tamper } from "../../sandbox/slack/driver/client-context.ts";
import { readBulk } from "../support/scenario-bulks.ts";
import { answerToCommand, expectNoEffect } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  deny,
  emailOf,
  makeRequest,
  openChoice,
  openForm,
  untilForm,
} from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const world = useWorld();

const ANN = emailOf("ann.karlsson");
/** Puts a text that Slack's own client wouldn't send into each field in which `placed` stands. */
const replaced =
  (placed: string, text: string): Tamper =>
  (payload) =>
    JSON.parse(JSON.stringify(payload).replaceAll(placed, JSON.stringify(text).slice(1, -1)));

test("the shortcut's form takes a pasted name and address, and refuses two users", async () => {
  const jonas = world().slack.as("jonas");
  await openChoice(jonas, jonas.post("inc-4711", "Look at this."));
  await jonas.fill({ User: "a@x.example, b@x.example", Change: "Deactivate" });
  expect(await jonas.submit()).toMatchObject({
    closed: false,
    errors: { User: "Names 2 users: a@x.example, b@x.example. Name only one." },
  });
  await jonas.fill({ User: `Ann Karlsson <mailto:${ANN}|${ANN}>` });
  await jonas.submit();
  expect((await untilForm(jonas)).plain).toContain(ANN);
});

test("pasted lines with U+0000 and half a character are named, and the others used", async () => {
  const maya = world().slack.as("maya");
  await maya.command("/incydr bulk deactivate", { in: APPROVALS });
  await maya.waitForModal(({ submit }) => submit === "Preview");
  await maya.fill({ "Or pasted lines": `${ANN}\nPLACED` });
  await maya.submit({ tamper: replaced("PLACED", "x\0y\nx\uD83D") });
  const form = await maya.waitForModal(({ submit }) => submit === "Request approval", { timeoutMs: 30_000 });
  expect(form.plain).toContain("1 user would change. 2 lines skipped (2 can't be used).");
  expect(form.plain).toContain("Line 2: x\uFFFDy: The user contains a character that can't be read");
  expect(form.plain).toContain("Line 3: x\uFFFD: The user contains a character that can't be read");
});

describe("a text without meaning", () => {
  test.for(["\u200B", "\u2800", "\u3164", ".", "---", "a\0b", "a\uD83D"])(
    "a reason and a ticket of %j are refused at their fields",
    async (text) => {
      const maya = world().slack.as("maya");
      await openForm(maya, `/incydr deactivate ${ANN}`);
      await expectNoEffect(world(), { by: "maya", rejected: { fields: ["reason", "ticket"] } }, async () => {
        await maya.fill({ Reason: "PLACED", Ticket: "PLACED" });
        const { errors } = await maya.submit({ tamper: replaced("PLACED", text) });
        expect(Object.keys(errors ?? {})).toEqual(["Reason", "Ticket"]);
      });
    },
  );

  test("a reason of a denial without letters is refused at its field", async () => {
    const { card } = await makeRequest(world(), { command: `/incydr deactivate ${emailOf("mei.kim")}` });
    const theo = world().slack.as("theo");
    expect(await deny(theo, card, "---")).toMatchObject({
      closed: false,
      errors: {
        Reason: "This has no letters or digits. Enter a reason for the requester and the audit log.",
      },
    });
    expect(theo.modal()?.plain).toContain("---");
  });
});

test("a freeze whose reason has no letters freezes nothing, and is given back", async () => {
  const priya = world().slack.as("priya");
  const { plain } = await answerToCommand(priya, "/incydr freeze …");
  expect(plain).toContain("Nothing is frozen yet.");
  expect(plain).toContain("You typed /incydr freeze …");
});

test("the refusal of a bulk whose lines are all faults gives them back", async () => {
  const form = await readBulk(world(), {
    command: "/incydr bulk add-roles",
    input: {
      "Or pasted lines": "nobody@harborlight.example\nno.one@harborlight.example",
      Roles: "Alert Emails",
    },
  });
  expect(form.plain).toContain(
    "No user on the list would be changed. Nothing was requested. See the skipped lines.",
  );
  expect(form.plain).toContain("Your lines\n▎nobody@harborlight.example\n▎no.one@harborlight.example");
  expect(form.plain).toContain("Your roles or organization Alert Emails");
});

test.for([
  ["40,000 letters", "a".repeat(40_000)],
  ["base64", Buffer.alloc(30_000, "\u0001~").toString("base64")],
  ["64 KB of addresses without an end", "a@a@".repeat(16_384)],
] as const)("the shortcut on an alert of %s opens its form while its trigger is valid", async ([, text]) => {
  const jonas = world().slack.as("jonas");
  const message = jonas.post("inc-4711", `${text.slice(0, 39_000)} ${ANN}`);
  const modal = await openChoice(jonas, message);
  expect(modal.plain).toContain("User named in the message");
});
