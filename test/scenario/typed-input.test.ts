import { describe, expect, test } from "vitest";
import type { Tamper } from "../../sandbox/slack/driver/client-context.ts";
import { readBulk } from "../support/scenario-bulks.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerTo, expectNoEffect } from "../support/scenario-effects.ts";
import { APPROVALS, deny, emailOf, makeRequest } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

const PEOPLE = ["ann.karlsson", "sam.ortega", "mei.kim", "uma.chen"].map(emailOf);
const [ANN = ""] = PEOPLE;
/** As people paste them. */
const PASTED = [
  "<mailto:ann.karlsson@harborlight.example|ann.karlsson@harborlight.example>",
  "mailto:sam.ortega@harborlight.example",
  "Mei Kim <mei.kim@harborlight.example>",
  "“uma.chen@harborlight.example”",
];

/** Puts a text that Slack's own client wouldn't send into each field in which `placed` stands. */
const replaced =
  (placed: string, text: string): Tamper =>
  (payload) =>
    JSON.parse(JSON.stringify(payload).replaceAll(placed, JSON.stringify(text).slice(1, -1)));

describe("what people paste names a user", () => {
  test.for(PASTED.map((typed, index) => [typed, PEOPLE[index] ?? ""] as const))(
    "in a command: %s",
    async ([typed, username]) => {
      const maya = world().slack.as("maya");
      const card = await answerTo(maya, APPROVALS, () =>
        maya.command(`/incydr user ${typed}`, { in: APPROVALS }),
      );
      expect(card.plain).toContain(username);
      expect(card.plain).not.toContain("Incydr has no user");
    },
  );

  test("in the lines of a bulk", async () => {
    const form = await readBulk(world(), {
      command: "/incydr bulk deactivate",
      input: { "Or pasted lines": PASTED.join("\n") },
    });
    expect(form.plain).toContain("4 users would change.");
    await world().slack.as("maya").close();
  });

  test("in the form that the shortcut opens", async () => {
    const jonas = world().slack.as("jonas");
    await jonas.shortcut("Act on this user", { message: jonas.post("inc-4711", "Look at this.") });
    await jonas.waitForModal(({ submit }) => submit === "Continue");
    await jonas.fill({ User: "a@x.example, b@x.example", Change: "Deactivate" });
    expect(await jonas.submit()).toMatchObject({
      closed: false,
      errors: { User: "Names 2 users: a@x.example, b@x.example. Name only one." },
    });
    await jonas.fill({ User: `Ann Karlsson <mailto:${ANN}|${ANN}>` });
    await jonas.submit();
    expect((await jonas.waitForModal(({ submit }) => submit === "Request approval")).plain).toContain(ANN);
    await jonas.close();
  });
});

test("a line whose 80th character is an emoji is named, with its text, and the form answers", async () => {
  const line = `${"x".repeat(79)}😀@harborlight.example`;
  const form = await readBulk(world(), {
    command: "/incydr bulk deactivate",
    input: { "Or pasted lines": `${ANN}\n${line}` },
  });
  expect(form.plain).toContain("1 user would change. 1 line skipped (1 can't be used).");
  expect(form.plain).toContain(`Line 2: ${"x".repeat(79)}…: Incydr has no such user.`);
  await world().slack.as("maya").close();
});

test("lines with U+0000 and half a character are named, and the others used", async () => {
  const maya = world().slack.as("maya");
  await maya.command("/incydr bulk deactivate", { in: APPROVALS });
  await maya.waitForModal(({ submit }) => submit === "Preview");
  await maya.fill({ "Or pasted lines": `${ANN}\nPLACED` });
  await maya.submit({ tamper: replaced("PLACED", "x\0y\nx\uD83D") });
  const form = await maya.waitForModal(({ submit }) => submit === "Request approval", { timeoutMs: 30_000 });
  expect(form.plain).toContain("1 user would change. 2 lines skipped (2 can't be used).");
  expect(form.plain).toContain("Line 2: x\uFFFDy: The user contains a character that can't be read");
  expect(form.plain).toContain("Line 3: x\uFFFD: The user contains a character that can't be read");
  await maya.close();
});

describe("a reason or a ticket is refused at its field", () => {
  test.for(["\u200B", "\u2800", "\u3164", ".", "---", "a\0b", "a\uD83D"])("if it is %j", async (text) => {
    const maya = world().slack.as("maya");
    await maya.command(`/incydr deactivate ${ANN}`, { in: APPROVALS });
    await maya.waitForModal(({ submit }) => submit === "Request approval");
    const audited = [{ kind: "attempt.rejected", details: { fields: ["reason", "ticket"] } }];
    await expectNoEffect(world(), { by: "maya", audited }, async () => {
      await maya.fill({ Reason: "PLACED", Ticket: "PLACED" });
      const { errors } = await maya.submit({ tamper: replaced("PLACED", text) });
      expect(Object.keys(errors ?? {})).toEqual(["Reason", "Ticket"]);
    });
    await maya.close();
  });

  test("of a denial", async () => {
    const { card } = await makeRequest(world(), { command: `/incydr deactivate ${emailOf("mei.kim")}` });
    const theo = world().slack.as("theo");
    expect(await deny(theo, card, "---")).toMatchObject({
      closed: false,
      errors: {
        Reason: "This has no letters or digits. Enter a reason for the requester and the audit log.",
      },
    });
    expect(theo.modal()?.plain).toContain("---");
    await theo.close();
  });
});

test("a freeze with a reason that says nothing freezes nothing, and is given back", async () => {
  const priya = world().slack.as("priya");
  const { plain } = await answerTo(priya, APPROVALS, () =>
    priya.command("/incydr freeze …", { in: APPROVALS }),
  );
  expect(plain).toContain("Nothing is frozen yet.");
  expect(plain).toContain("You typed /incydr freeze …");
});

describe("what was typed is given back", () => {
  test("by the answer to a command that is refused", async () => {
    const maya = world().slack.as("maya");
    for (const command of [
      "/incydr user nobody@harborlight.example",
      "/incydr roles a@x.example,b@x.example add Alert Emails",
      "/incydr deactivat ann.karlsson@harborlight.example",
    ]) {
      const { plain } = await answerTo(maya, APPROVALS, () => maya.command(command, { in: APPROVALS }));
      expect(plain).toContain(`You typed ${command}`);
    }
  });

  test("by the modal in which a command found nobody", async () => {
    const maya = world().slack.as("maya");
    await maya.command("/incydr roles nobody@harborlight.example add “Alert Emails”", { in: APPROVALS });
    const { plain } = await maya.waitForModal("Incydr has no user “nobody@harborlight.example”.");
    expect(plain).toContain("You typed /incydr roles nobody@harborlight.example add “Alert Emails”");
    await maya.close();
  });

  test("by the notice in place of a form that has expired", async () => {
    const maya = world().slack.as("maya");
    await maya.command(`/incydr deactivate ${ANN}`, { in: APPROVALS });
    await maya.waitForModal(({ submit }) => submit === "Request approval");
    await maya.fill({ Reason: "Leaves today, as HR wrote", Ticket: "HR-77" });
    await advance(31 * 60_000);
    await maya.submit();
    const plain = maya.modal()?.plain;
    expect(plain).toContain("This form has expired.");
    expect(plain).toContain("Your reason Leaves today, as HR wrote");
    expect(plain).toContain("Your ticket HR-77");
    await maya.close();
  });

  test("by the refusal of a bulk whose lines are all faults", async () => {
    const form = await readBulk(world(), {
      command: "/incydr bulk add-roles",
      input: {
        "Or pasted lines": "nobody@harborlight.example\nno.one@harborlight.example",
        Roles: "Alert Emails",
      },
    });
    expect(form.plain).toContain("No user is left to change. Nothing was requested.");
    expect(form.plain).toContain("Your lines\n▎nobody@harborlight.example\n▎no.one@harborlight.example");
    expect(form.plain).toContain("Your roles or organization Alert Emails");
    await world().slack.as("maya").close();
  });

  test("by the refusal of a denial that comes after its form has closed", async () => {
    const { slack } = world();
    const [theo, priya] = [slack.as("theo"), slack.as("priya")];
    const { card } = await makeRequest(world(), { command: `/incydr deactivate ${emailOf("uma.chen")}` });
    await priya.click("Deny", { message: card });
    await priya.waitForModal(({ submit }) => submit === "Deny");
    await deny(theo, card, "First");
    await untilQuiet(world());
    const { plain } = await answerTo(priya, APPROVALS, async () => {
      await priya.fill({ Reason: "Still needed until Friday" });
      await priya.submit();
    });
    expect(plain).toContain("is already denied. Your click changed nothing.");
    expect(plain).toContain("Your reason Still needed until Friday");
  });
});

test.for([
  ["40,000 letters", "a".repeat(40_000)],
  ["base64", Buffer.alloc(30_000, "\u0001~").toString("base64")],
  ["64 KB of addresses without an end", "a@a@".repeat(16_384)],
] as const)("the shortcut on an alert of %s opens its form while its trigger is valid", async ([, text]) => {
  const jonas = world().slack.as("jonas");
  const message = jonas.post("inc-4711", `${text.slice(0, 39_000)} ${ANN}`);
  await jonas.shortcut("Act on this user", { message });
  const modal = await jonas.waitForModal(({ submit }) => submit === "Continue");
  expect(modal.plain).toContain("User named in the message");
  await jonas.close();
});
