import { expect, it } from "vitest";
import { FRESH, type Freshness, type PeopleDirectory } from "../../../../src/authorization/index.ts";
import {
  createUserExports,
  type EnqueuedJob,
  type ExportedFiles,
  type Job,
  MOST_EXPORTED_USERS,
  type Removal,
  type Transaction,
  type UserExport,
} from "../../../../src/change-requests/index.ts";
import type { DirectoryRecord, TenantDirectory } from "../../../../src/subjects/index.ts";
import { someLead } from "../../../support/domain-objects.ts";
import { LENIENT, lenientAuthorizer } from "../../../support/one-request.ts";
import { clockAt, uowOf } from "../../../support/stub-ports.ts";

const DAY_MS = 24 * 3_600_000;
const NOW = new Date("2026-11-01T09:00:00Z");
const EVERYBODY = { text: null, active: null, blocked: null, org: null, role: null };
const PLACE = { channelId: "C0APPROVE", threadTs: null };
const CLICK: Extract<Job, { kind: "export_users" }> = {
  ...{ kind: "export_users", exportId: "e", clickId: "c", slackUserId: "U0THEO", place: PLACE },
  filter: { ...EVERYBODY, text: "nadia" },
};
const DELETION = { kind: "delete_export", exportId: "e" } as const;

function userOf(userId: string, roles: readonly string[] = []): DirectoryRecord {
  return {
    ...{ userId, username: userId, displayName: userId, active: true, blocked: false, orgName: "Sales" },
    ...{ listedAt: NOW, roles, rolesListedAt: NOW },
  };
}

interface Setting {
  readonly users: readonly DirectoryRecord[];
  readonly person: object;
  readonly outcome: "delivered" | "unreachable" | Error;
  readonly removal: Removal;
  /** The policies in force at the commit. */
  readonly deciding: string;
}

/** The exports of Theo. Each user is one line with its id. `setting` can be changed between two jobs. */
function setUp(patch: Partial<Setting> = {}) {
  const setting: Setting = {
    ...{ users: [userOf("1"), userOf("2")], person: someLead(), outcome: "delivered", deciding: LENIENT },
    removal: { kind: "none" },
    ...patch,
  };
  const now = { setting };
  const claimed = new Set<string>();
  const entries: Parameters<Transaction["audit"]["append"]>[0][] = [];
  const jobs: EnqueuedJob[] = [];
  const happened: string[] = [];
  const asked: { who: string; action: string; freshness: Freshness }[] = [];
  const uow = uowOf({
    clicks: {
      claim: async (id: string) => !claimed.has(id) && Boolean(claimed.add(id)),
    },
    audit: {
      append: async (entry: (typeof entries)[number]) => {
        entries.push(entry);
        happened.push(entry.kind);
      },
    },
    jobs: { enqueue: async (job: Job, options = {}) => void jobs.push({ job, ...options }) },
    policies: { current: async () => now.setting.deciding },
  });
  const { authorizer } = lenientAuthorizer([someLead()]);
  const pinned: typeof authorizer = {
    ...authorizer,
    pin: async () => pinned,
    authorize: async (who, action, { freshness }) => {
      asked.push({ who, action, freshness });
      return { ...someLead(), policyHash: LENIENT, userId: null, entitlement: { policyIds: [], groups: [] } };
    },
  };
  const made: UserExport[] = [];
  const files: ExportedFiles = {
    header: () => Buffer.from("id\n"),
    lines: (users) => Buffer.from(users.map(({ userId, roles }) => `${userId}${roles?.join("")}\n`).join("")),
    deliver: async (_exportId, _to, make) => {
      made.push(await make());
      happened.push("upload");
      const { outcome } = now.setting;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    remove: async () => now.setting.removal,
  };
  const tenant: Pick<TenantDirectory, "records"> = {
    records: async (_filter, take) => {
      const { users } = now.setting;
      for (let at = 0; at < users.length; at += 200) if (!(await take(users.slice(at, at + 200)))) break;
      const age = { readUsers: users.length, expectedUsers: null, isEveryUserRead: false, usersWithRoles: 0 };
      return {
        ...{ total: users.length, mayMatch: 0 },
        age: { ...age, oldestReadAt: null, oldestRolesReadAt: null },
      };
    },
  };
  const directory = { person: async () => now.setting.person } as unknown as PeopleDirectory; // no other member is called
  const clock = clockAt(NOW);
  const exports = createUserExports({ uow, authorizer: pinned, directory, tenant, files, clock });
  const told = () => jobs.flatMap(({ job }) => (job.kind === "tell" && "notice" in job ? [job.notice] : []));
  const change = (next: Partial<Setting>) => {
    now.setting = { ...now.setting, ...next };
  };
  return { ...exports, change, entries, jobs, happened, asked, made, told };
}

const contentOf = (file: UserExport | undefined) => Buffer.from(file?.bytes ?? []).toString();

it("asks the policies with fresh groups, audits the file, sends it, and plans its deletion", async () => {
  const { exportUsers, asked, happened, entries, made, jobs, told } = setUp();
  await exportUsers(CLICK);
  expect(asked).toEqual([{ who: "U0THEO", action: "export_users", freshness: FRESH }]);
  expect(happened).toEqual(["users.exported", "upload"]);
  expect(contentOf(made[0])).toBe("id\n1\n2\n");
  expect(entries).toMatchObject([
    {
      ...{ actor: { slackUserId: "U0THEO", email: someLead().email }, policyHash: LENIENT, subject: null },
      details: { export: "e", asked: "nadia", count: 2, total: 2, truncated: false },
    },
  ]);
  expect(told()).toEqual([{ kind: "export_sent" }]);
  const startAfter = new Date(NOW.getTime() + DAY_MS);
  expect(jobs).toContainEqual({ job: DELETION, startAfter });
});

it("a repeated job audits an equal file once, and a different file again before it is sent", async () => {
  const { exportUsers, change, happened } = setUp({ outcome: new Error("The bot stopped.") });
  await expect(exportUsers(CLICK)).rejects.toThrow("The bot stopped.");
  await expect(exportUsers(CLICK)).rejects.toThrow("The bot stopped.");
  expect(happened).toEqual(["users.exported", "upload", "upload"]);
  change({ users: [userOf("3")], outcome: "delivered" });
  await exportUsers(CLICK);
  expect(happened.slice(3)).toEqual(["users.exported", "upload"]);
});

it("plans the deletion before the upload, because the bot may stop after it has sent the file", async () => {
  const { exportUsers, jobs } = setUp({ outcome: new Error("The bot stopped.") });
  await expect(exportUsers(CLICK)).rejects.toThrow();
  expect(jobs.map(({ job }) => job)).toEqual([DELETION]);
});

it("uploads no file if other policies decide meanwhile, and tells the person once that the click waits", async () => {
  const { exportUsers, happened, told } = setUp({ deciding: "other" });
  for (const _ of [1, 2]) await expect(exportUsers(CLICK)).rejects.toMatchObject({ code: "policies_differ" });
  expect(happened).toEqual([]);
  expect(told()).toEqual([{ kind: "click_waits", for: "policies" }]);
});

it.each([
  ["a guest", { isGuest: true }],
  ["a person of another company", { isOtherCompany: true }],
  ["a deactivated account", { isDeactivated: true }],
])("sends no file to %s, even if the policies permit it", async (_who, facts) => {
  const { exportUsers, happened, entries, told } = setUp({ person: { ...someLead(), ...facts } });
  await exportUsers(CLICK);
  expect(happened).toEqual(["attempt.rejected"]);
  expect(entries).toMatchObject([
    { requestId: null, details: { action: "export_users", fault: "not_full_member" } },
  ]);
  expect(told()).toMatchObject([{ kind: "refused", refusal: { code: "not_full_member" } }]);
});

it("sends no file without users, and says of an incomplete directory that there may be more", async () => {
  const { exportUsers, happened, told } = setUp({ users: [] });
  await exportUsers(CLICK);
  expect(happened).toEqual(["attempt.rejected"]);
  expect(told()).toMatchObject([
    { refusal: { code: "nothing_to_export", data: { age: { isEveryUserRead: false } } } },
  ]);
});

it("audits that Slack did not let the bot send a file, and tells the person once", async () => {
  const { exportUsers, happened, told } = setUp({ outcome: "unreachable" });
  await exportUsers(CLICK);
  await exportUsers(CLICK);
  expect(happened).toEqual(["users.exported", "upload", "export.not_sent", "upload"]);
  expect(told()).toEqual([{ kind: "file_not_sent", file: "export" }]);
});

it("a file has at most 10,000 users", async () => {
  const users = Array.from({ length: MOST_EXPORTED_USERS + 1 }, (_, index) => userOf(String(index)));
  const { exportUsers, made, entries } = setUp({ users });
  await exportUsers(CLICK);
  expect(contentOf(made[0]).trim().split("\n")).toHaveLength(1 + MOST_EXPORTED_USERS);
  expect(entries).toMatchObject([{ details: { count: MOST_EXPORTED_USERS, truncated: true } }]);
});

it("a file has at most 10 MB, and its entry says that it lacks users", async () => {
  const roles = Array.from({ length: 500 }, () => "Insider Risk Administrator");
  const users = Array.from({ length: 1_000 }, (_, index) => userOf(String(index), roles));
  const { exportUsers, made, entries } = setUp({ users });
  await exportUsers(CLICK);
  const size = made[0]?.bytes.length ?? 0;
  expect(size).toBeLessThanOrEqual(10_000_003);
  expect(size).toBeGreaterThan(9_900_000);
  expect(entries).toMatchObject([{ details: { total: 1_000, truncated: true } }]);
});

it.each([
  ["the bot deleted", false],
  ["somebody else deleted", true],
])("audits once the deletion of a file that %s", async (_who, wasGone) => {
  const { deleteExport, entries } = setUp({
    removal: { kind: "removed", files: [{ fileId: "F1", wasGone }] },
  });
  await deleteExport(DELETION);
  await deleteExport(DELETION);
  expect(entries).toMatchObject([
    { kind: "export.deleted", actor: "bot", details: { export: "e", file: "F1", alreadyGone: wasGone } },
  ]);
});

it("audits the deletion of each upload of a file", async () => {
  const files = ["F1", "F2"].map((fileId) => ({ fileId, wasGone: false }));
  const { deleteExport, change, entries } = setUp({ removal: { kind: "removed", files: files.slice(0, 1) } });
  await deleteExport(DELETION);
  change({ removal: { kind: "removed", files } });
  await deleteExport(DELETION);
  expect(entries.map(({ details }) => details)).toMatchObject([{ file: "F1" }, { file: "F2" }]);
});

it("a file that was sent later than planned is deleted a day after its upload", async () => {
  const begunAt = new Date(NOW.getTime() - DAY_MS + 60_000);
  const { deleteExport, entries, jobs } = setUp({ removal: { kind: "too_new", begunAt } });
  await deleteExport(DELETION);
  expect(entries).toEqual([]);
  expect(jobs).toEqual([{ job: DELETION, startAfter: new Date(NOW.getTime() + 60_000) }]);
});
