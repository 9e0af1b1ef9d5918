import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, lstat, mkdir, readlink, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it, vi } from "vitest";
import { withClient } from "../../sandbox/postgres/database-admin.ts";
import { isOwnFolder } from "../../sandbox/postgres/temporary-base.ts";
import { copyClone } from "../support/database-clone.ts";
import { newFolder, startParent } from "../support/database-parent.ts";

// The test copies a clone with its packages twice, which takes long.
vi.setConfig({ testTimeout: 90_000 });

const runsAsRoot = process.geteuid?.() === 0;
const tableExists = "SELECT to_regclass('kept') IS NOT NULL AS exists";

async function findsTable(url: string): Promise<boolean> {
  const { rows } = await withClient(url, (client) => client.query(tableExists));
  return rows[0].exists;
}

describe("a server in a clone under a folder that only its owner can enter", () => {
  it("keeps its data over a kill -9, and starts anew if the temporary directory was emptied", async () => {
    // If root runs the server under another account, this account can reach neither the data nor the binaries.
    await using folder = await newFolder(0o700);
    await using temporary = await newFolder(0o1777);
    const clone = path.join(folder.path, "clone");
    await copyClone(clone);
    const options = { dataDir: path.join(clone, ".sandbox/postgres"), persistent: true, durable: false };
    const place = { clone, temporaryFolder: temporary.path };

    const first = await startParent(options, place);
    await withClient(first.url, (client) => client.query("CREATE TABLE kept ()"));
    await first.kill9();
    {
      await using second = await startParent(options, place);
      expect(await findsTable(second.url)).toBe(true);
    }

    const serverLink = path.join(options.dataDir, "server");
    expect((await lstat(serverLink)).isSymbolicLink()).toBe(runsAsRoot);
    if (runsAsRoot) await rm(await readlink(serverLink), { recursive: true });
    await using third = await startParent({ ...options, copyOf: inject("unusedCluster") }, place);
    expect(await findsTable(third.url)).toBe(!runsAsRoot);
  });

  it("removes temporary data from the temporary directory, also after a kill -9", async () => {
    await using folder = await newFolder(0o700);
    await using temporary = await newFolder(0o1777);
    const dataDir = path.join(folder.path, "data");
    const parent = await startParent(
      { dataDir, persistent: false, copyOf: inject("unusedCluster") },
      { temporaryFolder: temporary.path },
    );
    const serverFolder = runsAsRoot ? await readlink(path.join(dataDir, "server")) : dataDir;
    expect(existsSync(serverFolder)).toBe(true);
    await parent.kill9();
    await expect.poll(() => existsSync(serverFolder), { interval: 20 }).toBe(false);
    await expect.poll(() => existsSync(dataDir), { interval: 20 }).toBe(false);
  });
});

describe("an account that isn't root", () => {
  it("runs the server as itself", async () => {
    await using folder = await newFolder();
    const account = runsAsRoot
      ? { uid: 65534, gid: 65534 }
      : { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
    const clone = path.join(folder.path, "clone");
    const node = path.join(folder.path, "node");
    await copyClone(clone);
    await copyFile(process.execPath, node);
    await promisify(execFile)("chown", ["-R", `${account.uid}:${account.gid}`, folder.path]);
    const dataDir = path.join(clone, ".sandbox/postgres");

    await using parent = await startParent(
      { dataDir, persistent: true, durable: false },
      { clone, node, account },
    );

    await withClient(parent.url, (client) => client.query("SELECT 1"));
    expect((await lstat(path.join(dataDir, "server/cluster"))).uid).toBe(account.uid);
  });
});

describe("a folder in the temporary directory", () => {
  it("is not trusted if others can write to it, or if it is a link", async () => {
    await using folder = await newFolder();
    const own = path.join(folder.path, "own");
    const link = path.join(folder.path, "link");
    await mkdir(own, { mode: 0o711 });
    await symlink(own, link);
    expect(await isOwnFolder(own)).toBe(true);
    expect(await isOwnFolder(link)).toBe(false);
    await chmod(own, 0o777);
    expect(await isOwnFolder(own)).toBe(false);
  });
});
