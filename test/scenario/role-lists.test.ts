import { describe, expect, test } from "vitest";
import { auditEntries, auditLength } from "../support/scenario-audit.ts";
import { answerToCommand, refusedCommand, turnedPage } from "../support/scenario-effects.ts";
import { APPROVALS, carryOut, emailOf, untilForm } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");

describe.for(["http", "socket"] as const)("roles, over %s", (delivery) => {
  const world = useWorld({ delivery });
  const ask = (line: string, by = "maya") =>
    answerToCommand(world().slack.as(by), `/incydr ${line}`, APPROVALS);

  test("/incydr roles <who> shows the held roles, which of them are temporary, and opens the forms", async () => {
    const before = await auditLength(world());
    const held = await ask(`roles ${NADIA}`);
    expect(held.plain).toMatch(/^nadia\.petrov@harborlight\.example has \d+ roles?/);
    expect(held.plain).toContain("created ");
    expect(held.plain).not.toContain("temporary");
    const details = { asked: NADIA, listed: "roles" };
    expect((await auditEntries(world())).slice(before)).toMatchObject([
      { kind: "subject.looked_up", subject: NADIA, details },
    ]);

    await carryOut(world(), {
      command: `/incydr roles ${NADIA} add Alert Emails`,
      fields: { "For how long": "8 hours" },
    });
    const { plain } = await ask(`roles ${NADIA}`);
    expect(plain).toMatch(/Alert Emails.* · ⏱️ temporary: CR-\d+, until /);

    const maya = world().slack.as("maya");
    await maya.click("Remove roles…", { message: held });
    const form = await untilForm(maya);
    expect(form.plain).toContain("Roles to remove");
    await maya.close();
  });

  test("pages of roles are reached by buttons, and each role is on one of them", async () => {
    const names = Array.from({ length: 33 }, (_, index) => `Page Role ${String(index).padStart(2, "0")}`);
    for (const name of names) world().incydr.control.edit.addRole(name);
    const who = emailOf("ann.karlsson");
    world().incydr.control.edit.setRoles(who, names);
    const maya = world().slack.as("maya");
    let page = await ask(`roles ${who}`);
    expect(page.plain).toContain("has 33 roles, 1–10 shown");
    const seen = [page.plain];
    for (const part of ["11–20", "21–30", "31–33"]) {
      page = await turnedPage(maya, "Next", page);
      expect(page.plain).toContain(`${part} shown`);
      seen.push(page.plain);
    }
    for (const name of names) expect(seen.filter((each) => each.includes(name))).toHaveLength(1);
    const back = await turnedPage(maya, "Previous", page);
    expect(back.plain).toBe(seen[2]);
    // A role of the first page may be gone meanwhile: then a button leads to the last page that there is.
    world().incydr.control.edit.setRoles(who, names.slice(0, 2));
    const last = await turnedPage(maya, "Next", back);
    expect(last.plain).toMatch(/has 2 roles\b/);
  });

  test("/incydr roles lists the roles that can be added, by pages", async () => {
    const first = await ask("roles");
    expect(first.plain).toMatch(/\d+ roles can be added, 1–30 shown/);
    const second = await turnedPage(world().slack.as("maya"), "Next", first);
    expect(second.plain).toMatch(/\d+ roles can be added, 31–\d+ shown/);
    expect(await ask("roles --page 0")).toMatchObject({
      plain: expect.stringContaining("The text after --page is no page. Use a number such as 2."),
    });
  });

  test("people who may not look up users see no roles of a user", async () => {
    const audited = [{ kind: "attempt.forbidden", by: "U0SAM" }];
    const command = `/incydr roles ${NADIA}`;
    const answer = await refusedCommand(world(), command, { by: "sam", in: "general", audited });
    expect(answer.plain).toContain("You don't have permission");
  });

  test.for([
    ["500", { kind: "status", status: 500 }],
    ["403", { kind: "status", status: 403 }],
    // The last one: the bot then asks nothing for an hour.
    ["429", { kind: "too_many_requests", retryAfterSeconds: 3_600 }],
  ] as const)(
    "roles that Incydr does not show are not shown as none: Incydr answers %s",
    async ([, fault]) => {
      const added = world().incydr.control.addFault({ ...fault, on: "GET /v1/users/*/roles" });
      try {
        const { plain } = await ask(`roles ${NADIA}`);
        expect(plain).not.toContain("has no roles");
        expect(plain).toMatch(/Incydr/);
      } finally {
        added.remove();
      }
    },
  );
});
