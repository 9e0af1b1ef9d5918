import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { auditEntries, auditKindsOf, auditLength, expectAuditTold } from "../support/scenario-audit.ts";
import { employees, makeBulk, readBulk } from "../support/scenario-bulks.ts";
import { answerToCommand } from "../support/scenario-effects.ts";
import { makeEmergency } from "../support/scenario-emergencies.ts";
import { APPROVALS, approveAndWait, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";
import { sentBy, withMetadata } from "../support/tampers.ts";
import { giveTemporaryRole } from "../support/temporary-role.ts";

const world = useWorld();
const writes = () => world().incydr.writeLog();
/** The users that the tests change. Each is in one bulk. */
let staff: readonly string[] = [];
beforeAll(() => {
  staff = employees(world());
});

describe("a bulk of 25 lines with two that are wrong", () => {
  /** Uploads the file, and waits for the form with the results of the dry run. */
  const readLeavers = () => {
    const rows = staff.slice(0, 23).map((user) => `${user},x\r\n`);
    const content = `\uFEFF"user_id",note\r\n${rows.join("")},blank\r\nnobody@harborlight.example,x\r\n`;
    const input = { File: { file: "leavers.csv", content } };
    return readBulk(world(), { command: "/incydr bulk deactivate", input });
  };

  test("a bulk is read and shown line by line before it can be requested", async () => {
    const { slack } = world();
    const form = await readLeavers();
    expect(form.plain).toContain("23 users would change. 2 lines skipped (2 can't be used).");
    expect(form.plain).toContain("Line 25: , blank: Names no user: the cell is blank.");
    expect(form.plain).toContain("Line 26: nobody@harborlight.example: Incydr has no such user.");
    expect(form.plain).toContain("Needs approval from 2 other people.");
    const { files } = await slack.as("maya").waitForMessage("dm", /Preview \(nothing changed yet\)/);
    const rows = files[0]?.content.trim().split("\r\n") ?? [];
    expect(rows).toHaveLength(26);
    expect(rows[1]).toMatch(new RegExp(`^2,${staff[0]},\\d+,\\w+,would be deactivated,$`));
    expect(rows.at(-1)).toBe("26,nobody@harborlight.example,,,skipped,Incydr has no such user.");
    expect(writes()).toEqual([]);
  });

  test("a bulk of 23 users needs two approvals, runs to the end, and brings its outcomes by direct message", async () => {
    const { slack, incydr } = world();
    const [maya, theo] = [slack.as("maya"), slack.as("theo")];
    await readLeavers();
    await maya.fill({ Reason: "Left the company", Ticket: "HR-12", "Notify approvers": ["priya", "noor"] });
    expect(await maya.submit()).toMatchObject({
      errors: {
        "Notify approvers": "Noor Haddad can't approve this. Members of @insider-risk-leads can.",
      },
    });
    await maya.fill({ "Notify approvers": "priya" });
    expect(await maya.submit()).toMatchObject({ closed: true });
    const card = await waitForCard(world(), { id: 1 });
    expect(card.buttons).toEqual(["Approve", "Deny", "Cancel request", "List users"]);
    expect(card.plain).toContain("CR-1 · Deactivate · 23 users");
    expect(card.plain).toContain("Invited to approve @Priya Raman");
    for (const user of staff.slice(0, 23)) expect(card.plain).not.toContain(user);
    await theo.click("List users", { message: card });
    const list = (await theo.waitForMessage("dm", /Users in CR-1/)).files[0]?.content.trim();
    expect(list?.split("\r\n").map((row) => row.split(",")[1])).toEqual(["user", ...staff.slice(0, 23)]);
    await approveAndWait(world(), { id: 1, card }, { shows: "Needs 1 more approval (1 of 2 given)" });
    await untilQuiet(world());
    expect(writes()).toEqual([]);

    const approvedMs = Date.now();
    const done = await approveAndWait(world(), { id: 1, card }, { by: "priya", timeoutMs: 60_000 });
    const mostProgress = Math.ceil((Date.now() - approvedMs) / 3_000);
    expect(done.ts).toBe(card.ts);
    expect(done.plain).toContain("████████████████████ 23 of 23");
    expect(done.plain).toContain("23 done and verified");
    // The card is updated at most every three seconds, and at each change of state.
    expect(done.edits).toBeLessThan(11 + mostProgress);
    const { files } = await maya.waitForMessage("dm", /CR-1 finished/);
    const rows = files[0]?.content.trim().split("\r\n") ?? [];
    expect(rows).toHaveLength(24);
    for (const user of staff.slice(0, 23)) expect(rows.join()).toContain(`${user},`);
    expect(writes().filter(({ kind, applied }) => kind === "deactivate" && applied)).toHaveLength(23);
    expect(writes()).toHaveLength(23);
    expect(incydr.tenant.users.filter(({ active }) => !active).length).toBeGreaterThanOrEqual(23);
  });

  test("the audit log has each step of each target, and the audit channel no names", async () => {
    await expectAuditTold(world());
    const kinds = await auditKindsOf(world(), "CR-1");
    const count = (kind: string) => kinds.filter((each) => each === kind).length;
    expect([count("target.executing"), count("target.verified")]).toEqual([23, 23]);
    expect(kinds.slice(0, 6)).toEqual([
      "request.created",
      "subjects.looked_up",
      "decision.approved",
      "decision.approved",
      "request.approved",
      "request.executing",
    ]);
    expect(kinds.at(-1)).toBe("request.done");
    const created = (await auditEntries(world())).find(({ kind }) => kind === "request.created");
    expect(created?.details).toMatchObject({
      ...{ targets: 23, faults: 2, approvalsNeeded: 2 },
      peopleAsked: ["U0PRIYA"],
    });
    const told = world().slack.as("theo").transcript("insider-risk-audit");
    expect(told).not.toContain("usernames");
  });

  test("the details of a finished bulk name its first users with their outcome, which the card does not", async () => {
    const details = await answerToCommand(world().slack.as("theo"), "/incydr request CR-1");
    expect(details.plain).toContain(`Outcome per user\n• ${staff[0]}: done and verified`);
    expect(details.plain).toContain("… and 13 more. For a file with all of them, use the button List users.");
    expect(details.buttons).toEqual(expect.arrayContaining(["List users", "Open the card"]));
  });
});

test("a user who holds the role only for a limited time is included, and keeps it for good", async () => {
  const { slack, db } = world();
  const users = staff.slice(26, 28);
  const { requestId } = await giveTemporaryRole(world(), users[0] ?? "", 3_600_000);
  const input = { "Or pasted lines": users.join("\n"), Roles: "Alert Emails" };
  const { id, card } = await makeBulk(world(), { command: "/incydr bulk add-roles", input });
  await slack
    .as("maya")
    .waitForMessage("dm", ({ files }) => files.at(-1)?.content.includes("would keep Alert Emails") ?? false);
  const done = await approveAndWait(world(), { id, card });
  expect(done.plain).toContain("✅ 1 needed no change");
  const { rows } = await db.query("select state, explanation from grants where request_id = $1", [requestId]);
  expect(rows).toEqual([{ state: "superseded", explanation: "A bulk gave the role for good." }]);
});

test("a bulk's first form is refused if another person submits it or its hidden field is forged", async () => {
  const { slack } = world();
  for (const [by, fault] of [
    ["U0NOOR", "forged"],
    ["", "draft_gone"],
  ] as const) {
    const maya = slack.as("maya");
    await maya.command("/incydr bulk deactivate", { in: APPROVALS });
    await maya.waitForModal(({ submit }) => submit === "Preview");
    await maya.fill({ "Or pasted lines": staff[90] ?? "" });
    const after = await auditLength(world());
    await maya.submit({
      tamper: by ? sentBy(by) : withMetadata(randomUUID()),
    });
    await untilQuiet(world());
    const rejected = (await auditEntries(world(), { after })).filter(
      ({ kind }) => kind === "attempt.rejected",
    );
    expect(rejected).toMatchObject([{ by: by || "U0MAYA", details: { action: "request", fault } }]);
    await maya.close({ all: true });
  }
});

describe("a bulk that is being carried out", () => {
  /** The number of a bulk's users that the bot works on at the same time. */
  const AT_ONCE = 6;

  /** An approved bulk of `users` whose first writes wait at Incydr. */
  async function begun(users: readonly string[]) {
    const { slack, incydr } = world();
    const input = { "Or pasted lines": users.join("\n") };
    const { id, name, card } = await makeBulk(world(), { command: "/incydr bulk deactivate", input });
    const write = incydr.control.hold("POST /v1/users/*/deactivate", { times: AT_ONCE });
    await slack.as("theo").click("Approve", { message: card });
    await write.arrivals(Math.min(AT_ONCE, users.length));
    const running = await waitForCard(world(), { id, shows: "In progress" });
    return { id, name, card: running, write };
  }
  const stateOf = (user: string) => world().incydr.tenant.user(user).active;

  test("a bulk that is paused and resumed goes on where it was, and changes each user once", async () => {
    const { slack } = world();
    const users = staff.slice(30, 38);
    const before = writes().length;
    const { id, name, card, write } = await begun(users);
    expect(card.buttons).toEqual(["Pause", "Stop", "List users"]);
    await slack.as("maya").click("Pause", { message: card });
    const paused = await waitForCard(world(), { id, shows: "Paused." });
    write.release();
    await untilQuiet(world());
    const done = users.filter((user) => !stateOf(user)).length;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThanOrEqual(AT_ONCE);
    await slack.as("theo").click("Resume", { message: paused });
    await waitForCard(world(), { id, shows: "8 of 8" });
    expect(users.filter(stateOf)).toEqual([]);
    expect(writes()).toHaveLength(before + 8);
    expect((await auditKindsOf(world(), name)).filter((kind) => /paused|resumed/.test(kind))).toEqual([
      "request.paused",
      "request.resumed",
    ]);
  });

  test("a bulk that is stopped skips the users who still wait, and says so", async () => {
    const { slack } = world();
    const users = staff.slice(40, 48);
    const { id, card, write } = await begun(users);
    await slack.as("theo").click("Stop", { message: card });
    // The click is stored at once, and a job carries it out. Until then the bot still changes users.
    const stopped = () => world().db.query("select from change_requests where id = $1 and stopped", [id]);
    await expect.poll(async () => (await stopped()).rowCount).toBe(1);
    write.release();
    const done = await waitForCard(world(), { id, shows: "Stopped. The change is verified for some users" });
    await untilQuiet(world());
    const left = users.filter(stateOf).length;
    expect(left).toBeGreaterThanOrEqual(users.length - AT_ONCE);
    expect(done.plain).toContain(`🚫 ${left} skipped`);
    const { files } = await slack.as("maya").waitForMessage("dm", new RegExp(`CR-${id} finished`));
    expect(files[0]?.content.match(/,skipped,/g)).toHaveLength(left);
  });

  test("a bulk leaves out a user who has changed since the request, and goes on with the others", async () => {
    const { incydr } = world();
    const users = staff.slice(55, 60);
    const [drifted = ""] = users.slice(2);
    const input = { "Or pasted lines": users.join("\n") };
    const { id, card } = await makeBulk(world(), { command: "/incydr bulk deactivate", input });
    incydr.control.edit.setRoles(drifted, ["desktop-user"]);
    const done = await approveAndWait(world(), { id, card }, { shows: "Done, but not for every user." });
    expect(done.plain).toContain("✅ 4 done and verified");
    expect(done.plain).toContain("♻️ 1 not changed, out of date");
    expect(users.filter(stateOf)).toEqual([drifted]);
  });

  test("a bulk waits between two writes while changes are frozen", async () => {
    const { slack } = world();
    const theo = slack.as("theo");
    const users = staff.slice(60, 68);
    const { id, card, write } = await begun(users);
    await answerToCommand(theo, "/incydr freeze");
    write.release();
    await waitForCard(world(), { id, shows: "Waiting: all changes are frozen" });
    await untilQuiet(world());
    expect(users.filter(stateOf).length).toBeGreaterThanOrEqual(users.length - AT_ONCE);
    expect(theo.current(card)?.plain).toContain("Waiting: all changes are frozen.");
    await answerToCommand(theo, "/incydr unfreeze");
    await waitForCard(world(), { id, shows: "8 of 8" });
    expect(users.filter(stateOf)).toEqual([]);
  });

  test("an emergency overtakes a bulk, which then finds that user changed already", async () => {
    const { slack } = world();
    const users = staff.slice(70, 78);
    const [last = ""] = users.slice(-1);
    const before = writes().length;
    const { id, card, write } = await begun(users);
    const emergency = await makeEmergency(world(), { subject: last, shows: "Done and verified." });
    expect(stateOf(last)).toBe(false);
    expect(slack.as("theo").current(card)?.plain).toContain("0 of 8");
    write.release();
    const done = await waitForCard(world(), { id, shows: "8 of 8" });
    expect(done.plain).toContain("7 done and verified");
    expect(done.plain).toContain("✅ 1 needed no change");
    expect(writes()).toHaveLength(before + 8);
    expect(await auditKindsOf(world(), emergency.name)).toContain("target.verified");
  });
});
