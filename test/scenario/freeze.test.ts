import { describe, expect, test } from "vitest";
import { auditKindsOf } from "../support/scenario-audit.ts";
import { answerTo, expectNoEffect } from "../support/scenario-effects.ts";
import { APPROVALS, deny, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const WAITS = "Approved, not yet carried out. Waits: all changes to Incydr are frozen.";

describe("while changes are frozen", () => {
  const world = useWorld();
  const type = (who: string, command: string) => {
    const person = world().slack.as(who);
    return answerTo(person, APPROVALS, () => person.command(command, { in: APPROVALS }));
  };

  test.for([
    ["maya", "freeze"],
    ["maya", "unfreeze"],
    ["jonas", "unfreeze"],
  ])("%s may not %s: analysts do neither, responders only stop", async ([who, action]) => {
    const audited = [{ kind: "attempt.forbidden", details: { action } }];
    await expectNoEffect(world(), { by: who ?? "", audited }, async () => {
      const { plain } = await type(who ?? "", `/incydr ${action}`);
      expect(plain).toContain("No policy lets you do this.");
      expect(plain).toContain("@insider-risk-leads");
    });
  });

  test("a responder or a lead freezes, and a lead alone lets changes go on; each is told so alone", async () => {
    for (const who of ["jonas", "theo"]) {
      await expectNoEffect(
        world(),
        { by: who, audited: [{ kind: "writes.frozen", details: { reason: "too fast" } }] },
        async () => {
          const { plain } = await type(who, "/incydr freeze too fast");
          expect(plain).toContain("Every change to Incydr is stopped, for everyone.");
        },
      );
      await expectNoEffect(
        world(),
        { by: "priya", audited: [{ kind: "writes.unfrozen", by: "U0PRIYA" }] },
        async () => {
          expect((await type("priya", "/incydr unfreeze")).plain).toBe("Changes to Incydr go on.");
        },
      );
    }
  });

  test("freezing twice, or unfreezing what isn't frozen, changes nothing and says so", async () => {
    await expectNoEffect(world(), { by: "theo", audited: [] }, async () => {
      expect((await type("theo", "/incydr unfreeze")).plain).toBe("Writes to Incydr are not frozen.");
    });
    await type("theo", "/incydr freeze");
    await expectNoEffect(world(), { by: "jonas", audited: [] }, async () => {
      expect((await type("jonas", "/incydr freeze")).plain).toBe("Writes to Incydr are frozen already.");
    });
    await type("theo", "/incydr unfreeze");
  });

  test("an approved request waits and its card says so, look-ups go on, and unfreezing carries it out", async () => {
    const { slack, incydr } = world();
    const theo = slack.as("theo");
    await type("jonas", "/incydr freeze");
    const { id, name, card } = await makeRequest(world(), { command: `/incydr deactivate ${NADIA}` });
    await theo.click("Approve", { message: card });
    await waitForCard(world(), { id, shows: WAITS });
    await untilQuiet(world());
    expect(incydr.writeLog()).toEqual([]);
    expect((await type("maya", `/incydr user ${NADIA}`)).plain).toContain("Status active");
    expect((await type("maya", "/incydr roles")).plain).toContain("roles can be given");

    await type("theo", "/incydr unfreeze");
    await waitForCard(world(), { id, shows: "Verified." });
    await untilQuiet(world());
    expect(incydr.writeLog()).toMatchObject([{ kind: "deactivate", applied: true }]);
    expect(await auditKindsOf(world(), name)).toEqual([
      "request.created",
      "decision.approved",
      "request.approved",
      "request.executing",
      "target.executing",
      "target.verified",
      "request.done",
    ]);
  });

  test("a request that was approved before the freeze, and not begun, waits as well", async () => {
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
    await waitForCard(world(), { id, shows: "Verified." });
    await untilQuiet(world());
    expect(incydr.writeLog()).toHaveLength(writes + 1);
  });

  test("a write that is under way is read back", async () => {
    const { slack, incydr } = world();
    const { id, card } = await makeRequest(world(), {
      command: `/incydr deactivate ${emailOf("annette.karlsson")}`,
    });
    const write = incydr.control.hold("POST /v1/users/*/deactivate", { when: "after" });
    await slack.as("theo").click("Approve", { message: card });
    await write.arrived;
    await type("jonas", "/incydr freeze");
    write.release();
    await waitForCard(world(), { id, shows: "Verified." });
    await type("theo", "/incydr unfreeze");
  });

  test("a request may still be denied", async () => {
    const { slack, incydr } = world();
    const writes = incydr.writeLog().length;
    await type("jonas", "/incydr freeze");
    const { id, card } = await makeRequest(world(), {
      command: `/incydr deactivate ${emailOf("rolf.brandt")}`,
    });
    await deny(slack.as("theo"), card);
    await waitForCard(world(), { id, shows: "Denied. Nothing was changed." });
    await type("theo", "/incydr unfreeze");
    await untilQuiet(world());
    expect(incydr.writeLog()).toHaveLength(writes);
  });
});

describe("with READ_ONLY=true", () => {
  const world = useWorld({ env: { READ_ONLY: "true" } });

  test("an approved request waits, its card says so, look-ups go on, and unfreezing doesn't carry it out", async () => {
    const { slack, incydr } = world();
    const [maya, theo] = [slack.as("maya"), slack.as("theo")];
    const { id, card } = await makeRequest(world(), { command: `/incydr deactivate ${NADIA}` });
    await theo.click("Approve", { message: card });
    await waitForCard(world(), { id, shows: WAITS });
    const answer = await answerTo(maya, APPROVALS, () =>
      maya.command(`/incydr user ${NADIA}`, { in: APPROVALS }),
    );
    expect(answer.plain).toContain("Status active");
    await answerTo(theo, APPROVALS, () => theo.command("/incydr freeze", { in: APPROVALS }));
    await answerTo(theo, APPROVALS, () => theo.command("/incydr unfreeze", { in: APPROVALS }));
    await untilQuiet(world());
    expect(theo.current(card)?.plain).toContain(WAITS);
    expect(incydr.writeLog()).toEqual([]);
  });
});
