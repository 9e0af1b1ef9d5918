import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Message } from "../../sandbox/slack/driver/message-view.ts";
import { auditEntries, auditLength } from "../support/scenario-audit.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerToClick, answerToCommand, refusedClick } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest } from "../support/scenario-requests.ts";
import { makeDueNow, untilQuiet, useWorld } from "../support/scenario-world.ts";
import { withAction } from "../support/tampers.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const RESTRICTED = "insider-risk-restricted";
const USERS = 45;
const WAITING_DELETION = "name = 'delete_export' and state in ('created', 'retry')";

/** The files that a person has in the direct messages with the bot. */
function filesOf(world: World, person: string) {
  return world.slack
    .as(person)
    .sees("dm")
    .flatMap(({ files, plain }) => files.map((file) => ({ ...file, plain })));
}

function list(world: World, by: string, filter = ""): Promise<Message> {
  return answerToCommand(world.slack.as(by), `/incydr users ${filter}`.trim(), APPROVALS);
}

/** Lists users, exports them, and waits until the bot has no work; resolves to the person's new files. */
async function exported(world: World, { by = "theo", filter = "" } = {}) {
  const before = new Set(filesOf(world, by).map(({ id }) => id));
  const listed = await list(world, by, filter);
  const answer = await answerToClick(world.slack.as(by), "Export CSV", listed);
  await untilQuiet(world);
  return { answer, files: filesOf(world, by).filter(({ id }) => !before.has(id)) };
}

function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

describe.for(["http", "socket"] as const)("exports of users, over %s", (delivery) => {
  const { clock, advance } = createOffsetClock();
  const world = useWorld({
    ...{ clock, delivery },
    env: { DIRECTORY_REFRESH: "true", INCYDR_REQUESTS_PER_MINUTE: "60000" },
    incydr: { userCount: USERS },
  });

  beforeAll(async () => {
    const { db } = world();
    const read = async () => {
      const { rows } = await db.query<{ number: number }>(
        "select count(roles_read_at)::int as number from directory_users",
      );
      return rows[0]?.number;
    };
    await advance(MINUTE_MS + 1);
    await vi.waitFor(async () => expect(await read()).toBe(USERS), { interval: 50, timeout: 20_000 });
  });

  test("a lead gets the filtered users as a file, which is audited with its hash before it is sent", async () => {
    const after = await auditLength(world());
    const { answer, files } = await exported(world(), { filter: "--active" });
    const active = world().incydr.tenant.users.filter((user) => user.active);
    expect(answer.plain).toContain("You got the CSV file by direct message.");
    expect(files).toHaveLength(1);
    const [file] = files;
    if (!file) throw new Error("No file was sent.");
    expect(file.plain).toContain(`${active.length} of ${active.length} users in this file.`);
    expect(file.plain).toContain("45 users read; the oldest entry is");
    expect(file.plain).toContain("The bot deletes this file after 24 hours.");
    const [header, ...rows] = file.content.trim().split("\r\n");
    expect(header).toBe("user_id,username,name,active,blocked,organization,roles,read_at,roles_read_at");
    const ids = rows.map((row) => row.split(",")[0]);
    expect(ids.toSorted()).toEqual(active.map(({ userId }) => userId).toSorted());
    const entries = await auditEntries(world(), { after });
    expect(entries).toMatchObject([
      { kind: "users.listed" },
      {
        ...{ kind: "users.exported", by: "U0THEO", request: null, subject: null },
        details: {
          ...{ asked: null, active: true, blocked: null, org: null, role: null },
          ...{ count: active.length, total: active.length, mayMatch: 0, truncated: false },
          sha256: sha256(file.content),
        },
      },
    ]);
  });

  test("an analyst is refused, hears who can export, and gets no file", async () => {
    const listed = await list(world(), "maya");
    const answer = await refusedClick(world(), "Export CSV", listed, {
      by: "maya",
      forbidden: { action: "export_users" },
    });
    expect(answer.plain).toContain("You don't have permission to export users. Ask @insider-risk-leads.");
    expect(filesOf(world(), "maya")).toEqual([]);
    const can = await answerToCommand(world().slack.as("theo"), "/incydr can me export-users");
    expect(can.plain).toMatch(/^Yes\. Theo.* can export users\./);
  });

  test("two clicks on one list send one file", async () => {
    const theo = world().slack.as("theo");
    const after = await auditLength(world());
    const before = filesOf(world(), "theo").length;
    const listed = await list(world(), "theo", "--unblocked");
    await Promise.all([1, 2].map(() => theo.click("Export CSV", { message: listed })));
    await untilQuiet(world());
    expect(filesOf(world(), "theo")).toHaveLength(before + 1);
    const kinds = (await auditEntries(world(), { after })).map(({ kind }) => kind);
    expect(kinds).toEqual(["users.listed", "users.exported"]);
  });

  test("a value that no button has is refused and audited", async () => {
    const listed = await list(world(), "theo");
    const value = JSON.stringify({ text: null, active: 1, blocked: null, org: null, role: null });
    const answer = await refusedClick(world(), "Export CSV", listed, {
      ...{ by: "theo", tamper: withAction({ value }) },
      rejected: { fault: "forged" },
    });
    expect(answer.plain).toContain("This button doesn't belong to this bot.");
  });

  test.for([
    ["a limit of uploads", { method: "files.getUploadURLExternal", kind: "rate_limited" }],
    ["an outage of the file host", { method: "file upload", kind: "http_error" }],
    ["an outage at the sharing", { method: "files.completeUploadExternal", kind: "http_error" }],
    ["a lost answer to the sharing", { method: "files.completeUploadExternal", kind: "answer_lost" }],
  ] as const)("after %s, one file is sent, which is audited once", async ([, fault]) => {
    const after = await auditLength(world());
    const { slack } = world();
    const placed = slack.faults.add({ ...fault, times: 1 });
    const { files } = await exported(world(), { filter: "nadia.petrov" });
    expect(placed.hits).toBe(1);
    expect(files).toHaveLength(1);
    const exportedEntries = (await auditEntries(world(), { after })).filter(
      ({ kind }) => kind === "users.exported",
    );
    expect(exportedEntries).toMatchObject([{ details: { sha256: sha256(files[0]?.content ?? "") } }]);
  });

  test("a person to whom Slack delivers no direct message hears so, and the audit log has it", async () => {
    const after = await auditLength(world());
    const { slack } = world();
    slack.faults.add({ method: "files.completeUploadExternal", kind: "refused", error: "user_not_visible" });
    const { answer, files } = await exported(world(), { filter: "sam.ortega" });
    expect(answer.plain).toContain("The CSV file of users could not be sent");
    expect(files).toEqual([]);
    const kinds = (await auditEntries(world(), { after })).map(({ kind }) => kind);
    expect(kinds).toEqual(["users.listed", "users.exported", "export.not_sent"]);
  });

  test("a freeze stops no export", async () => {
    const theo = world().slack.as("theo");
    await answerToCommand(theo, "/incydr freeze A test of exports");
    try {
      expect((await exported(world())).files).toHaveLength(1);
    } finally {
      await answerToCommand(theo, "/incydr unfreeze");
    }
  });

  test("a subject gets the same file after a request about them as before it", async () => {
    const lena = emailOf("lena.fischer");
    const asLena = async () =>
      (await exported(world(), { by: "lena", filter: lena })).files.map(({ content }) => content);
    const before = await asLena();
    expect(before).toHaveLength(1);
    await makeRequest(world(), {
      ...{ command: `/incydr roles ${lena} add Alert Emails`, cardIn: RESTRICTED },
    });
    expect(await asLena()).toEqual(before);
  });

  test("files are deleted 24 hours after they were sent, also after failures, and audited once", async () => {
    const { slack, db } = world();
    await untilQuiet(world());
    const sent = filesOf(world(), "theo");
    expect(sent.length).toBeGreaterThan(1);
    const after = await auditLength(world());
    await advance(DAY_MS - 10 * MINUTE_MS);
    await untilQuiet(world());
    expect(filesOf(world(), "theo")).toHaveLength(sent.length);
    slack.faults.add({ method: "files.delete", kind: "rate_limited", times: 2 });
    slack.faults.add({ method: "files.delete", kind: "http_error", times: 1 });
    await advance(10 * MINUTE_MS + 1);
    const left = async () => {
      await makeDueNow(db, `${WAITING_DELETION} and state = 'retry'`);
      return (await db.query(`select from pgboss.job where ${WAITING_DELETION}`)).rowCount;
    };
    await expect.poll(left, { timeout: 20_000 }).toBe(0);
    await untilQuiet(world());
    expect(filesOf(world(), "theo")).toEqual([]);
    const deleted = (await auditEntries(world(), { after })).filter(({ kind }) => kind === "export.deleted");
    const files = deleted.map(({ details }) => details.file);
    expect(new Set(files).size).toBe(files.length);
    expect(files).toEqual(expect.arrayContaining(sent.map(({ id }) => id)));
    expect(deleted[0]).toMatchObject({ by: null, details: { alreadyGone: false } });
  });
});
