import { describe, expect, test } from "vitest";
import { answerToCommand } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  emailOf,
  newestRequest,
  openForm,
  untilForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");

describe.each(["http", "socket"] as const)("over %s", (delivery) => {
  const world = useWorld({ delivery });

  test("/incydr alone opens a menu, whose buttons run their commands", async () => {
    const maya = world().slack.as("maya");
    const menu = await answerToCommand(maya, "/incydr");
    expect(menu.plain).toContain("To look up a user, type /incydr user <who>.");
    await maya.click("List roles", { message: menu });
    await expect.poll(() => maya.transcript(APPROVALS)).toContain("roles can be added");
    await maya.click("Choose a user…", { message: menu });
    const form = await maya.waitForModal(({ submit }) => submit === "Continue");
    expect(form.title).toBe("Act on this user");
    await maya.close({ all: true });
  });

  test("a mistyped command gets a button that runs the nearest one", async () => {
    const maya = world().slack.as("maya");
    const answer = await answerToCommand(maya, `/incydr deactivat ${NADIA} --ticket INC-9 &lt;`);
    expect(answer.plain).toContain("There is no “/incydr deactivat”");
    await maya.click(`Run /incydr deactivate ${NADIA} --ticket INC-9 &lt;`, { message: answer });
    const form = await untilForm(maya);
    expect(JSON.stringify(form.blocks)).toContain('"initial_value":"INC-9 &lt;"');
    await maya.close({ all: true });
  });

  test("the help for another word points to the command that does it", async () => {
    const maya = world().slack.as("maya");
    const answer = await answerToCommand(maya, "/incydr help extend");
    expect(answer.plain).toContain("Extend… and Revoke now are buttons in the list of temporary roles.");
    expect(answer.plain).not.toContain("/incydr whoami");
    await maya.click("Run /incydr help grants", { message: answer });
    await expect.poll(() => maya.transcript(APPROVALS)).toContain("/incydr grants [<who>]");
    const unfinished = await answerToCommand(maya, "/incydr bulk");
    expect(unfinished.plain).toContain("Use /incydr bulk deactivate|activate|add-role|remove-role|move.");
  });

  test("the options of a command fill in its form, which is requested as it stands", async () => {
    const maya = world().slack.as("maya");
    const options = "--for 8h --reason On call tonight --ticket INC-7 --ask @theo";
    await openForm(maya, `/incydr add-role ${NADIA} Alert Emails, Watchlist Manager ${options}`);
    expect(await maya.submit()).toMatchObject({ closed: true });
    const card = await waitForCard(world(), { id: await newestRequest(world()) });
    for (const shown of ["8 hours", "Alert Emails", "Watchlist Manager", "On call tonight"])
      expect(card.plain).toContain(shown);
    expect(card.plain).toMatch(/Theo/);
  });

  test.for([
    [`add-role ${NADIA} --for soon`, "is no length of time"],
    [`deactivate ${NADIA} --for 8h`, "There is no option --for here. Options are --reason, --ticket, --ask."],
    [`deactivate ${NADIA} --ask theo`, "mention up to 5 people"],
  ])("an option that can't be read opens no form, and is explained: %s", async ([line = "", why = ""]) => {
    const maya = world().slack.as("maya");
    const answer = await answerToCommand(maya, `/incydr ${line}`);
    expect(answer.plain).toContain(why);
    expect(answer.plain).toContain("Nothing was requested.");
    expect(answer.plain).toContain(`/incydr ${line}`);
    expect(maya.modal()).toBeUndefined();
  });

  test("a length that the form doesn't offer is refused with those that it offers", async () => {
    const maya = world().slack.as("maya");
    await maya.command(`/incydr add-role ${NADIA} --for 9h`, { in: APPROVALS });
    const modal = await maya.waitForModal(/Use one of/);
    expect(modal.plain).toContain("You can't request these roles for 9 hours.");
    await maya.close({ all: true });
  });

  test("/incydr help explains one command with its options and examples", async () => {
    const maya = world().slack.as("maya");
    const help = await answerToCommand(maya, "/incydr help add-role");
    expect(help.plain).toContain("/incydr add-role [<who> [<role>, …]] [--for <time>]");
    expect(help.plain).toContain("--for is such as 8h, 3d or permanent.");
    const all = await answerToCommand(maya, "/incydr help");
    for (const name of [
      "user",
      "roles",
      "grants",
      "can",
      "deactivate",
      "emergency",
      "freeze",
      "bulk",
      "undo",
    ])
      expect(all.plain).toContain(`/incydr ${name}`);
  });
});
