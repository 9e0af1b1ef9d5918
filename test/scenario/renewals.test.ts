import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditEntries, auditKindsOf, untilNoticed } from "../support/scenario-audit.ts";
import {
  answerTo,
  answerToClick,
  answerToCommand,
  expectNoEffect,
  refusedClick,
} from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  emailOf,
  makeRequest,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";
import { startWorld } from "../support/world.ts";

describe("a request whose subject has changed", () => {
  const world = useWorld();
  const person = (name: string) => world().slack.as(name);
  const type = (name: string, command: string) => answerToCommand(person(name), command);
  const giveRole = (subject: string) => {
    const { tenant, control } = world().incydr;
    control.edit.setRoles(subject, [...tenant.rolesOf(subject), "watchlist-manager"]);
  };

  test("a changed request is stale at the click, and carried out once it is renewed and approved", async () => {
    const subject = emailOf("nadia.petrov");
    const { id, name, card } = await makeRequest(world(), { command: `/incydr deactivate ${subject}` });
    giveRole(subject);
    const told = await answerToClick(person("theo"), "Approve", card);
    expect(told.plain).toBe(
      `Your approval of ${name} doesn't count: the user has changed since. Roles gained: Watchlist Manager.`,
    );
    const stale = await waitForCard(world(), {
      id,
      shows: "Out of date. The user's data changed after the request. The bot did nothing.",
    });
    expect(stale.plain).toContain("Roles gained: Watchlist Manager.");
    expect(stale.plain).not.toContain("Approved by");
    expect(stale.buttons).toEqual(["Renew", "Cancel request"]);

    await expectNoEffect(world(), { by: "noor", rejected: { fault: "not_renewable" } }, async () => {
      const noor = person("noor");
      const { plain } = await answerToClick(noor, "Renew", stale);
      expect(plain).toBe(`Only the requester of ${name} can renew it.`);
    });

    await person("maya").click("Renew", { message: stale });
    const renewed = await waitForCard(world(), { id, shows: "Pending. Needs 1 approval" });
    await person("theo").waitForMessage(APPROVALS, new RegExp(`${name} renewed by @Maya Lindqvist`));
    await answerTo(person("priya"), APPROVALS, () =>
      // A client that still shows the old card.
      person("priya").click("Approve", { message: card, stale: true }),
    );
    await approveAndWait(world(), { id, card: renewed });
    await untilQuiet(world());
    const { rows: kept } = await world().db.query(
      `select renewal, kept.snapshot = target.snapshot as is_current, jsonb_array_length(kept.snapshot->'roleIds') as roles
       from snapshots kept join targets target using (request_id, position) where request_id = $1 order by renewal`,
      [id],
    );
    const roles = kept[0]?.roles;
    expect(kept).toEqual([
      { renewal: 0, is_current: false, roles },
      { renewal: 1, is_current: true, roles: roles + 1 },
    ]);
    expect(await auditKindsOf(world(), name)).toEqual([
      "request.created",
      "request.stale",
      "attempt.rejected",
      "request.pending",
      "attempt.rejected",
      "decision.approved",
      "request.approved",
      "request.executing",
      "target.executing",
      "target.verified",
      "request.done",
    ]);
  });

  test("a request that is stale before its write needs its approvals anew after the renewal", async () => {
    const { incydr } = world();
    const subject = emailOf("ann.karlsson");
    await type("theo", "/incydr freeze");
    const { id, name, card } = await makeRequest(world(), { command: `/incydr deactivate ${subject}` });
    await approveAndWait(world(), { id, card }, { shows: "Approved, not executed yet." });
    await untilQuiet(world());
    giveRole(subject);
    await type("theo", "/incydr unfreeze");
    const stale = await waitForCard(world(), {
      id,
      shows: "Out of date. The user's data changed after the request. The bot did nothing.",
    });
    await person("maya").click("Renew", { message: stale });
    const renewed = await waitForCard(world(), { id, shows: "Pending. Needs 1 approval" });
    expect(renewed.plain).toContain("(no longer counts)");
    await untilQuiet(world());
    expect(incydr.tenant.user(subject).active).toBe(true);
    giveRoleAway(subject);
    await person("theo").click("Approve", { message: renewed });
    // The request can become stale again, and the bot then announces this again.
    const again = await waitForCard(world(), { id, shows: "Roles lost: Watchlist Manager." });
    // An announcement that comes after the end of the request isn't posted.
    await untilQuiet(world());
    await person("maya").click("Cancel request", { message: again });
    await waitForCard(world(), { id, shows: "Cancelled by @Maya Lindqvist" });
    await untilQuiet(world());
    const thread = person("theo")
      .sees(APPROVALS)
      .filter(({ plain }) => plain.startsWith(`${name} `) && !plain.startsWith(`${name} ·`))
      .map(({ plain }) => /^CR-\d+ (\w+|is out of date)( by|[.:])/.exec(plain)?.[1]);
    expect(thread).toEqual(["approved", "is out of date", "renewed", "is out of date", "cancelled"]);
    expect(incydr.tenant.user(subject).active).toBe(true);
  });

  test("a requester who has lost their authority can't renew a stale request, but cancel it", async () => {
    const { slack } = world();
    const subject = emailOf("sam.ortega");
    const { id, name, card } = await makeRequest(world(), {
      command: `/incydr deactivate ${subject}`,
      by: "noor",
    });
    giveRole(subject);
    const stale = await approveAndWait(world(), { id, card }, { shows: "Out of date." });
    await untilNoticed(world(), () => slack.admin.removeFromGroup("insider-risk-analysts", "noor"));
    await refusedClick(world(), "Renew", stale, {
      by: "noor",
      forbidden: { action: "request" },
      about: { request: name },
    });
    await person("noor").click("Cancel request", { message: stale });
    await waitForCard(world(), { id, shows: "Cancelled by @Noor Haddad on " });
  });

  test("a request is approved while Incydr isn't available, and its subject is read before the write", async () => {
    const { incydr } = world();
    const { id, card } = await makeRequest(world(), {
      command: `/incydr deactivate ${emailOf("annette.karlsson")}`,
    });
    const reads = incydr.control.hold("GET /v1/users/**", { times: 100 });
    await approveAndWait(world(), { id, card }, { shows: "Approved, not executed yet." });
    reads.release();
    await waitForCard(world(), { id, shows: "Done and verified." });
    await untilQuiet(world());
  });

  function giveRoleAway(subject: string): void {
    const { tenant, control } = world().incydr;
    control.edit.setRoles(
      subject,
      tenant.rolesOf(subject).filter((role) => role !== "watchlist-manager"),
    );
  }
});

describe("with a policy that asks for no approval", () => {
  let policies: string;
  beforeAll(async () => {
    policies = await mkdtemp(path.join(tmpdir(), "policies-"));
    await cp("policies", policies, { recursive: true });
    const file = path.join(policies, "50-execute.cedar");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("context.approvals < 1", "context.approvals < 0"));
  });
  afterAll(() => rm(policies, { recursive: true }));

  test("a request without needed approvals waits for no click, and its card and thread say why", async () => {
    await using world = await startWorld({ env: { POLICIES_DIR: policies } });
    const theo = world.slack.as("theo");
    const { id, name } = await makeRequest(world, {
      command: `/incydr deactivate ${emailOf("nadia.petrov")}`,
    });
    await waitForCard(world, { id, shows: "Done and verified." });
    await theo.waitForMessage(APPROVALS, `${name} approved (no approval needed):`);
    await untilQuiet(world);
    const approved = (await auditEntries(world)).find(({ kind }) => kind === "request.approved");
    expect(approved).toMatchObject({ by: null, details: { approvals: 0 } });
  });
});
