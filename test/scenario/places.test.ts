import { describe, expect, test } from "vitest";
import { auditLength } from "../support/scenario-audit.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import {
  answerTo,
  answerToCommand,
  expectNoEffect,
  refusedClick,
  refusedCommand,
} from "../support/scenario-effects.ts";
import {
  approveAndWait,
  deny,
  emailOf,
  makeRequest,
  newestRequest,
  openChoice,
  untilForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const RESTRICTED = "insider-risk-restricted";
/** How long the bot uses a reading of a channel. */
const CHANNEL_AGE_MS = 15_000;
/** How long the bot uses the Incydr users of a channel's members. */
const MEMBER_AGE_MS = 15 * 60_000;

const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

describe("a command in a channel where cards aren't allowed", () => {
  const PLACES = [
    ["watercooler", "This channel isn't set up for requests.", "not_configured"],
    ["general", "This channel isn't set up for requests.", "not_configured"],
    ["partner-project", "This channel isn't set up for requests.", "not_configured"],
    ["contractors", "This channel isn't set up for requests.", "not_configured"],
    ["no-bot-here", "The bot is not in this conversation, so no request can be posted here.", "not_visible"],
    ["dm", "The bot is not in this conversation, so no request can be posted here.", "not_visible"],
  ] as const;

  test.for(PLACES)(
    "a change requested in %s is refused with the channel to use instead",
    async ([place, told, why]) => {
      const maya = world().slack.as("maya");
      for (const command of [`/incydr deactivate ${NADIA}`, `/incydr roles ${NADIA} remove`]) {
        const { plain } = await refusedCommand(world(), command, {
          by: "maya",
          in: place,
          rejected: { fault: "channel_not_allowed", why },
        });
        const advice = "Nothing was requested. Use #insider-risk-approvals instead.";
        expect(plain).toBe(`${told}\n${advice}\nYou typed ${command}`);
        expect(maya.modal()).toBeUndefined();
      }
    },
  );

  test("a look-up is answered there, for the person alone", async () => {
    const audited = [{ kind: "subject.looked_up", by: "U0MAYA", subject: NADIA }];
    for (const [place] of PLACES) {
      const answer = await refusedCommand(world(), `/incydr user ${NADIA}`, {
        by: "maya",
        in: place,
        audited,
      });
      expect(answer.plain).toContain("Nadia Petrov");
    }
  });

  test("the button of a looked-up user is refused there", async () => {
    const maya = world().slack.as("maya");
    const card = await answerToCommand(maya, `/incydr user ${NADIA}`, "watercooler");
    const { plain } = await refusedClick(world(), "Deactivate…", card, {
      by: "maya",
      rejected: { fault: "channel_not_allowed" },
    });
    expect(plain).toContain("Nothing was requested.");
  });
});

test("the shortcut on a message is refused where cards aren't allowed, and looks nobody up", async () => {
  const maya = world().slack.as("maya");
  const message = maya.post("watercooler", `Have you heard of ${NADIA}?`);
  const asked = world().incydr.requestLog().length;
  await expectNoEffect(world(), { by: "maya", rejected: { fault: "channel_not_allowed" } }, async () => {
    const shortcut = () => maya.shortcut("Act on this user", { message });
    expect((await answerTo(maya, "watercooler", shortcut)).plain).toContain("Nothing was requested.");
    expect(maya.modal()).toBeUndefined();
  });
  expect(world().incydr.requestLog()).toHaveLength(asked);
});

describe("a configured channel that is no longer fit for cards", () => {
  test.for([
    [
      "shared with another company",
      () => world().slack.admin.share("inc-4711", ["T0PARTNER"]),
      () => world().slack.admin.share("inc-4711", []),
      "This channel is shared with another company.",
    ],
    [
      "joined by a guest",
      () => world().slack.admin.addToChannel("inc-4711", "gil"),
      () => world().slack.admin.removeFromChannel("inc-4711", "gil"),
      "This channel has a guest or a member from another company.",
    ],
    [
      "made public",
      () => world().slack.admin.setVisibility("inc-4711", "public"),
      () => world().slack.admin.setVisibility("inc-4711", "private"),
      "This channel is public, so anyone could read the request.",
    ],
  ] as const)("a command in a channel that was %s is refused", async ([, spoil, restore, told]) => {
    await spoil();
    await advance(CHANNEL_AGE_MS + 1);
    const { plain } = await refusedCommand(world(), `/incydr deactivate ${NADIA}`, {
      by: "maya",
      in: "inc-4711",
      rejected: { fault: "channel_not_allowed" },
    });
    expect(plain).toContain(told);
    await restore();
    await advance(CHANNEL_AGE_MS + 1);
  });
});

test("a card whose subject joins the incident channel goes on in the restricted channel, without a trace", async () => {
  const { slack } = world();
  const [maya, theo, nadia] = [slack.as("maya"), slack.as("theo"), slack.as("nadia")];
  const { id, name, card } = await makeRequest(world(), {
    command: `/incydr roles ${NADIA} add Alert Emails`,
    in: "inc-4711",
  });
  await slack.admin.addToChannel("inc-4711", "nadia");
  await advance(CHANNEL_AGE_MS + 1);
  const moved = await approveAndWait(world(), { id, card }, { in: RESTRICTED });
  await untilQuiet(world());
  expect(theo.current(card)?.plain).toBe(`${name} has moved to another channel.`);
  expect(nadia.transcript("inc-4711")).not.toContain("nadia.petrov");
  expect(nadia.transcript("inc-4711")).not.toContain("Alert Emails");
  expect(maya.sees("inc-4711").at(-1)).toMatchObject({ ephemeral: true });
  expect(maya.sees("inc-4711").at(-1)?.plain).toBe(`${name} is handled in another channel.`);
  const thread = theo.sees(RESTRICTED).filter(({ threadTs }) => threadTs === moved.ts);
  expect(thread.map(({ plain }) => plain)).toEqual([
    `${name} approved by @Theo Okafor: add Alert Emails to ${NADIA}.`,
    `${name} done and verified: ${NADIA} now has Alert Emails. @Maya Lindqvist`,
  ]);
  await slack.admin.removeFromChannel("inc-4711", "nadia");
  await advance(CHANNEL_AGE_MS + 1);
});

test("a card whose subject is in the channel from the start is posted to the restricted channel only", async () => {
  const { slack } = world();
  const [jonas, dario] = [slack.as("jonas"), slack.as("dario")];
  const before = dario.sees("inc-4712").length;
  const { id, name } = await makeRequest(world(), {
    by: "jonas",
    command: `/incydr roles ${emailOf("dario.conti")} add Alert Emails`,
    in: "inc-4712",
    cardIn: RESTRICTED,
  });
  const told = await jonas.waitForMessage("inc-4712", `${name} is handled in another channel.`);
  expect(told.ephemeral).toBe(true);
  const why = `${name} is in a restricted channel, because the user is in the channel where you made the request.`;
  await expect.poll(() => jonas.sees("dm").map(({ plain }) => plain)).toContain(why);
  const theo = slack.as("theo");
  await theo.click("Approve", { message: await waitForCard(world(), { id, in: RESTRICTED }) });
  await waitForCard(world(), { id, in: RESTRICTED, shows: "Done and verified." });
  await untilQuiet(world());
  expect(dario.sees("inc-4712")).toHaveLength(before);
});

test("a card about a user without a Slack account stays where each member is another Incydr user", async () => {
  const command = (name: string) => `/incydr roles ${emailOf(name)} add Alert Emails`;
  await makeRequest(world(), { command: command("annette.karlsson"), in: "inc-4711" });
});

test("a card about a user without a Slack account goes elsewhere if a member is not known", async () => {
  const { slack } = world();
  const [maya, jonas] = [slack.as("maya"), slack.as("jonas")];
  await slack.admin.confirmEmail("jonas", false);
  await advance(MEMBER_AGE_MS + 1);
  const { name } = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("annette.karlsson")} add Watchlist Manager`,
    in: "inc-4711",
    cardIn: RESTRICTED,
  });
  await expect
    .poll(() => maya.sees("dm").map(({ plain }) => plain))
    .toContain(
      `${name} is in a restricted channel, because the user has no known Slack account and may be a member of the channel where you made the request.`,
    );
  await untilQuiet(world());
  expect(jonas.transcript("inc-4711")).not.toContain(name);
  await slack.admin.confirmEmail("jonas", true);
  await advance(MEMBER_AGE_MS + 1);
});

test("an approval in a channel that has become public is refused, and the card moves", async () => {
  const { slack, incydr } = world();
  const theo = slack.as("theo");
  const { id, name, card } = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("sam.ortega")} add Alert Emails`,
    in: "inc-4711",
  });
  await slack.admin.setVisibility("inc-4711", "public");
  await advance(CHANNEL_AGE_MS + 1);
  const writes = incydr.writeLog().length;
  await theo.click("Approve", { message: card });
  await theo.waitForMessage("inc-4711", "This channel is public. Use a private channel.");
  const moved = await waitForCard(world(), { id, in: RESTRICTED, shows: "Pending." });
  await untilQuiet(world());
  expect(incydr.writeLog()).toHaveLength(writes);
  expect(theo.current(card)?.plain).toBe(`${name} has moved to another channel.`);
  await approveAndWait(world(), { id, card: moved }, { in: RESTRICTED });
  await slack.admin.setVisibility("inc-4711", "private");
  await advance(CHANNEL_AGE_MS + 1);
});

test("a card that somebody deleted is posted anew at the next change", async () => {
  const { slack } = world();
  const theo = slack.as("theo");
  const { id, card } = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("victor.hale+lab")} add Alert Emails`,
  });
  slack.admin.deleteMessage(card);
  expect(theo.current(card)).toBeUndefined();
  await slack.as("priya").click("Approve", { message: card, stale: true });
  const anew = await waitForCard(world(), { id, shows: "Done and verified." });
  expect(anew.ts).not.toBe(card.ts);
  await untilQuiet(world());
  const cards = theo.sees("insider-risk-approvals").filter(({ plain }) => plain.startsWith(`CR-${id} ·`));
  expect(cards).toHaveLength(1);
  expect(await newestRequest(world())).toBe(id);
});

describe("a subject who reads the approvals, the audit and the restricted channel", () => {
  const PRIYA = emailOf("priya.raman");

  test("nothing can be requested about a user who reads every channel, and the form says why", async () => {
    const maya = world().slack.as("maya");
    await expectNoEffect(world(), { by: "maya", rejected: { fault: "nowhere_to_post" } }, async () => {
      await maya.command(`/incydr roles ${PRIYA} remove`, { in: "insider-risk-approvals" });
      await maya.waitForModal(
        "This user is in every channel where the request could be shown. Ask an administrator to add a private channel without this user to RESTRICTED_CHANNEL.",
      );
      await maya.close();
    });
  });

  test("the audit channel is told of an entry about its member only that it exists", async () => {
    const { slack } = world();
    const [maya, theo] = [slack.as("maya"), slack.as("theo")];
    await untilQuiet(world());
    const before = await auditLength(world());
    await answerToCommand(maya, `/incydr user ${PRIYA}`, "watercooler");
    const withheld = await theo.waitForMessage("insider-risk-audit", `#${before + 1} `);
    expect(withheld.plain).toContain("withheld: a member of this channel may be its subject.");
    expect(withheld.plain).not.toContain("priya");
    expect(withheld.plain).not.toContain("Maya");
    await answerToCommand(maya, "/incydr roles", "watercooler");
    await theo.waitForMessage("insider-risk-audit", `#${before + 2} roles.listed`);
  });
});

test("the announcements of a card move with it", async () => {
  const { slack } = world();
  const [theo, jonas, nadia] = [slack.as("theo"), slack.as("jonas"), slack.as("nadia")];
  await answerToCommand(theo, "/incydr freeze", "inc-4711");
  const { id, name, card } = await makeRequest(world(), {
    command: `/incydr roles ${NADIA} add Watchlist Manager`,
    in: "inc-4711",
  });
  await theo.click("Approve", { message: card });
  const said = await jonas.waitForMessage("inc-4711", `${name} approved`);
  await slack.admin.addToChannel("inc-4711", "nadia");
  await advance(CHANNEL_AGE_MS + 1);
  await answerToCommand(theo, "/incydr unfreeze", "inc-4711");
  const moved = await waitForCard(world(), { id, in: RESTRICTED, shows: "Done and verified." });
  await untilQuiet(world());
  expect(jonas.current(said)?.plain).toBe(`${name} has moved to another channel.`);
  expect(nadia.transcript("inc-4711")).not.toContain("nadia.petrov");
  const thread = theo.sees(RESTRICTED).filter(({ threadTs }) => threadTs === moved.ts);
  expect(thread.map(({ plain }) => plain.split(/[.:]| by /)[0])).toEqual([
    `${name} approved`,
    `${name} done and verified`,
  ]);
});

test("the card of a request from a reply is posted in the reply's thread", async () => {
  const { slack } = world();
  const [jonas, theo] = [slack.as("jonas"), slack.as("theo")];
  const alert = jonas.post("inc-4711", "An alert", { asBot: true });
  const reply = jonas.reply(alert, `It is ${emailOf("sam.ortega")}`);
  await openChoice(jonas, reply);
  await jonas.fill({ Change: "Remove roles" });
  await jonas.submit();
  await untilForm(jonas);
  await jonas.fill({ "Roles to remove": ["PROe User"], Reason: "From a reply" });
  await jonas.submit();
  const card = await theo.waitForMessage("inc-4711", /Reason\s+▎From a reply/);
  expect(card.threadTs).toBe(alert.ts);
  await deny(theo, card);
  const told = await jonas.waitForMessage("inc-4711", /CR-\d+ denied/);
  expect(told.threadTs).toBe(alert.ts);
});
