import { describe, expect, test } from "vitest";
import type { Tamper } from "../../sandbox/slack/driver/client-context.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerTo, expectNoEffect } from "../support/scenario-effects.ts";
import { APPROVALS, deny, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

const ask = () => makeRequest(world(), { command: `/incydr roles ${NADIA} add Org Admin` });

const as =
  (id: string): Tamper =>
  (payload) => ({ ...payload, user: { ...(payload.user as object), id } }); // an interaction names its user

/** Changes the e-mail that Slack shows of somebody, and lets what is remembered of them grow old. */
async function changeEmail(key: string, email: string): Promise<void> {
  await world().slack.admin.changeEmail(key, email);
  await advance(300_001);
}

describe("somebody who is no single Incydr user", () => {
  test.for([
    ["none", (username: string) => world().incydr.control.edit.rename(username, emailOf("theo.gone"))],
    [
      "several, who share one e-mail",
      (username: string) =>
        world().incydr.control.edit.addUser({
          username,
          firstName: "Theo",
          lastName: "Twin",
          orgName: "Leavers",
        }),
    ],
  ] as const)(
    "but %s can neither approve, deny, cancel nor unfreeze, and can still freeze",
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
        const audited = [
          { kind: "attempt.rejected", by: "U0THEO", details: { action, fault: "unmapped_operator" } },
        ];
        await expectNoEffect(world(), { by: "theo", audited }, async () => {
          expect((await answerTo(theo, APPROVALS, act)).plain).toMatch(because);
        });
      }
      const command = (line: string) =>
        answerTo(theo, APPROVALS, () => theo.command(line, { in: APPROVALS }));
      expect((await command("/incydr freeze")).plain).toContain("All changes are frozen.");
      expect((await command("/incydr unfreeze")).plain).toMatch(because);
      const priya = slack.as("priya");
      await answerTo(priya, APPROVALS, () => priya.command("/incydr unfreeze", { in: APPROVALS }));
      incydr.control.reset();
    },
  );
});

describe("an e-mail", () => {
  test("that two people share makes one person of them: neither approves for the other", async () => {
    const lena = world().slack.as("lena");
    const { card } = await ask();
    await changeEmail("lena", emailOf("maya.lindqvist"));
    const audited = [{ kind: "attempt.rejected", by: "U0LENA", details: { fault: "own_request" } }];
    await expectNoEffect(world(), { by: "lena", audited }, () =>
      answerTo(lena, APPROVALS, () => lena.click("Approve", { message: card })),
    );
    await changeEmail("lena", emailOf("lena.fischer"));
  });

  test("that was an approver's when they approved, or is now, is theirs: two accounts approve once", async () => {
    const { slack } = world();
    const [lena, priya] = [slack.as("lena"), slack.as("priya")];
    const { id, card } = await ask();
    await lena.click("Approve", { message: card });
    const again = await waitForCard(world(), { id, shows: "Needs 1 approval " });
    const audited = [
      { kind: "attempt.rejected", by: "U0PRIYA", details: { fault: "already_approved_by_you" } },
    ];
    const refused = () =>
      expectNoEffect(world(), { by: "priya", audited }, () =>
        answerTo(priya, APPROVALS, () => priya.click("Approve", { message: again })),
      );
    await changeEmail("lena", emailOf("priya.raman"));
    await refused();
    await changeEmail("lena", emailOf("nadia.lang"));
    await changeEmail("priya", emailOf("lena.fischer"));
    await refused();
    await changeEmail("priya", emailOf("priya.raman"));
    await changeEmail("lena", emailOf("lena.fischer"));
  });

  test("that was changed to the subject's since the request makes whoever has it the subject", async () => {
    const priya = world().slack.as("priya");
    const { card, name } = await ask();
    await changeEmail("priya", NADIA);
    const audited = [{ kind: "attempt.rejected", by: "U0PRIYA", details: { fault: "hidden_from_subject" } }];
    await expectNoEffect(world(), { by: "priya", audited }, async () => {
      const { plain } = await answerTo(priya, APPROVALS, () => priya.click("Approve", { message: card }));
      expect(plain).toBe(`There is no ${name} that you can see.`);
    });
    await changeEmail("priya", emailOf("priya.raman"));
  });

  test("that was changed from the subject's since the request makes whoever had it the subject still", async () => {
    const lena = world().slack.as("lena");
    await changeEmail("nadia", emailOf("nadia.lang"));
    await changeEmail("lena", NADIA);
    const { card } = await makeRequest(world(), {
      command: `/incydr roles ${NADIA} add Org Admin`,
      cardIn: "insider-risk-restricted",
    });
    await changeEmail("lena", emailOf("lena.fischer"));
    await changeEmail("nadia", NADIA);
    const audited = [{ kind: "attempt.rejected", by: "U0LENA", details: { fault: "hidden_from_subject" } }];
    await expectNoEffect(world(), { by: "lena", audited }, () =>
      world()
        .slack.as("theo")
        .click("Approve", { message: card, tamper: as(lena.person.id) }),
    );
  });
});

describe("a Slack id that doesn't exist", () => {
  test("is refused a click", async () => {
    const { card } = await ask();
    const audited = [{ kind: "attempt.forbidden", by: "U0GHOST99", details: { action: "approve" } }];
    await expectNoEffect(world(), { by: "theo", audited }, () =>
      world()
        .slack.as("theo")
        .click("Approve", { message: card, tamper: as("U0GHOST99") }),
    );
  });

  test("is told back where somebody names it", async () => {
    const maya = world().slack.as("maya");
    for (const line of ["/incydr user <@U0GHOST99>", `/incydr can <@U0GHOST99> request ${NADIA}`]) {
      const { plain } = await answerTo(maya, APPROVALS, () => maya.command(line, { in: APPROVALS }));
      expect(plain, line).toContain("U0GHOST99");
    }
    await untilQuiet(world());
  });
});
