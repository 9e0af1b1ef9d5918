import { describe, expect, test } from "vitest";
import { auditEntries, auditKindsOf, auditLength, CARRIED_OUT } from "../support/scenario-audit.ts";
import { answerToCommand, expectNoEffect } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  deny,
  emailOf,
  makeRequest,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const SAM = emailOf("sam.ortega");
const WAITS = "Approved, not executed yet. Waiting: all changes are frozen.";

describe("while changes are frozen", () => {
  const world = useWorld();
  const type = (who: string, command: string) => {
    const person = world().slack.as(who);
    return answerToCommand(person, command);
  };

  test.for([
    ["maya", "freeze"],
    ["maya", "unfreeze"],
    ["jonas", "unfreeze"],
  ])("%s may not %s changes", async ([who, action]) => {
    const audited = [{ kind: "attempt.forbidden", details: { action } }];
    await expectNoEffect(world(), { by: who ?? "", audited }, async () => {
      const { plain } = await type(who ?? "", `/incydr ${action}`);
      expect(plain).toContain(`You don't have permission to ${action} changes.`);
      expect(plain).toContain("@insider-risk-leads");
    });
  });

  test("responders and leads freeze, leads unfreeze, and one message in the approvals channel tells both", async () => {
    for (const who of ["jonas", "theo"]) {
      await untilQuiet(world());
      const after = await auditLength(world());
      const name = who === "jonas" ? "@Jonas Weber" : "@Theo Okafor";
      const announcements = () =>
        world()
          .slack.as("lena")
          .sees(APPROVALS)
          .map(({ plain }) => plain);
      const before = announcements();
      const { plain } = await type(who, "/incydr freeze too fast");
      expect(plain).toContain("All changes are frozen.");
      await untilQuiet(world());
      expect(announcements().slice(before.length)).toEqual([
        expect.stringMatching(new RegExp(`^🧊 All changes are frozen by ${name} since `)),
      ]);
      expect(announcements().join()).not.toContain("too fast");
      expect((await type("priya", "/incydr unfreeze")).plain).toBe("Changes are unfrozen.");
      await untilQuiet(world());
      // The same message says that the freeze is over.
      expect(announcements().slice(before.length)).toEqual([
        expect.stringMatching(
          new RegExp(`^Changes are unfrozen\\. Unfrozen by @Priya Raman .*\\nFrozen by ${name} `),
        ),
      ]);
      expect(await auditEntries(world(), { after })).toMatchObject([
        { kind: "writes.frozen", details: { reason: "too fast" } },
        { kind: "writes.unfrozen", by: "U0PRIYA" },
      ]);
    }
  });

  test("a freeze that is announced late is not announced as over below the next one", async () => {
    const { slack } = world();
    await untilQuiet(world());
    const announced = () =>
      slack
        .as("lena")
        .sees(APPROVALS)
        .map(({ plain }) => plain.split(" since ")[0]);
    const before = announced().length;
    const failing = slack.faults.add({ method: "chat.postMessage", kind: "http_error", status: 503 });
    for (const command of ["freeze", "unfreeze", "freeze"]) await type("theo", `/incydr ${command}`);
    await failing.waitForHits(2);
    failing.release();
    await untilQuiet(world());
    // Either the end of the first freeze was posted before the second freeze began, or it is never posted.
    const [last, ...earlier] = announced().slice(before).reverse();
    expect(last).toBe("🧊 All changes are frozen by @Theo Okafor");
    expect(earlier.filter((text) => !text?.startsWith("Changes are unfrozen."))).toEqual([]);
    expect(earlier.length).toBeLessThanOrEqual(1);
    await type("theo", "/incydr unfreeze");
    await untilQuiet(world());
  });

  test("a second freeze or unfreeze changes nothing and says so", async () => {
    await expectNoEffect(world(), { by: "theo", audited: [] }, async () => {
      expect((await type("theo", "/incydr unfreeze")).plain).toBe("Changes are not frozen.");
    });
    await type("theo", "/incydr freeze");
    await expectNoEffect(world(), { by: "jonas", audited: [] }, async () => {
      expect((await type("jonas", "/incydr freeze")).plain).toBe("All changes are already frozen.");
    });
    await type("theo", "/incydr unfreeze");
  });

  test("an approved request waits during a freeze while look-ups go on, and is carried out after it", async () => {
    const { slack, incydr } = world();
    const theo = slack.as("theo");
    await type("jonas", "/incydr freeze");
    const { id, name, card } = await makeRequest(world(), { command: `/incydr deactivate ${NADIA}` });
    expect(card.plain).toContain(
      "🧊 All changes are frozen. Once approved, it runs when changes are unfrozen.",
    );
    const clicked = await theo.click("Approve", { message: card });
    expect(JSON.stringify(clicked)).not.toContain("at once");
    await waitForCard(world(), { id, shows: WAITS });
    await theo.waitForMessage(
      APPROVALS,
      `${name} approved by @Theo Okafor: deactivate ${NADIA}. All changes are frozen; it runs when they are unfrozen.`,
    );
    await untilQuiet(world());
    expect(incydr.writeLog()).toEqual([]);
    for (const [command, words] of [
      [`/incydr user ${NADIA}`, "Status active"],
      ["/incydr roles", "roles can be added"],
      [`/incydr can me request ${NADIA}`, "can request"],
    ] as const) {
      const { plain } = await type("maya", command);
      expect(plain).toContain(words);
      expect(plain).toContain("🧊 All changes are frozen. Look-ups still work.");
    }

    await type("theo", "/incydr unfreeze");
    const done = await waitForCard(world(), { id, shows: "Done and verified." });
    expect(done.plain).not.toContain("frozen");
    await untilQuiet(world());
    expect(incydr.writeLog()).toMatchObject([{ kind: "deactivate", applied: true }]);
    expect(await auditKindsOf(world(), name)).toEqual(CARRIED_OUT);
  });

  test("a request that was approved before the freeze and not begun waits", async () => {
    const { slack, incydr } = world();
    const theo = slack.as("theo");
    const writes = incydr.writeLog().length;
    const { id, card } = await makeRequest(world(), {
      command: `/incydr deactivate ${emailOf("ann.karlsson")}`,
    });
    const read = incydr.control.hold("GET /v1/users/*");
    await theo.click("Approve", { message: card });
    await read.arrived;
    await type("jonas", "/incydr freeze");
    await waitForCard(world(), { id, shows: WAITS });
    read.release();
    await untilQuiet(world());
    expect(theo.current(card)?.plain).toContain(WAITS);
    expect(incydr.writeLog()).toHaveLength(writes);
    await type("theo", "/incydr unfreeze");
    await waitForCard(world(), { id, shows: "Done and verified." });
    await untilQuiet(world());
    expect(incydr.writeLog()).toHaveLength(writes + 1);
  });

  test("a freeze stops a write that was not sent yet", async () => {
    const { slack, incydr, db } = world();
    const theo = slack.as("theo");
    const writes = incydr.writeLog().length;
    const { id, card } = await makeRequest(world(), { command: `/incydr roles ${SAM} add Alert Emails` });
    // The bot reads the roles three times: for the approval, before it stores the intent of the write, and before it
    // sends the write. The test lets the first two readings pass, and holds the third one until changes are frozen.
    const { userId } = incydr.tenant.user(SAM);
    const nextReading = () => incydr.control.hold(`GET /v1/users/${userId}/roles`);
    const approval = nextReading();
    await theo.click("Approve", { message: card });
    await approval.arrived;
    const claim = nextReading();
    approval.release();
    await claim.arrived;
    const write = nextReading();
    claim.release();
    await write.arrived;
    const { rows } = await db.query("select state from targets where request_id = $1", [id]);
    expect(rows).toEqual([{ state: "executing" }]);
    await type("jonas", "/incydr freeze");
    expect(incydr.writeLog()).toHaveLength(writes);
    write.release();
    await untilQuiet(world());
    await waitForCard(world(), { id });
    expect(incydr.writeLog()).toHaveLength(writes);
    await type("theo", "/incydr unfreeze");
  });

  test("a write that is under way is read back during a freeze", async () => {
    const { slack, incydr } = world();
    const { id, card } = await makeRequest(world(), {
      command: `/incydr deactivate ${emailOf("annette.karlsson")}`,
    });
    const write = incydr.control.hold("POST /v1/users/*/deactivate", { when: "after" });
    await slack.as("theo").click("Approve", { message: card });
    await write.arrived;
    await type("jonas", "/incydr freeze");
    write.release();
    await waitForCard(world(), { id, shows: "Done and verified." });
    await type("theo", "/incydr unfreeze");
  });

  test("a request may be denied during a freeze", async () => {
    const { slack, incydr } = world();
    const writes = incydr.writeLog().length;
    await type("jonas", "/incydr freeze");
    const { id, card } = await makeRequest(world(), {
      command: `/incydr deactivate ${emailOf("rolf.brandt")}`,
    });
    await deny(slack.as("theo"), card);
    await waitForCard(world(), { id, shows: "Denied. Nothing was changed." });
    const pending = await makeRequest(world(), { command: `/incydr deactivate ${emailOf("rolf.brandt")}` });
    await waitForCard(world(), { id: pending.id, shows: "🧊 All changes are frozen." });
    await type("theo", "/incydr unfreeze");
    // The card of a pending request also shows the freeze.
    await waitForCard(world(), { id: pending.id, shows: /^(?!.*frozen)/s });
    await untilQuiet(world());
    expect(incydr.writeLog()).toHaveLength(writes);
  });
});

describe("with READ_ONLY=true", () => {
  const world = useWorld({ env: { READ_ONLY: "true" } });

  test("READ_ONLY keeps an approved request waiting while look-ups go on, and unfreezing doesn't carry it out", async () => {
    const { slack, incydr } = world();
    const [maya, theo] = [slack.as("maya"), slack.as("theo")];
    const READ_ONLY = "🧊 All changes are frozen by the bot's configuration (READ_ONLY).";
    await theo.waitForMessage(APPROVALS, READ_ONLY);
    const { id, name, card } = await makeRequest(world(), { command: `/incydr deactivate ${NADIA}` });
    expect(card.plain).toContain("🧊 All changes are frozen.");
    await approveAndWait(world(), { id, card }, { shows: WAITS });
    await theo.waitForMessage(APPROVALS, new RegExp(`${name} approved .* it runs when they are unfrozen`));
    const answer = await answerToCommand(maya, `/incydr user ${NADIA}`);
    expect(answer.plain).toContain("Status active");
    await answerToCommand(theo, "/incydr freeze");
    const unfrozen = await answerToCommand(theo, "/incydr unfreeze");
    expect(unfrozen.plain).toContain(
      "Changes are still stopped by READ_ONLY in the bot's configuration. Ask an administrator.",
    );
    await untilQuiet(world());
    expect(theo.current(card)?.plain).toContain(WAITS);
    expect(incydr.writeLog()).toEqual([]);

    await world().stopBot();
    Object.assign(world().env, { READ_ONLY: "false" });
    await world().startBot();
    await waitForCard(world(), { id, shows: "Done and verified." });
    await untilQuiet(world());
    expect(theo.transcript(APPROVALS)).not.toContain(READ_ONLY);
    expect(theo.transcript(APPROVALS)).toContain(
      "The bot's configuration no longer stops changes (READ_ONLY).",
    );
  });
});
