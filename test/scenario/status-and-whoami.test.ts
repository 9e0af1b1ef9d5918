import { describe, expect, test } from "vitest";
import { answerToCommand, expectNoEffect, refusedCommand } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";
import type { World } from "../support/world.ts";

const RESTRICTED = "insider-risk-restricted";

/** The answer to a command without any effect, not even an audit entry. */
async function told(world: World, line: string, by = "maya"): Promise<string> {
  const command = () => answerToCommand(world.slack.as(by), `/incydr ${line}`, APPROVALS);
  return (await expectNoEffect(world, { by, audited: [] }, command)).plain;
}

describe.for(["http", "socket"] as const)("/incydr status, over %s", (delivery) => {
  const world = useWorld({ delivery });

  test("shows a bot that works, its policies and its version", async () => {
    await expect
      .poll(() => told(world(), "status"), { timeout: 20_000 })
      .toContain("All parts of the bot work.");
    const text = await told(world(), "status");
    expect(text).toContain("Changes are not frozen.");
    expect(text).toContain("No work is late: none has been due for more than 5 minutes.");
    expect(text).toMatch(/Policies [0-9a-f]{12} are in force/);
    expect(text).toMatch(/Version \d+\.\d+\.\d+, running since /);
    expect(text).toContain("no users read yet.");
    expect(text).toContain("DIRECTORY_REFRESH");
  });

  test("a subject reads the same status after a request about them as before it", async () => {
    const subject = emailOf("lena.fischer");
    const before = await told(world(), "status", "lena");
    await makeRequest(world(), { command: `/incydr roles ${subject} add Alert Emails`, cardIn: RESTRICTED });
    expect(await told(world(), "status", "lena")).toBe(before);
  });

  test("shows a freeze with its person and without its reason", async () => {
    await answerToCommand(world().slack.as("theo"), "/incydr freeze Nadia leaked the token", APPROVALS);
    const text = await told(world(), "status");
    expect(text).toContain("All changes are frozen by @Theo Okafor since ");
    expect(text).not.toContain("leaked");
    await answerToCommand(world().slack.as("theo"), "/incydr unfreeze", APPROVALS);
  });

  test("names a part that fails, with the error for a person who may read the audit log", async () => {
    const { slack } = world();
    const ask = async (by: string, line: string) =>
      (await answerToCommand(slack.as(by), `/incydr ${line}`, APPROVALS)).plain;
    await slack.admin.archive("insider-risk-audit");
    // Its audit entry can't be posted, so the bot checks the channel at once.
    await ask("maya", "roles");
    await expect
      .poll(() => ask("theo", "status"), { timeout: 20_000, interval: 300 })
      .toMatch(/Audit channel since .* \w*archived/);
    const text = await ask("maya", "status");
    expect(text).toMatch(/Audit channel since /);
    expect(text).not.toMatch(/archived|Posting of audit entries/);
    await slack.admin.unarchive("insider-risk-audit");
  });
});

describe("/incydr whoami", () => {
  const world = useWorld({ env: { OPERATOR_MAP: "U0JONAS=gone@harborlight.example" } });

  test("shows an analyst's Incydr user, groups and permissions", async () => {
    const text = await told(world(), "whoami");
    const { userId } = world().incydr.tenant.user(emailOf("maya.lindqvist"));
    expect(text).toContain("Slack Maya Lindqvist U0MAYA");
    expect(text).toContain(`Incydr user ${emailOf("maya.lindqvist")} ${userId}, found by your e-mail`);
    expect(text).toContain("Groups @insider-risk-analysts (since the bot's first reading)");
    expect(text).toContain("request changes");
    expect(text).not.toContain("approve requests");
    expect(text).toContain("The groups were read at most 5 minutes ago.");
    expect(await told(world(), "whoami", "theo")).toContain("approve requests");
  });

  test("says why an operator has no Incydr user", async () => {
    const text = await told(world(), "whoami", "jonas");
    expect(text).toContain("none: Incydr has no single user with the username gone@harborlight.example");
    expect(text).toContain("correct your entry in OPERATOR_MAP");
  });

  test.for([
    ["500", { kind: "status", status: 500 }],
    ["a login page", { kind: "status", status: 200, body: "html" }],
    ["429", { kind: "too_many_requests", retryAfterSeconds: 60 }],
  ] as const)("says that the user is unknown while Incydr answers with %s", async ([, fault]) => {
    world().incydr.control.addFault({ ...fault, on: "GET /v1/users" });
    const text = await told(world(), "whoami", "priya");
    expect(text).toContain(`unknown: the bot could not look for ${emailOf("priya.raman")} in Incydr.`);
    expect(text).toContain("approve requests");
  });
});

describe("people without permission", () => {
  const world = useWorld();

  test.for(["status", "whoami"])("/incydr %s is refused, and the attempt is audited", async (line) => {
    const audited = [{ kind: "attempt.forbidden", by: "U0SAM" }];
    const refused = await refusedCommand(world(), `/incydr ${line}`, { by: "sam", in: "general", audited });
    expect(refused.plain).toContain("You don't have permission to look up users. Ask @");
  });

  test.for(["status", "whoami"])("while Slack gives no groups, /incydr %s says so", async (line) => {
    world().slack.faults.add({ method: "usergroups.list", kind: "http_error", status: 503 });
    await world().slack.admin.addToGroup("insider-risk-analysts", "sam");
    const { plain } = await answerToCommand(world().slack.as("maya"), `/incydr ${line}`, APPROVALS);
    expect(plain).toContain("Slack isn't available, so the bot can't check your groups.");
    world().slack.faults.clear();
    await world().slack.admin.removeFromGroup("insider-risk-analysts", "sam");
  });
});
