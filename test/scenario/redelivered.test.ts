import { describe, expect, test } from "vitest";
import { auditEntries, auditLength } from "../support/scenario-audit.ts";
import { answerTo, answerToCommand } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  carryOut,
  deny,
  emailOf,
  makeRequest,
  openChoice,
  openForm,
  untilForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");

describe.each(["http", "socket"] as const)("over %s", (delivery) => {
  const world = useWorld({ delivery });

  /** The messages, the writes to Incydr, the opened modals, and whether changes are frozen. */
  async function state() {
    const { slack, incydr, db } = world();
    await untilQuiet(world());
    const people = ["maya", "theo", "jonas"].map((name) => slack.as(name));
    const opened = slack.apiCalls.filter(({ method }) => method === "views.open").length;
    const frozen = (await db.query("select from write_freeze")).rowCount;
    const seen = people.flatMap(({ transcript }) =>
      [APPROVALS, "inc-4711", "dm"].map((place) => transcript(place)),
    );
    return { opened, frozen, writes: incydr.writeLog().length, seen };
  }

  test("commands, clicks, forms and closings that are delivered several times act and answer once", async () => {
    const { slack } = world();
    const [maya, theo, jonas] = [slack.as("maya"), slack.as("theo"), slack.as("jonas")];
    const told = (person: typeof maya, line: string) => answerToCommand(person, line);

    for (const line of ["nonsense", "roles", "grants", "undo", "can me request nadia", "undo CR-0"])
      await told(maya, `/incydr ${line}`);
    const looked = await told(maya, `/incydr user ${NADIA}`);
    await maya.click("Deactivate…", { message: looked });
    await untilForm(maya);
    await maya.close({ all: true });
    await maya.command("/incydr bulk deactivate", { in: APPROVALS });
    await maya.waitForModal(({ submit }) => submit === "Preview");
    await maya.close({ all: true });
    const message = maya.post("inc-4711", `Exfiltration by ${NADIA}`);
    await openChoice(maya, message);
    await maya.fill({ Change: "Deactivate" });
    await maya.submit();
    await untilForm(maya);
    await maya.close({ all: true });
    const held = world().incydr.control.hold("**", { times: 1_000 });
    await maya.command(`/incydr deactivate ${NADIA}`, { in: APPROVALS });
    await maya.waitForModal(/Looking up/);
    await answerTo(maya, APPROVALS, () => maya.close());
    held.release();

    const { card: done } = await carryOut(world(), { command: `/incydr roles ${NADIA} add Alert Emails` });
    await maya.click("Undo…", { message: done });
    await untilForm(maya);
    await maya.close({ all: true });
    const denied = await makeRequest(world(), { command: `/incydr roles ${NADIA} add Watchlist Manager` });
    await deny(theo, denied.card, "No need");
    await waitForCard(world(), { id: denied.id, shows: "Denied." });

    await told(jonas, "/incydr freeze");
    await told(theo, "/incydr unfreeze");
    await told(jonas, "/incydr freeze");

    const before = await state();
    const audited = await auditLength(world());
    const deliveries = [...slack.deliveries];
    const again = async () => {
      for (const each of deliveries) {
        const repeated = await Promise.all([slack.redeliver(each), slack.redeliver(each)]);
        for (const { outcome } of repeated) expect(outcome).toMatchObject({ acked: true });
      }
      // The test waits for the work of the handlers after the ack.
      await world().stopBot();
      await world().startBot();
    };
    await again();
    await again();
    expect(await state()).toEqual(before);
    const kinds = (await auditEntries(world(), { after: audited })).map(({ kind }) => kind);
    expect(kinds.filter((kind) => !kind.startsWith("bot."))).toEqual([]);
  });

  test("a rejected form that is delivered twice is acknowledged with the same errors, and audited once", async () => {
    const { slack } = world();
    const maya = slack.as("maya");
    await openForm(maya, `/incydr roles ${emailOf("ann.karlsson")} add Alert Emails`);
    await maya.submit({ skipClientChecks: true });
    const audited = await auditLength(world());
    const rejected = slack.deliveries.at(-1);
    if (!rejected?.outcome.acked) throw new Error("The form was not acknowledged.");
    expect(rejected.outcome.body).toMatchObject({ response_action: "errors" });
    const { outcome } = await slack.redeliver(rejected);
    expect(outcome).toMatchObject({ acked: true, body: rejected.outcome.body });
    expect(await auditLength(world())).toBe(audited);
  });
});
