import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRecordingServer } from "../unit/incydr/recording-server.ts";
import { cannedIds, cannedReply } from "./incydr-client-canned.ts";

const root = join(import.meta.dirname, "../..");
const tsc = join(root, "node_modules/typescript/bin/tsc");
const run = promisify(execFile);

// The packages that the client may need.
const packages = ["axios", "bottleneck", "ioredis", "zod", "@types/node"];

/** A program outside this repository: it uses the client, and the compiler must refuse the wrong types. */
const program = `
import { createIncydrClient, isIncydrError, parseUserId, type OrgGuid, type User } from "incydr-chatops/incydr";

const [url = "", userId = ""] = process.argv.slice(2);
await using client = createIncydrClient({ url, clientId: "key-canned", clientSecret: "s", requestsPerMinute: 6000 });
const user: User = await client.users.getUser(parseUserId(userId));
const created: Date | null = user.creationDate;
const names: (string | null)[] = [];
for await (const { username } of client.users.iterAll({ active: true })) names.push(username);
// @ts-expect-error a plain text is no user id
const unchecked = () => client.users.deactivate("123");
// @ts-expect-error an organization is no user
const mixed = (org: OrgGuid) => client.users.deactivate(org);
try {
  await client.users.getUser(parseUserId("1"));
} catch (thrown) {
  if (!isIncydrError(thrown, "not_found")) throw thrown;
  const code: "not_found" = thrown.code;
  console.log(JSON.stringify([user.username, created?.getTime(), names.length, code, typeof unchecked, typeof mixed]));
}
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "incydr-chatops-package-"));
  const installed = join(folder, "node_modules/incydr-chatops");
  await mkdir(installed, { recursive: true });
  await copyFile(join(root, "package.json"), join(installed, "package.json"));
  for (const name of packages) {
    await mkdir(dirname(join(folder, "node_modules", name)), { recursive: true });
    await symlink(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  const settings = { extends: join(root, "tsconfig.build.json"), include: [join(root, "src/incydr")] };
  const compilerOptions = {
    rootDir: join(root, "src"),
    outDir: join(installed, "dist"),
    typeRoots: [join(root, "node_modules/@types")],
  };
  await writeFile(join(folder, "tsconfig.build.json"), JSON.stringify({ ...settings, compilerOptions }));
  await run(process.execPath, [tsc, "-p", join(folder, "tsconfig.build.json")]);
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await writeFile(join(folder, "program.ts"), program);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the built package exports the client as incydr-chatops/incydr, with types, needing four packages", async () => {
  const options = {
    target: "es2024",
    module: "nodenext",
    lib: ["es2024", "esnext.disposable"],
    types: ["node"],
  };
  const compilerOptions = { ...options, strict: true, noEmit: true };
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, include: ["program.ts"] }),
  );
  await run(process.execPath, [tsc, "-p", folder]);
  await using server = await startRecordingServer(cannedReply);
  const { stdout } = await run(process.execPath, [join(folder, "program.ts"), server.url, cannedIds.userId]);
  expect(JSON.parse(stdout)).toEqual([
    cannedIds.username,
    Date.UTC(2022, 6, 14, 16, 49, 11, 166),
    cannedIds.userCount,
    "not_found",
    "function",
    "function",
  ]);
});
