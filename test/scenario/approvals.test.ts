import { describe, expect, onTestFinished, test } from "vitest";
import { auditEntries, auditKindsOf, untilNoticed } from "../support/scenario-audit.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import {
  answerTo,
  answerToClick,
  answerToCommand,
  expectNoEffect,
  refusedClick,
} from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  deny,
  emailOf,
  makeRequest,
  openForm,
  type RequestSteps,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";
import { sentBy, withAction } from "../support/tampers.ts";

const NADIA = emailOf("nadia.petrov");
const LEADS = "insider-risk-leads";
const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

/** Requests a role for Nadia. Each test removes the role again, so that the next test can request it. */
const ask = (steps: Partial<RequestSteps> = {}) =>
  makeRequest(world(), { command: `/incydr roles ${NADIA} add Alert Emails`, ...steps });

describe("a refused approval", () => {
  test("a requester who is also a lead can't approve their own request", async () => {
    const { card } = await ask({ by: "lena" });
    const { plain } = await refusedClick(world(), "Approve", card, {
      by: "lena",
      forbidden: { action: "approve", policies: ["not-ones-own-request"] },
      about: { subject: NADIA },
    });
    expect(plain).toContain("You can't decide on your own request. Another person must decide.");
  });

  test("a requester who is no lead can't decide on their own request", async () => {
    const { card } = await ask();
    for (const [button, action] of [
      ["Approve", "approve"],
      ["Deny", "deny"],
    ] as const) {
      const { plain } = await refusedClick(world(), button, card, { by: "maya", forbidden: { action } });
      expect(plain).toContain("You can't decide on your own request. Another person must decide.");
    }
  });

  test("a lead who was removed from the group a moment before the click can't approve", async () => {
    const { slack } = world();
    const priya = slack.as("priya");
    const { card } = await ask();
    await answerToCommand(priya, `/incydr user ${NADIA}`);
    await untilNoticed(world(), () => slack.admin.removeFromGroup(LEADS, "priya"));
    onTestFinished(async () => {
      await untilNoticed(world(), () => slack.admin.addToGroup(LEADS, "priya"));
      // A lead who joined less than ten minutes ago may not approve.
      await advance(11 * 60_000);
    });
    const { plain } = await refusedClick(world(), "Approve", card, {
      by: "priya",
      forbidden: { action: "approve", policies: [] },
    });
    expect(plain).toBe("You don't have permission to approve requests. Ask @insider-risk-leads.");
  });

  test("nobody can approve while Slack doesn't tell the members of groups", async () => {
    const { slack } = world();
    const theo = slack.as("theo");
    const { card } = await ask();
    await untilQuiet(world());
    await advance(30_001);
    const fault = slack.faults.add({ method: "usergroups.list", kind: "http_error" });
    const audited = [
      { kind: "attempt.forbidden", by: "U0THEO", details: { action: "approve" } },
      { kind: "subject.looked_up", by: "U0THEO" },
    ];
    await expectNoEffect(world(), { by: "theo", audited }, async () => {
      const { plain } = await answerToClick(theo, "Approve", card);
      expect(plain).toBe(
        "Slack isn't available, so the bot can't check your groups. Nothing was done. Try again in a moment.",
      );
      // A look-up may use facts that are some minutes old.
      expect((await answerToCommand(theo, `/incydr user ${NADIA}`)).plain).toContain("Nadia Petrov");
      fault.release();
    });
  });

  test("nobody can approve while Slack doesn't tell the account of the subject", async () => {
    const { slack } = world();
    const theo = slack.as("theo");
    const { card } = await ask();
    // The audit message of the request needs the same answer of Slack. During the fault its job would be retried
    // without end.
    await untilQuiet(world());
    // The bot remembers the account of an address for 15 seconds.
    await advance(15_001);
    const fault = slack.faults.add({
      method: "users.lookupByEmail",
      kind: "refused",
      error: "internal_error",
    });
    await expectNoEffect(
      world(),
      { by: "theo", rejected: { action: "approval", fault: "directory_unavailable" } },
      async () => {
        const { plain } = await answerTo(theo, APPROVALS, async () => {
          await theo.click("Approve", { message: card });
          await fault.waitForHits(1);
        });
        fault.release();
        expect(plain).toContain("Nothing was done. Try again in a moment.");
      },
    );
  });
});

describe("a forged click", () => {
  test("a click for a request that doesn't exist is refused", async () => {
    const { card } = await ask();
    const { plain } = await refusedClick(world(), "Approve", card, {
      by: "theo",
      rejected: { fault: "request_not_found" },
      about: { request: "CR-99999" },
      tamper: withAction({ value: "99999" }),
    });
    expect(plain).toBe("There is no CR-99999 that you can see.");
  });

  test("a click for another request than the card shows is refused, because its facts differ", async () => {
    const shown = await ask();
    const other = await makeRequest(world(), { command: `/incydr deactivate ${NADIA}` });
    const { plain } = await refusedClick(world(), "Approve", shown.card, {
      by: "theo",
      rejected: { fault: "card_out_of_date" },
      about: { request: other.name },
      tamper: withAction({ value: String(other.id) }),
    });
    expect(plain).toBe(`${other.name} has changed since you last saw it. Look at its card again.`);
  });

  test("a click by a deactivated account that is still in the group is refused", async () => {
    const { slack } = world();
    const { card } = await ask();
    const audited = [
      {
        kind: "attempt.forbidden",
        by: "U0OLGA",
        details: { action: "approve", policies: ["no-deactivated-people"] },
      },
    ];
    await expectNoEffect(world(), { by: "theo", audited }, async () => {
      await slack.as("theo").click("Approve", { message: card, tamper: sentBy("U0OLGA") });
    });
  });
});

describe("a privileged role", () => {
  test("the form warns of a privileged role and tells the approvals that it needs", async () => {
    const maya = world().slack.as("maya");
    const form = await openForm(maya, `/incydr roles ${NADIA} add Org Admin`);
    expect(form.plain).toContain("Privileged roles: Org Admin.");
    expect(form.plain).toContain("Needs approval from 2 other people.");
  });

  test("a privileged role needs two approvals by two people", async () => {
    const { slack, incydr } = world();
    const [theo, lena] = [slack.as("theo"), slack.as("lena")];
    const subject = emailOf("ann.karlsson");
    const { id, name, card } = await makeRequest(world(), {
      command: `/incydr roles ${subject} add Org Admin`,
    });
    expect(card.plain).toContain("Needs 2 approvals");
    expect(card.plain).toContain("Privileged roles: Org Admin.");
    await theo.click("Approve", { message: card });
    await untilQuiet(world());
    expect(theo.current(card)?.plain).toContain("Needs 1 more approval ");
    expect(incydr.tenant.rolesOf(subject)).not.toContain("org-admin");

    const { plain } = await refusedClick(world(), "Approve", card, {
      by: "theo",
      rejected: { fault: "already_approved_by_you" },
      about: { request: name },
    });
    expect(plain).toBe(`You already approved ${name}. Another person must approve it too.`);
    // The same person with a second account is the same person.
    await slack.admin.changeEmail("lena", slack.as("theo").person.email);
    await advance(30_001);
    await expectNoEffect(
      world(),
      { by: "lena", audited: [{ by: "U0LENA", details: { fault: "already_approved_by_you" } }] },
      () => answerToClick(lena, "Approve", card),
    );
    await slack.admin.changeEmail("lena", emailOf("lena.fischer"));
    await advance(30_001);

    await approveAndWait(world(), { id, card }, { by: "priya" });
    await untilQuiet(world());
    expect(incydr.tenant.rolesOf(subject)).toContain("org-admin");
    expect(await auditKindsOf(world(), name)).toEqual([
      "request.created",
      "decision.approved",
      "attempt.rejected",
      "attempt.rejected",
      "decision.approved",
      "request.approved",
      "request.executing",
      "target.executing",
      "target.verified",
      "request.done",
    ]);
  });

  test("one denial denies a privileged role, also by a person who approved it before", async () => {
    const { slack, incydr } = world();
    const theo = slack.as("theo");
    const writes = incydr.writeLog().length;
    const { id, name, card } = await makeRequest(world(), {
      command: `/incydr roles ${emailOf("annette.karlsson")} add Org Admin`,
    });
    await theo.click("Approve", { message: card });
    await untilQuiet(world());
    await deny(theo, card);
    const denied = await waitForCard(world(), { id, shows: "Denied. Nothing was changed." });
    expect(denied.plain).toContain("Approved by @Theo Okafor");
    expect(denied.plain).toContain("(no longer counts)");
    const told = await slack.as("maya").waitForMessage(APPROVALS, new RegExp(`${name} denied`));
    expect(told.threadTs).toBe(card.ts);
    await untilQuiet(world());
    expect(incydr.writeLog()).toHaveLength(writes);
  });
});

test("the deactivation of a Customer Cloud Admin needs two approvals, and says why", async () => {
  const { card } = await makeRequest(world(), { command: `/incydr deactivate ${emailOf("ben.adeyemi")}` });
  expect(card.plain).toContain("Needs 2 approvals");
  expect(card.plain).toContain("Protected user: a Customer Cloud Admin.");
});

test("an approval is void if its approver loses their authority before the execution", async () => {
  const { slack, incydr } = world();
  const theo = slack.as("theo");
  const subject = emailOf("pär.öberg");
  await answerToCommand(theo, "/incydr freeze");
  const { id, name, card } = await makeRequest(world(), {
    command: `/incydr roles ${subject} add Alert Emails`,
  });
  await approveAndWait(world(), { id, card }, { by: "priya", shows: "Approved, not executed yet." });
  await slack.admin.removeFromGroup(LEADS, "priya");
  await answerToCommand(theo, "/incydr unfreeze");

  const asksAgain = await waitForCard(world(), { id, shows: "Pending." });
  expect(asksAgain.plain).toContain("(no longer counts)");
  expect(asksAgain.buttons).toContain("Approve");
  await untilQuiet(world());
  expect(incydr.tenant.rolesOf(subject)).not.toContain("alert-emails");
  await approveAndWait(world(), { id, card: asksAgain });
  await untilQuiet(world());
  const thread = theo.sees(APPROVALS).filter(({ threadTs }) => threadTs === card.ts);
  expect(thread.filter(({ plain }) => plain.startsWith(`${name} approved`))).toHaveLength(2);
  await slack.admin.addToGroup(LEADS, "priya");
  // A lead who joined less than ten minutes ago may not approve.
  await advance(11 * 60_000);
  const entries = (await auditEntries(world())).filter(({ request }) => request === name);
  expect(entries.find(({ kind }) => kind === "request.pending")?.details).toMatchObject({
    why: "An approver is no longer entitled to approve.",
    lost: ["U0PRIYA"],
  });
});

test.for([
  ["before the approval", false],
  ["between approval and execution", true],
] as const)("a request whose requester loses their authority %s is cancelled", async ([, isApproved]) => {
  const { slack, incydr } = world();
  const theo = slack.as("theo");
  const writes = incydr.writeLog().length;
  if (isApproved) await answerToCommand(theo, "/incydr freeze");
  const made = await ask({ by: "noor" });
  if (isApproved) await approveAndWait(world(), made, { shows: "Approved, not executed yet." });
  await slack.admin.removeFromGroup("insider-risk-analysts", "noor");
  if (isApproved) await answerToCommand(theo, "/incydr unfreeze");
  else await theo.click("Approve", { message: made.card });
  const cancelled = await waitForCard(world(), { id: made.id, shows: "Cancelled." });
  expect(cancelled.plain).toContain(
    "Nothing was changed. The requester is no longer entitled to this change.",
  );
  expect(cancelled.buttons).toEqual([]);
  await slack.as("noor").waitForMessage(APPROVALS, new RegExp(`${made.name} cancelled`));
  await untilQuiet(world());
  expect(incydr.writeLog()).toHaveLength(writes);
  await slack.admin.addToGroup("insider-risk-analysts", "noor");
});

test("an account that was deactivated 30 s ago without an event of Slack is refused", async () => {
  const { slack } = world();
  const { card } = await ask();
  await slack.admin.deactivate("lena");
  await advance(30_001);
  const audited = [
    { kind: "attempt.forbidden", by: "U0LENA", details: { policies: ["no-deactivated-people"] } },
  ];
  await expectNoEffect(world(), { by: "theo", audited }, () =>
    slack.as("theo").click("Approve", { message: card, tamper: sentBy("U0LENA") }),
  );
});
