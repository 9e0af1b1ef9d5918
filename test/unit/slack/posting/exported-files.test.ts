import { WebAPIPlatformError } from "@slack/web-api";
import { expect, it } from "vitest";
import type { UserExport } from "../../../../src/change-requests/index.ts";
import { createExportedFiles } from "../../../../src/slack/posting/exported-files.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { answering, serve } from "../../../support/http-server.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";

const refused = (error: string) => Promise.reject(new WebAPIPlatformError({ ok: false, error }));
const AT = new Date("2026-11-01T09:00:00Z");
const LATER = new Date("2026-11-02T09:00:00Z");
const FILE: UserExport = {
  filter: { text: "*nadia* <!here>", active: true, blocked: null, org: null, role: null },
  ...{ rows: 10_000, total: 12_345, mayMatch: 3, readAt: AT, bytes: Buffer.from("a") },
  age: {
    ...{ readUsers: 12_348, expectedUsers: 20_000, isEveryUserRead: false, usersWithRoles: 40 },
    ...{ oldestReadAt: new Date(AT.getTime() - 180 * 60_000), oldestRolesReadAt: null },
  },
};

/** Files at a Slack that deletes with this result. `shared` are the arguments of each sharing. */
async function setUp({
  deletes = async (): Promise<unknown> => ({ ok: true }),
  shares = async (): Promise<unknown> => ({ ok: true }),
} = {}) {
  const postedMessages = createMemoryPostedMessages(() => AT);
  const upload_url = await serve(answering(200));
  const shared: { initial_comment?: string }[] = [];
  const deleted: unknown[] = [];
  let uploads = 0;
  const api = {
    reading: {
      conversations: { open: async () => ({ ok: true, channel: { id: "D0THEO" } }) },
      files: { info: async () => refused("file_not_found") },
    },
    posting: {
      files: {
        getUploadURLExternal: async () => {
          uploads += 1;
          return { ok: true, upload_url, file_id: `F${uploads}` };
        },
        completeUploadExternal: async (given: object) => {
          shared.push(given);
          return shares();
        },
        delete: async (given: object) => {
          deleted.push(given);
          return deletes();
        },
      },
    },
  } as unknown as SlackApi; // nothing else is called
  return { files: createExportedFiles({ api, postedMessages }), postedMessages, shared, deleted };
}

it("a file that Slack took is not made again, and Slack is not asked whether it has the file", async () => {
  const { files, shared } = await setUp();
  let made = 0;
  const make = async () => {
    made += 1;
    return FILE;
  };
  for (const _ of [1, 2]) expect(await files.deliver("e", "U0THEO", make)).toBe("delivered");
  expect([made, shared.length]).toEqual([1, 1]);
});

it("the message of a file says how many of how many, which may match, and the age, without typed text", async () => {
  const { files, shared } = await setUp();
  await files.deliver("e", "U0THEO", async () => FILE);
  expect(shared[0]?.initial_comment?.split("\n")).toEqual([
    "10,000 of 12,345 users in this file. The file is full. Use a narrower filter for the other users.",
    "3 more users may match: the bot doesn't know their status, organization or roles yet.",
    "12,348 of about 20,000 users read so far; the oldest entry is 3 hours old. Roles read: 40 of 12,348 users. Look up a user for the current state.",
    "The bot deletes this file after 24 hours.",
  ]);
});

it("a file is deleted from Slack once it is old enough", async () => {
  const { files, deleted } = await setUp();
  await files.deliver("e", "U0THEO", async () => FILE);
  const before = new Date(AT.getTime() - 1);
  expect(await files.remove("e", { uploadedBefore: before })).toEqual({ kind: "too_new", begunAt: AT });
  expect(deleted).toEqual([]);
  expect(await files.remove("e", { uploadedBefore: LATER })).toEqual({
    ...{ kind: "removed", files: [{ fileId: "F1", wasGone: false }] },
  });
  expect(deleted).toEqual([{ file: "F1" }]);
  expect(await files.remove("other", { uploadedBefore: LATER })).toEqual({ kind: "none" });
});

it("a file that was uploaded again is deleted with its earlier upload, which Slack may have shared late", async () => {
  const answers = [() => Promise.reject(new Error("no answer")), async () => ({ ok: true })];
  const { files, deleted } = await setUp({ shares: async () => answers.shift()?.() });
  await expect(files.deliver("e", "U0THEO", async () => FILE)).rejects.toThrow("no answer");
  expect(await files.deliver("e", "U0THEO", async () => FILE)).toBe("delivered");
  const removal = await files.remove("e", { uploadedBefore: LATER });
  expect(removal).toMatchObject({ files: [{ fileId: "F2" }, { fileId: "F1" }] });
  expect(deleted).toEqual([{ file: "F2" }, { file: "F1" }]);
});

it.each(["file_not_found", "file_deleted"])(
  "a file of which Slack answers %s counts as deleted",
  async (code) => {
    const { files } = await setUp({ deletes: () => refused(code) });
    await files.deliver("e", "U0THEO", async () => FILE);
    expect(await files.remove("e", { uploadedBefore: LATER })).toMatchObject({ files: [{ wasGone: true }] });
  },
);

it.each([
  ["missing_scope", { code: "directory_unavailable" }],
  ["cant_delete_file", { data: { error: "cant_delete_file" } }],
])("a refusal of Slack's to delete a file is an error: %s", async (code, error) => {
  const { files } = await setUp({ deletes: () => refused(code) });
  await files.deliver("e", "U0THEO", async () => FILE);
  await expect(files.remove("e", { uploadedBefore: LATER })).rejects.toMatchObject(error);
});

it("the lines of users continue the header as one CSV file without formulas", async () => {
  const { files } = await setUp();
  const user = { userId: "1", username: "=cmd", displayName: "+1;=2", blocked: null, listedAt: AT };
  const unread = { ...user, active: false, orgName: null, roles: null, rolesListedAt: null };
  const read = { ...user, active: true, orgName: "@x", roles: ["A", "-B"], rolesListedAt: LATER };
  const text = Buffer.concat([files.header(), files.lines([unread]), files.lines([read])]).toString();
  expect(text.split("\r\n")).toEqual([
    "\uFEFFuser_id,username,name,active,blocked,organization,roles,read_at,roles_read_at",
    `1,'=cmd,"'+1;'=2",no,unknown,unknown,not read yet,2026-11-01T09:00:00.000Z,`,
    `1,'=cmd,"'+1;'=2",yes,unknown,'@x,"A; '-B",2026-11-01T09:00:00.000Z,2026-11-02T09:00:00.000Z`,
    "",
  ]);
});
