import { beforeAll, describe, expect, test } from "vitest";
import { fillDirectory } from "../support/fill-directory.ts";
import { auditEntries, auditLength, untilNoticed } from "../support/scenario-audit.ts";
import { expectNoEffect } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  emailOf,
  makeRequest,
  untilForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const RESTRICTED = "insider-risk-restricted";
const NADIA = emailOf("nadia.petrov");
const NADIA_OPTION = `Nadia Petrov (${NADIA})`;

describe.for(["http", "socket"] as const)("choices by typing in a form, over %s", (delivery) => {
  const world = useWorld({ delivery });
  beforeAll(() => fillDirectory(world()));

  /** Opens the form of a command that names nobody. */
  async function open(command: string, by = "maya") {
    const person = world().slack.as(by);
    await person.command(command, { in: APPROVALS });
    await person.waitForModal(({ submit }) => submit === "Continue");
    return person;
  }

  /** The texts of the options that a person sees after typing. */
  const offered = (query: string, by = "maya") => world().slack.as(by).typeIn("User", query);

  test("a user chosen by a part of the name is read from Incydr, and their change is requested and made", async () => {
    const after = await auditLength(world());
    const maya = await open("/incydr move");
    expect(await offered("petr")).toEqual([NADIA_OPTION, "Use “petr”"]);
    await maya.fill({ User: { query: "petrov nad", pick: NADIA_OPTION } });
    await maya.submit();
    const form = await untilForm(maya);
    expect(form.plain).toContain(NADIA);
    await maya.fill({
      "New organization": { query: "emea", pick: "Sales EMEA (in Sales)" },
      Reason: "Changed teams",
    });
    await maya.submit();
    const card = await waitForCard(world(), { id: 1 });
    const done = await approveAndWait(world(), { id: 1, card });
    expect(done.plain).toContain(`${NADIA} is now in the organization Sales EMEA.`);
    const entries = await auditEntries(world(), { after });
    const shown = entries.filter(({ kind }) => kind === "suggestions.shown");
    expect(shown).toMatchObject([{ by: "U0MAYA", subject: null, details: { draft: expect.any(String) } }]);
    const lookedUp = entries.find(({ kind }) => kind === "subject.looked_up");
    expect(lookedUp).toMatchObject({
      subject: NADIA,
      details: { asked: world().incydr.tenant.user(NADIA).userId },
    });
  });

  test("a part of a name behind a command is no user, and the form asks for one with the change kept", async () => {
    const jonas = await open(`/incydr emergency petrov --ticket INC-7`, "jonas");
    const asked = jonas.modal();
    expect(asked?.plain).toContain("Incydr has no user “petrov”.");
    expect(asked?.plain).toContain("You typed /incydr emergency petrov --ticket INC-7");
    // Nobody is chosen before Jonas chooses, neither of the similar users nor by typing.
    for (const label of ["Did you mean one of these?", "Or another user"])
      expect(asked?.fields.find((field) => field.label === label)?.shown).toBe("");
    await jonas.fill({ "Or another user": { query: "petrov", pick: NADIA_OPTION } });
    await jonas.submit();
    const form = await untilForm(jonas);
    expect(form.submit).toBe("Deactivate now");
    expect(form.plain).toContain(NADIA);
    await jonas.close({ all: true });
  });

  test("two menus at once, and a repeated one, are audited as one use of suggestions", async () => {
    const after = await auditLength(world());
    const maya = await open("/incydr deactivate");
    await Promise.all([offered("ann"), offered("ann k")]);
    await maya.fill({ User: { query: "ann karlsson", pick: `Ann Karlsson (${emailOf("ann.karlsson")})` } });
    const kinds = (await auditEntries(world(), { after })).map(({ kind }) => kind);
    expect(kinds).toEqual(["suggestions.shown"]);
  });

  test("a user who is not in the directory is found in Incydr by the typed text", async () => {
    const username = "late.arrival@harborlight.example";
    const { orgName } = world().incydr.tenant.user(NADIA);
    world().incydr.control.edit.addUser({
      username,
      firstName: "Late",
      lastName: "Arrival",
      orgName,
    } as never);
    const maya = await open("/incydr emergency", "jonas");
    expect(await offered("late.arrival", "jonas")).toEqual(["Use “late.arrival”"]);
    await maya.fill({ User: `Late Arrival <${username}>` });
    await maya.submit();
    expect((await untilForm(maya)).plain).toContain(username);
  });

  test("a form says below its field that a chosen user is gone, and takes another user", async () => {
    const username = "short.stay@harborlight.example";
    const { orgName } = world().incydr.tenant.user(NADIA);
    const { edit } = world().incydr.control;
    edit.addUser({ username, firstName: "Short", lastName: "Stay", orgName } as never);
    await fillDirectory(world());
    const maya = await open("/incydr deactivate");
    await maya.fill({ User: { query: "short", pick: `Short Stay (${username})` } });
    edit.removeUser(username);
    await expectNoEffect(world(), { by: "maya", rejected: { fault: "subject_not_found" } }, async () => {
      await maya.submit();
      await maya.waitForModal("Incydr no longer has this user. Choose another user, or type a username.");
    });
    const again = maya.modal();
    expect(again?.fields.map(({ label, shown }) => [label, shown])).toEqual([
      ["User", ""],
      ["Change", "Deactivate"],
    ]);
    await maya.fill({ User: { query: "petrov", pick: NADIA_OPTION } });
    await maya.submit();
    expect((await untilForm(maya)).plain).toContain(NADIA);
  });

  test("a form keeps a typed name that Incydr does not know, and shows similar ones", async () => {
    const maya = await open("/incydr activate");
    await maya.fill({ User: "nobody@harborlight.example" });
    await maya.submit();
    const again = await maya.waitForModal("Incydr has no user “nobody@harborlight.example”.");
    expect(again.fields[0]?.shown).toBe("Use “nobody@harborlight.example”");
    expect(again.submit).toBe("Continue");
  });

  test("two submissions of one choice, and of its form, make one request", async () => {
    const after = await auditLength(world());
    const maya = await open("/incydr deactivate");
    await maya.fill({ User: { query: "petrov", pick: NADIA_OPTION } });
    await Promise.all([maya.submit(), maya.submit()]);
    await untilForm(maya);
    await untilQuiet(world());
    await maya.fill({ Reason: "Leaves today" });
    await Promise.all([maya.submit(), maya.submit()]);
    await untilQuiet(world());
    const kinds = (await auditEntries(world(), { after })).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "request.created")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "suggestions.shown")).toHaveLength(1);
  });

  test("right-to-left and long names are valid options without direction characters", async () => {
    const { orgName } = world().incydr.tenant.user(NADIA);
    const { edit } = world().incydr.control;
    for (const [index, lastName] of ["\u202Eנועה לוי", "x".repeat(255)].entries())
      edit.addUser({
        username: `odd${index}@harborlight.example`,
        firstName: "Odd",
        lastName,
        orgName,
      } as never);
    await fillDirectory(world());
    await open("/incydr deactivate");
    const options = await offered("odd ");
    expect(options).toHaveLength(3);
    expect(options.join()).not.toContain("\u202E");
    expect(options.join()).toContain("נועה לוי (odd0@harborlight.example)");
    await offered("לוי");
    // The simulator has refused no option: `useWorld` checks it.
  });

  test("a subject sees the same suggestions after a request about them as before it", async () => {
    const lena = emailOf("lena.fischer");
    const asLena = async () => {
      const person = await open("/incydr deactivate", "lena");
      const answers = [await offered("lena", "lena"), await offered(lena, "lena")];
      await person.close({ all: true });
      return answers;
    };
    const before = await asLena();
    expect(before[0]?.length).toBeGreaterThan(1);
    const command = `/incydr roles ${lena} add Alert Emails`;
    await makeRequest(world(), { command, cardIn: RESTRICTED });
    expect(await asLena()).toEqual(before);
  });

  test("a person who may no longer list is offered only the typed text, and the attempt is audited once", async () => {
    await open("/incydr deactivate");
    const { admin } = world().slack;
    await untilNoticed(world(), () => admin.removeFromGroup("insider-risk-analysts", "maya"));
    await expectNoEffect(world(), { by: "maya", forbidden: { action: "list" } }, async () => {
      expect(await offered("petrov")).toEqual(["Use “petrov”"]);
      expect(await offered("petrov n")).toEqual(["Use “petrov n”"]);
    });
    await untilNoticed(world(), () => admin.addToGroup("insider-risk-analysts", "maya"));
  });

  test("a person who may no longer look users up does not hear whether there is the chosen user", async () => {
    const maya = await open("/incydr deactivate");
    const { admin } = world().slack;
    await maya.fill({ User: { query: "no.such.user", pick: "Use “no.such.user”" } });
    await untilNoticed(world(), () => admin.removeFromGroup("insider-risk-analysts", "maya"));
    await expectNoEffect(world(), { by: "maya", forbidden: { action: "lookup" } }, async () => {
      await maya.submit();
      await maya.waitForModal("You don't have permission to look up users.");
    });
    await untilNoticed(world(), () => admin.addToGroup("insider-risk-analysts", "maya"));
  });
});
