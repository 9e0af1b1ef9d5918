import { expect, test } from "vitest";
import { answerTo, expectNoEffect } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const world = useWorld();

/** What somebody is told who asks. */
async function asked(by: string, question: string, audited: readonly object[] = []): Promise<string> {
  let told = "";
  await expectNoEffect(world(), { by, audited }, async () => {
    const person = world().slack.as(by);
    const command = () => person.command(`/incydr can ${question}`, { in: APPROVALS });
    told = (await answerTo(person, APPROVALS, command)).plain;
  });
  return told;
}

const LOOKED_UP = [{ kind: "subject.looked_up", subject: emailOf("nadia.petrov") }];

test("somebody who may not is told of by which rule, and who could", async () => {
  const told = await asked("maya", `@maya emergency ${emailOf("nadia.petrov")}`, LOOKED_UP);
  expect(told).toContain("may not emergency (deactivate) for nadia.petrov@harborlight.example.");
  expect(told).toContain("Other members of @incident-responders could.");
  const own = await asked("maya", `me request ${emailOf("maya.lindqvist")}`, [{ kind: "subject.looked_up" }]);
  expect(own).toContain(
    "You can't change your own account. Ask a colleague. (not-about-oneself, 30-request.cedar:",
  );
});

test("somebody who may is told so with the policies that permit it", async () => {
  const told = await asked("maya", `@theo approve ${emailOf("nadia.petrov")} add_roles`, LOOKED_UP);
  expect(told).toContain("Theo Okafor may approve (add_roles)");
  expect(told).toContain("Permitted by leads-decide, 40-approve.cedar:");
  expect(await asked("maya", "@jonas freeze")).toContain("Jonas Weber may freeze.");
});

test("a question that can't be understood is answered with how to ask", async () => {
  expect(await asked("maya", "@theo destroy")).toContain("There is no action “destroy”");
  expect(await asked("maya", "@theo approve")).toContain("name them behind the action");
  expect(await asked("maya", "theo approve")).toContain("@mention");
  expect(await asked("maya", `@theo approve ${emailOf("nadia.petrov")} explode`)).toContain(
    "There is no change “explode”",
  );
});

test("only whoever may look up may ask", async () => {
  const forbidden = [{ kind: "attempt.forbidden", by: "U0SAM" }];
  const person = world().slack.as("sam");
  await expectNoEffect(world(), { by: "sam", audited: forbidden }, async () => {
    const { plain } = await answerTo(person, "general", () =>
      person.command(`/incydr can @theo approve ${emailOf("nadia.petrov")}`, { in: "general" }),
    );
    expect(plain).toContain("No policy lets you do this.");
  });
});
