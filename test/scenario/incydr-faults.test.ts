import { describe, expect, test } from "vitest";
import type { FaultInput } from "../../sandbox/incydr/control/faults.ts";
import type { FieldInput } from "../../sandbox/slack/driver/field-input.ts";
import { auditEntries, auditKindsOf, CARRIED_OUT } from "../support/scenario-audit.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerToCommand, expectNoEffect } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { runPutOff, untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
/** How long a write may be on its way. */
const WRITE_DEADLINE_MS = 20_000;

const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

/** The writes to one user, and whether each took effect. */
const writesTo = (subject: string) => {
  const { userId } = world().incydr.tenant.user(subject);
  return world()
    .incydr.writeLog()
    .filter((entry) => entry.userId === userId)
    .map(({ kind, applied }) => (applied ? kind : `${kind}, without effect`));
};

let subjects = 0;

/** A user of no other test, in Incydr only. */
function newSubject(): string {
  subjects += 1;
  const username = emailOf(`subject.${subjects}`);
  world().incydr.control.edit.addUser({
    username,
    firstName: "Subject",
    lastName: String(subjects),
    orgName: "Sales EMEA",
  });
  return username;
}

/** Asks for a change; its card can be approved then. */
async function ask(command: string, fields: Readonly<Record<string, FieldInput>> = {}) {
  const { id, name, card } = await makeRequest(world(), { command, fields });
  return {
    id,
    name,
    approve: () => world().slack.as("theo").click("Approve", { message: card }),
    shows: (text: string) => waitForCard(world(), { id, shows: text }),
  };
}

describe("a look-up", () => {
  const lookUp = () => {
    const maya = world().slack.as("maya");
    return answerToCommand(maya, `/incydr user ${NADIA}`);
  };

  test.for<[string, FaultInput]>([
    ["is over Incydr's rate limit", { kind: "too_many_requests", times: 3, retryAfterSeconds: 0 }],
    ["meets an overloaded Incydr", { kind: "status", status: 503, times: 2 }],
    ["loses its connections", { kind: "drop", times: 3 }],
    ["gets its answer in pieces", { kind: "cut_short", times: 1 }],
  ])("a look-up that %s is answered none the less", async ([, fault]) => {
    world().incydr.control.addFault(fault);
    expect((await lookUp()).plain).toContain("Status active");
  });

  test("a look-up whose token has expired gets another one", async () => {
    world().incydr.control.expireTokens();
    expect((await lookUp()).plain).toContain("Status active");
  });

  test.for<[string, FaultInput, string]>([
    [
      "is broken",
      { kind: "status", status: 500 },
      "Incydr isn't available. Nothing was changed. Try again in a minute.",
    ],
    [
      "refuses the API client",
      { kind: "status", status: 403 },
      "Incydr doesn't let the bot do this. Ask an administrator to check the bot's API client.",
    ],
  ])("a look-up from an Incydr that %s says so to the person alone", async ([, fault, told]) => {
    world().incydr.control.addFault(fault);
    await expectNoEffect(world(), { by: "maya", rejected: { action: "lookup" } }, async () => {
      const givenBack = "You typed /incydr user nadia.petrov@harborlight.example";
      expect((await lookUp()).plain).toBe(`${told}\n${givenBack}`);
    });
  });

  test("a look-up shows facts that can't be read as unknown, and warns of them", async () => {
    for (const on of ["GET /v1/legal-hold/**", "GET /v2/watchlists", "GET /v1/agents"])
      world().incydr.control.forbid(on);
    const { plain } = await lookUp();
    expect(plain).toContain("Legal hold unknown (could not be read)");
    expect(plain).toContain("Agents unknown (could not be read)");
    expect(plain).toContain("• Watchlists are unknown: they could not be read.");
  });
});

test("a form that Incydr doesn't let be filled in says so, and requests nothing", async () => {
  const maya = world().slack.as("maya");
  world().incydr.control.addFault({ kind: "status", status: 500 });
  await expectNoEffect(world(), { by: "maya", rejected: { fault: "unavailable" } }, async () => {
    await maya.command(`/incydr deactivate ${NADIA}`, { in: APPROVALS });
    await maya.waitForModal("Incydr isn't available. Nothing was changed.");
  });
});

describe("a write", () => {
  test.for<[string, FaultInput]>([
    ["whose answer is lost", { kind: "drop", when: "after", times: 1 }],
    [
      "that Incydr answers with 500 after it has happened",
      { kind: "status", status: 500, when: "after", times: 1 },
    ],
  ])("a write %s is verified by reading, and not sent again", async ([, fault]) => {
    const subject = newSubject();
    const request = await ask(`/incydr deactivate ${subject}`);
    const lost = world().incydr.control.addFault({ ...fault, on: "POST /v1/users/**" });
    await request.approve();
    await request.shows("Done and verified.");
    expect(lost.struck).toBe(1);
    await untilQuiet(world());
    expect(writesTo(subject)).toEqual(["deactivate"]);
    expect(await auditKindsOf(world(), request.name)).toEqual(CARRIED_OUT);
  });

  test("a write of roles that was done in part and lost its answer has failed role by role", async () => {
    const subject = newSubject();
    const { control, tenant } = world().incydr;
    control.edit.setRoles(subject, ["Desktop User", "PROe User", "Alert Emails"]);
    const fields = { "Roles to remove": ["PROe User", "Alert Emails"] };
    const request = await ask(`/incydr roles ${subject} remove`, fields);
    control.edit.setRoleAssignable("Alert Emails", false);
    control.setReadings({ omittedUnassignableRole: "kept" });
    control.loseAnswers("PUT /v1/users/**");
    await request.approve();
    await request.shows("Waiting: Incydr isn't available. The bot tries again.");
    await advance(WRITE_DEADLINE_MS + 1);
    const failed = await request.shows("Failed.");
    expect(failed.plain).toContain("Done for: PROe User. Not done for: Alert Emails.");
    control.setReadings({ omittedUnassignableRole: "removed" });
    control.edit.setRoleAssignable("Alert Emails", true);
    expect([...tenant.rolesOf(subject)].sort()).toEqual(["alert-emails", "desktop-user"]);
    expect(writesTo(subject)).toEqual(["set_roles"]);
  });

  test("a write over the rate limit takes effect once", async () => {
    const subject = newSubject();
    const request = await ask(`/incydr deactivate ${subject}`);
    world().incydr.control.addFault({
      kind: "too_many_requests",
      on: "POST /v1/users/**",
      times: 3,
      retryAfterSeconds: 0,
    });
    await request.approve();
    await request.shows("Done and verified.");
    await untilQuiet(world());
    expect(writesTo(subject).filter((write) => write === "deactivate")).toHaveLength(1);
  });

  test("a write that got lost is sent again only when it can't arrive any more", async () => {
    const subject = newSubject();
    const request = await ask(`/incydr deactivate ${subject}`);
    const fault = world().incydr.control.addFault({ kind: "drop", on: "POST /v1/users/**", times: 1 });
    await request.approve();
    await request.shows(
      "In progress. Not confirmed yet. Waiting: Incydr isn't available. The bot tries again.",
    );
    expect(fault.struck).toBe(1);
    await runPutOff(world());
    // The bot has read the subject again, and the write may still be under way.
    await waitForCard(world(), { id: request.id, shows: /In progress\. Not confirmed yet\.$/m });
    expect(fault.struck).toBe(1);
    await advance(WRITE_DEADLINE_MS + 1);
    await request.shows("Done and verified.");
    await untilQuiet(world());
    expect(writesTo(subject)).toEqual(["deactivate, without effect", "deactivate"]);
  });

  test("a write that can't be read back is unknown until Incydr can be read", async () => {
    const { slack, incydr } = world();
    const subject = emailOf("ben.adeyemi");
    const { id, name, card } = await makeRequest(world(), {
      command: `/incydr roles ${subject} remove PROe User`,
    });
    await slack.as("priya").click("Approve", { message: card });
    const put = incydr.control.hold("PUT /v1/users/**", { when: "after" });
    await slack.as("theo").click("Approve", { message: card });
    await put.arrived;
    const unreadable = incydr.control.addFault({ kind: "status", status: 500, on: "GET /v1/users/**" });
    put.release();
    const unknown = await waitForCard(world(), { id, shows: "Unknown." });
    expect(unknown.plain).toContain(
      `It is not known yet whether ${subject} no longer has PROe User. Incydr can't be read at the moment. The bot is checking.`,
    );
    expect(unknown.plain).not.toContain("Done and verified");
    await slack.as("maya").waitForMessage(APPROVALS, `${name} has an unknown outcome`);

    await runPutOff(world());
    // The bot could not read the subject. At the next try Incydr answers.
    await runPutOff(world());
    unreadable.remove();
    await waitForCard(world(), { id, shows: "Done and verified." });
    await slack.as("maya").waitForMessage(APPROVALS, `${name} done and verified`);
    await untilQuiet(world());
    expect(writesTo(subject)).toEqual(["set_roles"]);
    expect((await auditKindsOf(world(), name)).slice(-3)).toEqual([
      "target.unknown",
      "request.done",
      "target.verified",
    ]);
  });

  test("a write of a role that Incydr forbids is refused, and the card says so", async () => {
    const request = await ask(`/incydr roles ${NADIA} add Watchlist Manager`);
    world().incydr.control.forbid("PUT /v1/users/**");
    await request.approve();
    const refused = await request.shows("Refused by Incydr. Nothing was changed.");
    expect(refused.plain).not.toContain("Done and verified");
  });
});

describe("between approval and write", () => {
  /** Approves, and calls a function right before the execution reads the subject. */
  async function approveAnd(request: Awaited<ReturnType<typeof ask>>, happens: () => Promise<void> | void) {
    // The held requests are about the subject. The bot has looked up the person who clicks before.
    const reads = world().incydr.control.hold("GET /v1/users/**", { times: 100 });
    await request.approve();
    await reads.arrived;
    await happens();
    reads.release();
  }

  test("a new legal hold makes the request stale, and nothing is written", async () => {
    const subject = newSubject();
    const request = await ask(`/incydr deactivate ${subject}`);
    await approveAnd(request, () => world().incydr.control.edit.addLegalHold(subject));
    const stale = await request.shows(
      "Out of date. The user's data changed after the request. The bot did nothing.",
    );
    expect(stale.plain).toContain("after the request. The bot did nothing. Legal hold: no before, yes now.");
    await world().slack.as("maya").waitForMessage(APPROVALS, `${request.name} is out of date`);
    await untilQuiet(world());
    expect(writesTo(subject)).toEqual([]);
    expect(world().incydr.tenant.user(subject).active).toBe(true);
  });

  test("Incydr refuses the write after a legal hold that the bot has not seen, and the card says why", async () => {
    const { incydr } = world();
    const subject = newSubject();
    const request = await ask(`/incydr deactivate ${subject}`);
    const write = incydr.control.hold("POST /v1/users/**");
    await request.approve();
    await write.arrived;
    incydr.control.edit.addLegalHold(subject);
    write.release();
    const refused = await request.shows("Refused by Incydr. Nothing was changed.");
    expect(refused.plain).toMatch(/legal hold/i);
    await untilQuiet(world());
    expect(writesTo(subject)).toEqual(["deactivate, without effect"]);
    expect(incydr.tenant.user(subject).active).toBe(true);
  });

  test("a role that another person gave makes the request stale", async () => {
    const { incydr } = world();
    const subject = newSubject();
    const request = await ask(`/incydr roles ${subject} add Alert Emails`);
    const held = incydr.tenant.rolesOf(subject);
    await approveAnd(request, () => incydr.control.edit.setRoles(subject, [...held, "watchlist-manager"]));
    const stale = await request.shows(
      "Out of date. The user's data changed after the request. The bot did nothing.",
    );
    expect(stale.plain).toContain("after the request. The bot did nothing. Roles gained: Watchlist Manager.");
    await untilQuiet(world());
    expect(writesTo(subject)).toEqual([]);
  });

  test("a subject whom another person deactivated needs no change, and the card says so", async () => {
    const { incydr } = world();
    const subject = newSubject();
    const request = await ask(`/incydr deactivate ${subject}`);
    await approveAnd(request, () => incydr.control.edit.setActive(subject, false));
    const already = await request.shows("No change needed.");
    expect(already.plain).not.toContain("Done and verified");
    await untilQuiet(world());
    expect(writesTo(subject)).toEqual([]);
  });

  test("the request waits while Incydr isn't available, and the card says so", async () => {
    const { incydr } = world();
    const subject = newSubject();
    const request = await ask(`/incydr roles ${subject} add Alert Emails`);
    const fault = incydr.control.addFault({ kind: "status", status: 500, on: "GET /v1/users/**" });
    await request.approve();
    await request.shows("Approved, not executed yet. Waiting: Incydr isn't available. The bot tries again.");
    await runPutOff(world());
    await runPutOff(world());
    fault.remove();
    await request.shows("Done and verified.");
    await untilQuiet(world());
    expect(writesTo(subject)).toEqual(["set_roles"]);
  });

  test("restarts during an outage leave one execution to be tried again, not one more each", async () => {
    const { incydr, db } = world();
    const request = await ask(`/incydr deactivate ${newSubject()}`);
    incydr.control.addFault({ kind: "status", status: 500, on: "GET /v1/users/**" });
    await request.approve();
    await request.shows("Waiting: Incydr isn't available.");
    for (let restart = 0; restart < 3; restart++) {
      await world().stopBot();
      await world().startBot();
      await untilQuiet(world()).catch(() => {});
    }
    const { rows } = await db.query(
      `select state from pgboss.job where name = 'execute' and data->>'requestId' = $1
       and state in ('created', 'retry', 'active')`,
      [String(request.id)],
    );
    expect(rows).toHaveLength(1);
    incydr.control.clearFaults();
    await runPutOff(world());
    await request.shows("Done and verified.");
  });

  test("the request waits while Slack doesn't tell who may approve, and the card says so", async () => {
    const { slack, incydr } = world();
    const request = await ask(`/incydr roles ${NADIA} add Departing Employee Manager`);
    // The account and the roles, once for the decision and once for the execution.
    const decision = incydr.control.hold("GET /v1/users/**", { times: 2 });
    const execution = incydr.control.hold("GET /v1/users/**", { times: 2 });
    await request.approve();
    await decision.arrivals(2);
    decision.release();
    await execution.arrivals(2);
    await advance(30_001);
    const fault = slack.faults.add({ method: "users.info", kind: "refused", error: "internal_error" });
    execution.release();
    await request.shows(
      "Waiting: Slack isn't available, so approvals can't be checked. The bot tries again.",
    );
    fault.release();
    await runPutOff(world());
    await request.shows("Done and verified.");
  });

  test("no audit entry claims more than was known at its time", async () => {
    await untilQuiet(world());
    const entries = await auditEntries(world());
    for (const { kind, request } of entries.filter(({ kind: each }) => each === "target.verified")) {
      const before = entries.filter((entry) => entry.request === request).map((entry) => entry.kind);
      expect(before.indexOf("target.executing")).toBeGreaterThan(-1);
      expect(before.indexOf("target.executing")).toBeLessThan(before.indexOf(kind));
    }
  });
});
