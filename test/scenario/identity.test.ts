import { describe, expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerTo, answerToCommand, expectNoEffect, refusedClick } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  deny,
  emailOf,
  makeRequest,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";
import { sentBy } from "../support/tampers.ts";

const NADIA = emailOf("nadia.petrov");
const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

const ask = () => makeRequest(world(), { command: `/incydr roles ${NADIA} add Org Admin` });

/**
 * Changes a person's e-mail in Slack, and moves the clock until the bot's cached facts about the person are too old.
 */
async function changeEmail(key: string, email: string): Promise<void> {
  await world().slack.admin.changeEmail(key, email);
  await advance(300_001);
}

describe("an operator who is no single Incydr user", () => {
  test.for([
    [
      "no Incydr user",
      (username: string) => world().incydr.control.edit.rename(username, emailOf("theo.gone")),
    ],
    [
      "several Incydr users with one e-mail",
      (username: string) =>
        world().incydr.control.edit.addUser({
          username,
          firstName: "Theo",
          lastName: "Twin",
          orgName: "Leavers",
        }),
    ],
  ] as const)(
    "an operator who is %s can neither approve, deny, cancel nor unfreeze, but freeze",
    async ([, change]) => {
      const { slack, incydr } = world();
      const theo = slack.as("theo");
      const { card } = await ask();
      change(emailOf("theo.okafor"));
      const because = /doesn't match exactly one Incydr user, so you can only look up users/;
      for (const [action, act] of [
        ["approval", () => theo.click("Approve", { message: card })],
        ["denial", () => deny(theo, card)],
        ["cancel", () => theo.click("Cancel request", { message: card })],
      ] as const) {
        await expectNoEffect(
          world(),
          { by: "theo", rejected: { action, fault: "unmapped_operator" } },
          async () => {
            expect((await answerTo(theo, APPROVALS, act)).plain).toMatch(because);
          },
        );
      }
      expect((await answerToCommand(theo, "/incydr freeze")).plain).toContain("All changes are frozen.");
      expect((await answerToCommand(theo, "/incydr unfreeze")).plain).toMatch(because);
      await answerToCommand(slack.as("priya"), "/incydr unfreeze");
      incydr.control.reset();
    },
  );
});

describe("an e-mail", () => {
  test("a person who shares the requester's e-mail can't approve", async () => {
    const { card } = await ask();
    await changeEmail("lena", emailOf("maya.lindqvist"));
    await refusedClick(world(), "Approve", card, { by: "lena", rejected: { fault: "own_request" } });
    await changeEmail("lena", emailOf("lena.fischer"));
  });

  test("an account with an e-mail that an approver had or has can't approve as a second person", async () => {
    const { id, card } = await ask();
    const again = await approveAndWait(
      world(),
      { id, card },
      { by: "lena", shows: "Needs 1 more approval " },
    );
    const rejected = { fault: "already_approved_by_you" };
    const refused = () => refusedClick(world(), "Approve", again, { by: "priya", rejected });
    await changeEmail("lena", emailOf("priya.raman"));
    await refused();
    await changeEmail("lena", emailOf("nadia.lang"));
    await changeEmail("priya", emailOf("lena.fischer"));
    await refused();
    await changeEmail("priya", emailOf("priya.raman"));
    await changeEmail("lena", emailOf("lena.fischer"));
  });

  test("a person whose e-mail became the subject's since the request counts as the subject", async () => {
    const { card, name } = await ask();
    await changeEmail("priya", NADIA);
    const { plain } = await refusedClick(world(), "Approve", card, {
      by: "priya",
      rejected: { fault: "hidden_from_subject" },
    });
    expect(plain).toBe(`There is no ${name} that you can see.`);
    await changeEmail("priya", emailOf("priya.raman"));
  });

  test("a person whose e-mail was the subject's at the request still counts as the subject", async () => {
    await changeEmail("nadia", emailOf("nadia.lang"));
    await changeEmail("lena", NADIA);
    const { card } = await makeRequest(world(), {
      command: `/incydr roles ${NADIA} add Org Admin`,
      cardIn: "insider-risk-restricted",
    });
    await changeEmail("lena", emailOf("lena.fischer"));
    await changeEmail("nadia", NADIA);
    await expectNoEffect(world(), { by: "lena", rejected: { fault: "hidden_from_subject" } }, () =>
      world()
        .slack.as("theo")
        .click("Approve", { message: card, tamper: sentBy("U0LENA") }),
    );
  });
});

test("a denial by an approver's other Slack account denies at once", async () => {
  const { slack, db } = world();
  const { id, card } = await ask();
  const again = await approveAndWait(world(), { id, card }, { shows: "Approved by" });
  // The two accounts of one person never have the address at the same time: the address moves from one to the other.
  await slack.admin.changeEmail("theo", emailOf("theo.old"));
  await changeEmail("priya", emailOf("theo.okafor"));
  await deny(slack.as("priya"), again);
  await waitForCard(world(), { id, shows: "Denied." });
  const { rows } = await db.query(
    "select state, output from pgboss.job where name = 'decide' and state = 'retry'",
  );
  expect(rows).toEqual([]);
  await slack.admin.changeEmail("priya", emailOf("priya.raman"));
  await changeEmail("theo", emailOf("theo.okafor"));
});

describe("a Slack id that doesn't exist", () => {
  test("a click by a Slack id that doesn't exist is refused", async () => {
    const { card } = await ask();
    const audited = [{ kind: "attempt.forbidden", by: "U0GHOST99", details: { action: "approve" } }];
    await expectNoEffect(world(), { by: "theo", audited }, () =>
      world()
        .slack.as("theo")
        .click("Approve", { message: card, tamper: sentBy("U0GHOST99") }),
    );
  });

  test("a command that names a Slack id that doesn't exist tells it back", async () => {
    const maya = world().slack.as("maya");
    for (const line of ["/incydr user <@U0GHOST99>", `/incydr can <@U0GHOST99> request ${NADIA}`]) {
      const { plain } = await answerToCommand(maya, line);
      expect(plain, line).toContain("U0GHOST99");
    }
    await untilQuiet(world());
  });
});
