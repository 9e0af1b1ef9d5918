import { expect, test } from "vitest";
import { answerTo, answerToCommand, expectNoEffect } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const world = useWorld();

/** The answer to a question of this person. */
async function asked(by: string, question: string, audited: readonly object[] = []): Promise<string> {
  let told = "";
  await expectNoEffect(world(), { by, audited }, async () => {
    const person = world().slack.as(by);
    const command = () => person.command(`/incydr can ${question}`, { in: APPROVALS });
    told = (await answerTo(person, APPROVALS, command)).plain;
  });
  return told;
}

const NOT_FOUND = [{ kind: "attempt.rejected" }, { kind: "users.listed" }];
const LOOKED_UP = [{ kind: "subject.looked_up", subject: emailOf("nadia.petrov") }];

test("/incydr can says which rule forbids an action, and who could do it", async () => {
  const told = await asked("maya", `@maya emergency ${emailOf("nadia.petrov")}`, LOOKED_UP);
  expect(told).toContain("can't make an emergency deactivation of nadia.petrov@harborlight.example.");
  expect(told).toContain("Members of @incident-responders can.");
  const own = await asked("maya", `me request ${emailOf("maya.lindqvist")}`, [{ kind: "subject.looked_up" }]);
  expect(own).toContain(
    "The rule not-about-oneself tells Maya Lindqvist: “You can't change your own account. Ask a colleague.”",
  );
});

test("/incydr can names the policies that permit an action", async () => {
  const told = await asked("maya", `@theo approve ${emailOf("nadia.petrov")} add_roles`, LOOKED_UP);
  expect(told).toContain("Yes. Theo Okafor can approve adding roles to nadia.petrov@harborlight.example.");
  expect(told).toContain("(Rule: leads-decide)");
  expect(await asked("maya", "@jonas freeze")).toContain("Yes. Jonas Weber can freeze changes.");
});

test("/incydr can answers a question that it can't read with how to ask", async () => {
  expect(await asked("maya", "@theo destroy")).toContain("There is no action “destroy”");
  expect(await asked("maya", "@theo approve")).toContain("Name the user after “approve”.");
  expect(await asked("maya", "me move")).toContain("Name the user after the change, such as");
  expect(await asked("maya", "me")).toContain("Name an action or a change");
  expect(await asked("maya", "me approve CR-17", NOT_FOUND)).toContain("This is the number of a request.");
  expect(await asked("maya", "theo approve")).toContain("@mention");
  expect(await asked("maya", `@theo approve ${emailOf("nadia.petrov")} explode`)).toContain(
    "There is no change “explode”",
  );
});

test("/incydr can is refused to people who may not look up users", async () => {
  const forbidden = [{ kind: "attempt.forbidden", by: "U0SAM" }];
  const person = world().slack.as("sam");
  await expectNoEffect(world(), { by: "sam", audited: forbidden }, async () => {
    const { plain } = await answerToCommand(
      person,
      `/incydr can @theo approve ${emailOf("nadia.petrov")}`,
      "general",
    );
    expect(plain).toContain(
      "You don't have permission to look up users. Ask @insider-risk-analysts or @insider-risk-leads or @incident-responders.",
    );
  });
});
