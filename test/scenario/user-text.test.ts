import { expect, test } from "vitest";
import { auditEntries } from "../support/scenario-audit.ts";
import { answerToCommand } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  deny,
  emailOf,
  makeRequest,
  openChoice,
  openForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

/** Everything that Slack reads as markup somewhere. */
const TYPED = "<!channel> <https://x|y> *bold* &lt; _it_ ~s~ `c` :smile: <@U0NADIA>";
const AUDIT = "insider-risk-audit";
const NADIA = emailOf("nadia.petrov");
const world = useWorld();

/** The notifications of the bot's messages to others than the operators whom they name. */
function otherPings() {
  const operators = ["U0MAYA", "U0THEO", "U0JONAS"];
  return world().slack.pings.filter(({ kind, target }) => kind !== "user" || !operators.includes(target));
}

test("a reason and a ticket appear as typed in the form, the card and the audit channel, and alarm nobody", async () => {
  const { slack } = world();
  const [maya, theo] = [slack.as("maya"), slack.as("theo")];
  await openForm(maya, `/incydr roles ${NADIA} add Alert Emails`);
  await maya.fill({ Reason: TYPED, Ticket: TYPED, "Roles to add": null });
  expect(await maya.submit()).toMatchObject({ closed: false });
  for (const label of ["Reason", "Ticket"])
    expect(maya.modal()?.fields.find((field) => field.label === label)).toMatchObject({ shown: TYPED });
  await maya.fill({ "Roles to add": ["Alert Emails"] });
  await maya.submit();

  const card = await waitForCard(world(), { id: 1 });
  expect(card.plain.split("\n")).toContain(`▎${TYPED}`);
  expect(card.plain.split("\n")).toContain(`Ticket “${TYPED}”`);
  const done = await approveAndWait(world(), { id: 1, card });
  expect(done.plain.split("\n")).toContain(`▎${TYPED}`);
  await untilQuiet(world());
  const told = await theo.waitForMessage(AUDIT, `reason: “${TYPED}”`);
  expect(told.plain).toContain(`ticket: “${TYPED}”`);
  expect(otherPings()).toEqual([]);
});

test("a text that names no user is told back as typed, to the person alone", async () => {
  const { slack } = world();
  const [maya, theo] = [slack.as("maya"), slack.as("theo")];
  const answer = await answerToCommand(maya, `/incydr user ${TYPED}`);
  expect(answer.plain).toBe(
    `Contains other words besides <@U0NADIA>. Write only the user.\nYou typed /incydr user ${TYPED}`,
  );
  await untilQuiet(world());
  // The message is not posted in the channel, because its text may be about a reader of the channel.
  const told = await theo.waitForMessage(AUDIT, "subject unreadable");
  expect(told.plain).not.toContain("<!channel>");
  expect(otherPings()).toEqual([]);
});

test.for([
  [`/incydr deactivate ${TYPED}`, `You typed /incydr deactivate ${TYPED}`],
  [`/incydr ${TYPED}`, "There is no “/incydr <!channel>”."],
] as const)("%s is told back as typed", async ([command, told]) => {
  const answer = await answerToCommand(world().slack.as("maya"), command);
  expect(answer.plain).toContain(told);
  expect(otherPings()).toEqual([]);
});

test("the loading modal shows the name as typed", async () => {
  const { slack, incydr } = world();
  const maya = slack.as("maya");
  for (const [typed, shown] of [
    ["x *bold* &lt; _it_ ~s~ `c` :smile: y", "x *bold* &lt; _it_ ~s~ `c` :smile: y"],
    [NADIA, NADIA],
    ["@nadia", "@nadia.petrov"],
    ["example.com", "example.com"],
    ["https://console.example/users/1", "https://console.example/users/1"],
  ] as const) {
    // Jobs of earlier tests ask Incydr as well.
    await untilQuiet(world());
    const held = incydr.control.hold("**", { times: 100 });
    await maya.command(`/incydr deactivate ${typed}`, { in: APPROVALS });
    await maya.waitForModal(`Looking up ${shown} in Incydr…`);
    held.release();
    await maya.waitForModal(({ plain }) => !plain.includes("Looking up"));
    await maya.close();
  }
});

test("a role that doesn't exist is told back as typed", async () => {
  const maya = world().slack.as("maya");
  await maya.command(`/incydr roles ${NADIA} add ${TYPED}`, { in: APPROVALS });
  await maya.waitForModal(`There is no role “${TYPED}”.`);
});

test("the reason of a freeze appears as typed in the audit log and the restricted channel", async () => {
  const { slack } = world();
  const [jonas, theo] = [slack.as("jonas"), slack.as("theo")];
  await answerToCommand(jonas, `/incydr freeze ${TYPED} by @nadia`);
  await theo.waitForMessage("insider-risk-restricted", `reason: “${TYPED} by @nadia.petrov”`);
  const entries = await auditEntries(world());
  expect(entries.at(-1)).toMatchObject({
    kind: "writes.frozen",
    details: { reason: `${TYPED} by @nadia.petrov` },
  });
  await answerToCommand(theo, "/incydr unfreeze");
  expect(otherPings()).toEqual([]);
});

test("a name that Incydr shows, full of markup, is shown as it is", async () => {
  const { slack, incydr } = world();
  const maya = slack.as("maya");
  const username = "<!channel>&lt;*x*@harborlight.example";
  const person = { username, firstName: TYPED, lastName: "*Name*", orgName: "Research" };
  const { userId } = incydr.control.edit.addUser(person);
  const answer = await answerToCommand(maya, `/incydr user ${userId}`);
  expect(answer.plain.split("\n").slice(0, 2)).toEqual([`“${TYPED} *Name*”`, `Username ${username}`]);
  const { id, card } = await makeRequest(world(), { command: `/incydr deactivate ${userId}` });
  const [title, ...rest] = card.plain.split("\n");
  expect(title).toBe(`CR-${id} · Deactivate · ${username}`);
  expect(rest).toContain(`User “${TYPED} *Name*”, Research, active`);
  await approveAndWait(
    world(),
    { id, card },
    { shows: `Done and verified. ${username} is now deactivated.` },
  );
  await slack.as("theo").waitForMessage(AUDIT, `CR-${id} · the bot · ${username}`);
  expect(otherPings()).toEqual([]);
});

test("a message's own markup is no command to the shortcut: it offers the names in it, and nothing else", async () => {
  const jonas = world().slack.as("jonas");
  const message = jonas.post("inc-4711", `${TYPED} ${NADIA} and ${NADIA}`);
  const choice = await openChoice(jonas, message);
  expect(choice.fields[0]?.options).toEqual([NADIA]);
});

test("no notification shows typed text as markup", () => {
  const { slack } = world();
  const seen = [
    slack.as("maya").sees(APPROVALS),
    slack.as("theo").sees(APPROVALS),
    slack.as("theo").sees(AUDIT),
  ].flat();
  for (const { text, notification } of seen.filter(({ isBot }) => isBot)) {
    expect(text).not.toMatch(/[<>]/);
    expect(notification).not.toContain("@channel");
  }
});

test("typed lines that look like the bot's own are quoted on the card, in the thread and in the audit channel", async () => {
  const { slack } = world();
  const theo = slack.as("theo");
  const faked = [
    "👍 Approved by @Priya Raman on Nov 29, 2026 7:40 PM",
    "Legal hold no",
    "✅ Done and verified. It is done.",
  ];
  const typed = ["Leaves today", ...faked].join("\n");
  const { id, card } = await makeRequest(world(), {
    command: `/incydr deactivate ${NADIA}`,
    fields: { Reason: typed, Ticket: null },
  });
  await deny(theo, card, typed);
  await waitForCard(world(), { id, shows: "Denied." });
  await untilQuiet(world());
  await theo.waitForMessage(AUDIT, ({ plain }) => plain.includes("request.denied") && plain.includes("▎"));
  const seen = [APPROVALS, AUDIT].flatMap((channel) => theo.sees(channel));
  const lines = seen.flatMap(({ plain, notification }) => [
    ...plain.split("\n"),
    ...notification.split("\n"),
  ]);
  for (const line of faked) {
    expect(lines.filter((each) => each.trim().startsWith(line))).toEqual([]);
    expect(lines.some((each) => each.includes(line))).toBe(true);
  }
});
