import { describe, expect, test } from "vitest";
import type { Tamper } from "../../sandbox/slack/driver/client-context.ts";
import { auditEntries, auditLength } from "../support/scenario-audit.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerTo, expectNoEffect, refusedClick, refusedCommand } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  deny,
  emailOf,
  makeRequest,
  newestRequest,
  openChoice,
  openDenial,
  openForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";
import { sentBy, withMetadata } from "../support/tampers.ts";

const NADIA = emailOf("nadia.petrov");
const REASON_FAULT = "Enter a reason for the approvers and the audit log.";
const { clock, advance } = createOffsetClock();
const world = useWorld({ clock, env: { TICKET_PATTERN: "[A-Z]+-[0-9]+" } });

/** Opens the form of a change by Maya. */
const mayaOpens = (command = `/incydr deactivate ${NADIA}`) => openForm(world().slack.as("maya"), command);

describe("a form", () => {
  test.for(["", "   \n "])(
    "a form with an empty reason (%j) is refused next to the field",
    async (reason) => {
      const maya = world().slack.as("maya");
      await mayaOpens();
      await expectNoEffect(
        world(),
        { by: "maya", rejected: { fault: "invalid_form", fields: ["reason"] }, about: { subject: NADIA } },
        async () => {
          await maya.fill({ Reason: reason, Ticket: "INC-1" });
          expect(await maya.submit({ skipClientChecks: true })).toMatchObject({
            acked: true,
            closed: false,
            errors: { Reason: REASON_FAULT },
          });
        },
      );
    },
  );

  test("Slack's own client doesn't send a form without a reason", async () => {
    const maya = world().slack.as("maya");
    await mayaOpens();
    await expectNoEffect(world(), { by: "maya", audited: [] }, async () => {
      expect(await maya.submit()).toMatchObject({
        dispatched: false,
        errors: { Reason: "Please complete this required field." },
      });
    });
  });

  test("a form with several faults names each next to its field", async () => {
    const maya = world().slack.as("maya");
    await mayaOpens(`/incydr roles ${NADIA} add`);
    await expectNoEffect(
      world(),
      { by: "maya", rejected: { fields: ["reason", "ticket", "roles"] } },
      async () => {
        await maya.fill({ Ticket: "no ticket" });
        expect(await maya.submit({ skipClientChecks: true })).toMatchObject({
          closed: false,
          errors: {
            Reason: REASON_FAULT,
            Ticket: "Enter a ticket in the required format. As a regular expression: `^(?:[A-Z]+-[0-9]+)$`",
            "Roles to add": "Choose at least one role.",
          },
        });
      },
    );
  });

  test("a form with a reason that is too long is refused next to the field", async () => {
    const maya = world().slack.as("maya");
    await mayaOpens();
    await expectNoEffect(world(), { by: "maya", rejected: { fields: ["reason"] } }, async () => {
      await maya.fill({ Reason: "x".repeat(1_001), Ticket: "INC-1" });
      expect(await maya.submit({ skipClientChecks: true })).toMatchObject({
        errors: { Reason: "Too long: 1,001 characters. The limit is 1,000." },
      });
    });
  });

  test("a form with a role that it didn't offer is refused", async () => {
    const maya = world().slack.as("maya");
    await mayaOpens(`/incydr roles ${NADIA} add Alert Emails`);
    await maya.fill({ Reason: "Forged", Ticket: "INC-1" });
    await expectNoEffect(world(), { by: "maya", rejected: { fields: ["roles"] } }, async () => {
      const forged: Tamper = (payload) =>
        JSON.parse(JSON.stringify(payload).replaceAll("alert-emails", "identity-management-administrator"));
      expect(await maya.submit({ tamper: forged })).toMatchObject({
        errors: { "Roles to add": "One of these roles can't be chosen for this user." },
      });
    });
  });

  test("a form that invites people who can't approve names them and why, and keeps what was filled in", async () => {
    const maya = world().slack.as("maya");
    await mayaOpens();
    await maya.fill({ Reason: "Asks the wrong ones", Ticket: "INC-1" });
    for (const [people, error] of [
      [
        ["theo", "maya", "nadia", "gil", "casey"],
        "Maya Lindqvist is you. Choose another person. Nadia Petrov is the user you want to change. Choose another person. Gil Marsh is a guest. Casey Quinn is from another company.",
      ],
      [
        ["olga", "U0BOT", "noor"],
        "Olga Novak has a deactivated account. incydr is a bot. Noor Haddad can't approve this. Members of @insider-risk-leads can.",
      ],
    ] as const) {
      await expectNoEffect(world(), { by: "maya", rejected: { fields: ["people_asked"] } }, async () => {
        await maya.fill({ "Notify approvers": people });
        expect(await maya.submit()).toMatchObject({ closed: false, errors: { "Notify approvers": error } });
      });
    }
    expect(world().slack.pings.filter(({ target }) => target === "U0NADIA")).toEqual([]);
    await maya.fill({ "Notify approvers": "theo" });
    expect(await maya.submit()).toMatchObject({ closed: true });
    const id = await newestRequest(world());
    const card = await waitForCard(world(), { id, shows: "Invited to approve @Theo Okafor" });
    expect(card.plain).toMatch(/Reason\s+▎Asks the wrong ones/);
    const created = (await auditEntries(world())).findLast(({ kind }) => kind === "request.created");
    expect(created?.details).toMatchObject({ peopleAsked: ["U0THEO"] });
  });

  test("a form that is closed while it loads requests nothing, and says so", async () => {
    const { slack, incydr } = world();
    const maya = slack.as("maya");
    // Jobs of earlier tests ask Incydr as well.
    await untilQuiet(world());
    const held = incydr.control.hold("**", { times: 100 });
    const before = await auditLength(world());
    // The reading goes on, and counts as a look-up.
    const audited = [{ kind: "subject.looked_up", by: "U0MAYA", details: { form: "deactivate" } }];
    await expectNoEffect(world(), { by: "maya", audited }, async () => {
      await maya.command(`/incydr deactivate ${NADIA}`, { in: APPROVALS });
      await maya.waitForModal(`Looking up ${NADIA} in Incydr…`);
      await held.arrived;
      const answer = await answerTo(maya, APPROVALS, () => maya.close());
      expect(answer.plain).toBe("You closed the form before it loaded. Nothing was requested.");
      held.release();
      await expect.poll(() => auditLength(world())).toBe(before + 1);
    });
    expect(maya.modal()).toBeUndefined();
  });

  test("a form that another person submits than opened it is refused", async () => {
    const maya = world().slack.as("maya");
    await mayaOpens();
    await maya.fill({ Reason: "Not mine", Ticket: "INC-1" });
    const audited = [{ kind: "attempt.rejected", by: "U0NOOR", details: { fault: "draft_of_another" } }];
    await expectNoEffect(world(), { by: "maya", audited }, async () => {
      await maya.submit({ tamper: sentBy("U0NOOR") });
      expect(maya.modal()?.plain).toContain(
        "This form was opened for another person. Nothing was requested.",
      );
    });
  });

  test.for(["00000000-0000-4000-8000-000000000000", "not an id", ""])(
    "a form with the forged hidden field %j is refused as expired",
    async (metadata) => {
      const maya = world().slack.as("maya");
      await mayaOpens();
      await maya.fill({ Reason: "Forged", Ticket: "INC-1" });
      await expectNoEffect(world(), { by: "maya", rejected: { fault: "draft_gone" } }, async () => {
        expect(await maya.submit({ tamper: withMetadata(metadata) })).toMatchObject({ acked: true });
        expect(maya.modal()?.plain).toContain("This form has expired. Nothing was requested. Start again.");
      });
      await maya.close();
    },
  );

  test("a form that was open for more than half an hour has expired, and gives back what was typed", async () => {
    const maya = world().slack.as("maya");
    await mayaOpens();
    await maya.fill({ Reason: "Leaves today, as HR wrote", Ticket: "HR-77" });
    await advance(31 * 60_000);
    await expectNoEffect(world(), { by: "maya", rejected: { fault: "draft_gone" } }, async () => {
      await maya.submit();
      const plain = maya.modal()?.plain;
      expect(plain).toContain("This form has expired.");
      expect(plain).toContain("Your reason Leaves today, as HR wrote");
      expect(plain).toContain("Your ticket HR-77");
    });
  });

  test("a form that is submitted twice makes one request", async () => {
    const { slack } = world();
    const maya = slack.as("maya");
    const before = await newestRequest(world());
    await mayaOpens(`/incydr roles ${NADIA} add Alert Emails`);
    await maya.fill({ Reason: "Twice", Ticket: "INC-1" });
    const results = await Promise.all([maya.submit(), maya.submit()]);
    expect(results.map(({ acked }) => acked)).toEqual([true, true]);
    await slack.redeliver(lastDelivery("view_submission"));
    await untilQuiet(world());
    expect(await newestRequest(world())).toBe(before + 1);
    const theo = slack.as("theo");
    expect(theo.sees(APPROVALS).filter(({ plain }) => /Reason\s+▎Twice/.test(plain))).toHaveLength(1);
  });
});

describe("the form that the shortcut opens", () => {
  /** Uses the shortcut on a message, and gives who did. */
  async function choose(text: string) {
    const jonas = world().slack.as("jonas");
    await openChoice(jonas, jonas.post("inc-4711", text));
    return jonas;
  }

  test("the shortcut's form is refused next to the field if it lacks a user or a change", async () => {
    const jonas = await choose("Somebody did something.");
    // The menu of users is audited once.
    const audited = [{ kind: "suggestions.shown", by: "U0JONAS" }];
    await expectNoEffect(world(), { by: "jonas", audited }, async () => {
      await jonas.fill({ Change: "Deactivate" });
      expect((await jonas.submit({ skipClientChecks: true })).closed).toBe(false);
      expect(jonas.modal()?.errors).toEqual({ User: "Name a user: an Incydr user id or a username." });
      await jonas.fill({ Change: null, User: NADIA });
      expect((await jonas.submit({ skipClientChecks: true })).closed).toBe(false);
      expect(jonas.modal()?.errors).toEqual({ Change: "Choose a change." });
    });
  });

  test("the shortcut's form says in the modal that its user is unknown", async () => {
    const jonas = await choose("Something about nobody@harborlight.example");
    await expectNoEffect(world(), { by: "jonas", rejected: { fault: "subject_not_found" } }, async () => {
      await jonas.fill({ Change: "Deactivate" });
      await jonas.submit();
      await jonas.waitForModal("Incydr has no user “nobody@harborlight.example”.");
    });
  });

  test("the shortcut's form is refused if another person submits it", async () => {
    const jonas = await choose(`Something about ${NADIA}`);
    const audited = [{ kind: "attempt.rejected", by: "U0NOOR", details: { fault: "draft_of_another" } }];
    await expectNoEffect(world(), { by: "jonas", audited }, async () => {
      await jonas.fill({ Change: "Deactivate" });
      await jonas.submit({ tamper: sentBy("U0NOOR") });
      await jonas.waitForModal("This form was opened for another person. Nothing was requested.");
    });
  });
});

describe("a button", () => {
  const ask = (subject: string) =>
    makeRequest(world(), { command: `/incydr deactivate ${emailOf(subject)}`, fields: { Ticket: "INC-1" } });

  test("a button that one person presses twice decides once, and the second press is answered", async () => {
    const { slack, incydr } = world();
    const theo = slack.as("theo");
    const { id, name, card } = await ask("ann.karlsson");
    const answer = await answerTo(theo, APPROVALS, () =>
      Promise.all([theo.click("Approve", { message: card }), theo.click("Approve", { message: card })]),
    );
    expect(answer.plain).toMatch(
      new RegExp(
        `^${name} is already (approved|being executed|finished)\\. Your click changed nothing\\. Last decision by @Theo Okafor\\.$`,
      ),
    );
    await waitForCard(world(), { id, shows: "Done and verified." });
    await untilQuiet(world());
    const { rows } = await world().db.query("select * from decisions where request_id = $1", [id]);
    expect(rows).toHaveLength(1);
    expect(incydr.writeLog().filter(({ kind }) => kind === "deactivate")).toHaveLength(1);
  });

  test("buttons that two people press at the same instant decide once, and the slower one is told who was first", async () => {
    const { slack, incydr } = world();
    const [theo, priya] = [slack.as("theo"), slack.as("priya")];
    const writes = incydr.writeLog().length;
    const { id, name, card } = await ask("annette.karlsson");
    await openDenial(priya, card);
    await priya.fill({ Reason: "At the same instant" });
    await Promise.all([theo.click("Approve", { message: card }), priya.submit()]);
    await untilQuiet(world());
    const { rows } = await world().db.query<{ approver: string; verdict: string }>(
      "select approver_slack_id as approver, verdict from decisions where request_id = $1",
      [id],
    );
    expect(rows).toHaveLength(1);
    const first = rows[0]?.approver;
    const [slower, faster] = first === "U0THEO" ? [priya, "Theo Okafor"] : [theo, "Priya Raman"];
    const told = await slower.waitForMessage(
      APPROVALS,
      new RegExp(`^${name} is already .*\\. Your click changed nothing`),
    );
    expect(told.ephemeral).toBe(true);
    expect(told.plain).toContain(`Last decision by @${faster}.`);
    expect(incydr.writeLog()).toHaveLength(writes + (rows[0]?.verdict === "approval" ? 1 : 0));
  });

  test("a button of a decided request on an old copy of its card changes nothing and says who decided", async () => {
    const { slack } = world();
    const theo = slack.as("theo");
    const { id, name, card } = await ask("pär.öberg");
    await deny(theo, card);
    const denied = await waitForCard(world(), { id, shows: "Denied." });
    expect(denied.buttons).toEqual([]);
    const { plain } = await refusedClick(world(), "Approve", card, {
      by: "priya",
      rejected: { action: "approval", fault: "already_decided" },
      about: { request: name },
      stale: true,
    });
    expect(plain).toBe(
      `${name} is already denied. Your click changed nothing. Last decision by @Theo Okafor.`,
    );
  });

  test("a click that Slack delivers twice counts once", async () => {
    const { slack } = world();
    const theo = slack.as("theo");
    const { id, card } = await ask("rolf.brandt");
    await theo.click("Approve", { message: card });
    await slack.redeliver(lastDelivery("block_actions"));
    await waitForCard(world(), { id, shows: "Done and verified." });
    await untilQuiet(world());
    expect(
      theo.sees(APPROVALS).filter(({ ephemeral, ts }) => ephemeral && Number(ts) > Number(card.ts)),
    ).toEqual([]);
    const { rows } = await world().db.query("select * from decisions where request_id = $1", [id]);
    expect(rows).toHaveLength(1);
  });

  test("a button whose confirmation is dismissed tells the bot nothing", async () => {
    const theo = world().slack.as("theo");
    const { name, card } = await ask("service.backup");
    await expectNoEffect(world(), { by: "theo", audited: [] }, async () => {
      expect(await theo.click("Approve", { message: card, confirm: false })).toMatchObject({
        dispatched: false,
        dialog: { title: `Approve ${name}?` },
      });
    });
  });
});

test("an unknown command is told back with a hint at the help", async () => {
  const { plain } = await refusedCommand(world(), "/incydr delete everything", { by: "maya", audited: [] });
  expect(plain).toBe(
    "There is no “/incydr delete”. /incydr help lists all commands.\nYou typed /incydr delete everything",
  );
});

function lastDelivery(type: string) {
  const found = world().slack.deliveries.findLast((delivery) => delivery.type === type);
  if (!found) throw new Error(`Slack has delivered no ${type}.`);
  return found;
}
