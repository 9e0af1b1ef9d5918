import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, inject, it, vi } from "vitest";
import { withClient } from "../../sandbox/postgres/database-admin.ts";
import { startPostgres } from "../../sandbox/postgres/embedded-postgres-server.ts";
import {
  isRunning,
  newDataFolder,
  newFolder,
  parentOf,
  pidFile,
  serverPid,
  startParent,
  untilEnded,
} from "../support/database-parent.ts";

// Each test starts servers, most of them more than one.
vi.setConfig({ testTimeout: 90_000 });

const commitRow = (url: string) =>
  withClient(url, (client) => client.query("CREATE TABLE kept AS SELECT 'committed' AS row"));

async function readRow(url: string): Promise<unknown> {
  const { rows } = await withClient(url, (client) => client.query("SELECT row FROM kept"));
  return rows[0]?.row;
}

describe("a server after a kill -9 of the process that started it", () => {
  it("ends by itself, and removes the folder of temporary data", async () => {
    await using folder = await newFolder();
    const dataDir = path.join(folder.path, "data");
    const parent = await startParent({ dataDir, persistent: false, copyOf: inject("unusedCluster") });
    const [server, watchdog] = [serverPid(dataDir), parentOf(serverPid(dataDir))];

    await parent.kill9();

    await untilEnded(server);
    await untilEnded(watchdog);
    expect(existsSync(dataDir)).toBe(false);
  });

  it("gives way at once to the next start, which has the committed data", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true };
    const parent = await startParent(options);
    await commitRow(parent.url);
    const earlier = serverPid(folder.path);

    await parent.kill9();
    await using server = await startPostgres(options);

    expect(await readRow(server.connectionString("postgres"))).toBe("committed");
    expect(isRunning(earlier)).toBe(false);
  });

  it("is stopped by the next start if its watchdog was killed as well", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true };
    const parent = await startParent(options);
    await commitRow(parent.url);
    const orphan = serverPid(folder.path);

    process.kill(parentOf(orphan), "SIGKILL");
    await parent.kill9();
    expect(isRunning(orphan)).toBe(true);
    await using server = await startPostgres(options);

    expect(isRunning(orphan)).toBe(false);
    expect(await readRow(server.connectionString("postgres"))).toBe("committed");
  });
});

describe("a start", () => {
  it("leaves a process alone that only happens to have the id of the pid file", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true, durable: false };
    // The process runs under the server's account, because PostgreSQL ignores processes of other accounts.
    const { uid, gid } = await stat(path.join(folder.path, "server/cluster"));
    const stranger = spawn("/bin/sh", ["-c", "read line"], {
      cwd: "/",
      uid,
      gid,
      stdio: ["pipe", "ignore", "ignore"],
    });
    await writeFile(pidFile(folder.path), `${stranger.pid}\n${path.join(folder.path, "server/cluster")}\n`);

    await using server = await startPostgres(options);

    await withClient(server.connectionString("postgres"), (client) => client.query("SELECT 1"));
    expect(isRunning(stranger.pid ?? 0)).toBe(true);
    stranger.kill();
  });

  it("succeeds over a pid file that a crash of the machine has emptied", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true, durable: false };
    await writeFile(pidFile(folder.path), "");
    await using server = await startPostgres(options);
    expect(Number((await readFile(pidFile(folder.path), "utf8")).split("\n")[3])).toBe(server.port);
  });

  it("makes a cluster anew if a kill interrupted the making of the first one", async () => {
    await using folder = await newFolder();
    const options = { dataDir: folder.path, persistent: true, durable: false };
    const parent = startParent(options);
    // A file of the unfinished cluster exists, so initdb is running.
    await expect
      .poll(() => existsSync(path.join(folder.path, "server/password")), { interval: 5 })
      .toBe(true);
    const holder = Number(await readFile(path.join(folder.path, "lock-holder"), "utf8"));
    process.kill(holder, "SIGKILL");
    expect((await parent).report.started).toBe(false);

    await using server = await startPostgres(options);

    await withClient(server.connectionString("postgres"), (client) => client.query("SELECT 1"));
  });
});

describe("a server that was killed", () => {
  it("reports its end, and the next one has the committed data and can be stopped without its watchdog", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true };
    const killed = await startPostgres(options);
    await commitRow(killed.connectionString("postgres"));
    process.kill(serverPid(folder.path), "SIGKILL");
    await killed.ended;
    await killed.stop();
    expect(existsSync(pidFile(folder.path))).toBe(true);

    const server = await startPostgres(options);

    expect(await readRow(server.connectionString("postgres"))).toBe("committed");

    const pid = serverPid(folder.path);
    process.kill(parentOf(pid), "SIGKILL");
    await server.stop();
    await untilEnded(pid);
  });
});
