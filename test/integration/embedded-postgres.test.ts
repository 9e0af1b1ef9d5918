import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { withClient } from "../../sandbox/postgres/database-admin.ts";
import { type PostgresServer, startPostgres } from "../../sandbox/postgres/embedded-postgres-server.ts";
import { newDataFolder, newFolder, startParent } from "../support/database-parent.ts";

describe("an embedded PostgreSQL server", () => {
  it("listens on loopback only, lets in only who knows the password of its folder, and is the same on every machine", async () => {
    await using folder = await newDataFolder();
    await using server = await startPostgres({ dataDir: folder.path, persistent: true, durable: false });

    const url = server.connectionString("postgres");
    expect(await settingsOf(server)).toEqual({
      addresses: "127.0.0.1",
      zone: "UTC",
      folded: "pär.öberg",
      bytewise: true,
      // It was told that the data don't matter.
      fsync: "off",
      commit: "off",
    });
    const unauthorized = new URL(url);
    unauthorized.password = "postgres";
    await expect(withClient(unauthorized.href, async () => "let in")).rejects.toMatchObject({
      code: "28P01",
    });
    const passwordFile = path.join(folder.path, "server/password");
    expect((await stat(passwordFile)).mode & 0o777).toBe(0o600);
    expect((await readFile(passwordFile, "utf8")).trim()).toBe(new URL(url).password);
  });

  it("flushes every commit unless it was told that the data don't matter", async () => {
    await using folder = await newDataFolder();
    await using server = await startPostgres({ dataDir: folder.path, persistent: true });
    expect(await settingsOf(server)).toMatchObject({ fsync: "on", commit: "on" });
  });

  it("keeps its data from one start to the next, and forgets them when asked to begin afresh", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true, durable: false };
    {
      await using server = await startPostgres(options);
      await server.createDatabase("kept");
    }
    {
      await using server = await startPostgres(options);
      await expect(server.createDatabase("kept")).rejects.toMatchObject({ code: "42P04" });
      await server.createDatabase("kept", { unlessExists: true });
    }
    await using server = await startPostgres({ ...options, fresh: true });
    await server.createDatabase("kept");
  });

  it("removes the folder of data that aren't to be kept when it stops, in spite of an open connection", async () => {
    await using folder = await newFolder();
    const dataDir = path.join(folder.path, "data");
    const server = await startPostgres({ dataDir, persistent: false });
    await withClient(server.connectionString("postgres"), async (client) => {
      client.on("error", () => undefined);
      await server.stop();
    });
    await server.ended;
    expect(existsSync(dataDir)).toBe(false);
    await server.stop();
  });

  it("takes another port when a program that speaks something else has taken the one it chose", async () => {
    await using folder = await newFolder();
    const taken = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(taken, "listening");
    const ports = [portOf(taken), await unusedPort()];
    const dataDir = path.join(folder.path, "data");
    const choosePort = async () => ports.shift() ?? 0;

    await using server = await startPostgres({ dataDir, persistent: false, choosePort });

    taken.close();
    const answer = await withClient(server.connectionString("postgres"), (client) =>
      client.query("SELECT 1 AS one"),
    );
    expect(answer.rows).toEqual([{ one: 1 }]);
    expect(ports).toEqual([]);
  });

  it("quotes the server's log when the server can't start", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true, durable: false };
    await writeFile(path.join(folder.path, "server/cluster/postgresql.conf"), "no_such_setting = 1\n");
    await expect(startPostgres(options)).rejects.toThrow(/didn't start.*no_such_setting/);
  });

  it("doesn't take a folder with something in it for data that aren't to be kept", async () => {
    await using folder = await newFolder();
    const precious = path.join(folder.path, "precious");
    await writeFile(precious, "");
    await expect(startPostgres({ dataDir: folder.path, persistent: false })).rejects.toMatchObject({
      code: "folder_not_empty",
    });
    expect(existsSync(precious)).toBe(true);
  });

  it("names both versions when the data were made by another PostgreSQL", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true, durable: false };
    await writeFile(path.join(folder.path, "server/cluster/PG_VERSION"), "9\n");
    await expect(startPostgres(options)).rejects.toThrow(/made by PostgreSQL 9, this is 18.*--fresh/);
  });
});

async function settingsOf(server: PostgresServer): Promise<unknown> {
  const query = `SELECT current_setting('listen_addresses') AS addresses, current_setting('timezone') AS zone,
    lower('PÄR.ÖBERG') AS folded, 'Z' < 'a' AS bytewise,
    current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`;
  const { rows } = await withClient(server.connectionString("postgres"), (client) => client.query(query));
  return rows[0];
}

async function unusedPort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const port = portOf(probe);
  probe.close();
  await once(probe, "close");
  return port;
}

function portOf(server: Server): number {
  // Of a server that listens on an IP address, `address()` is never a string or null.
  return (server.address() as AddressInfo).port;
}

describe("two starts on one folder", () => {
  it("let the second know who runs already, and leave the first alone", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true, durable: false };
    await using first = await startParent(options);
    await expect(startPostgres(options)).rejects.toMatchObject({
      code: "already_running",
      message: expect.stringContaining(`(process ${first.pid})`),
    });
    const answer = await withClient(first.url, (client) => client.query("SELECT 1 AS one"));
    expect(answer.rows).toEqual([{ one: 1 }]);
  });

  it("give one server when they come at the same moment", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true, durable: false };
    const parents = await Promise.all([startParent(options), startParent(options), startParent(options)]);
    const outcomes = parents.map(({ report }) => (report.started ? "started" : report.code));
    await Promise.all(parents.map((parent) => parent[Symbol.asyncDispose]()));
    expect(outcomes.sort()).toEqual(["already_running", "already_running", "started"]);
  });

  it("both succeed on different folders, each on a port of its own", async () => {
    await using one = await newFolder();
    await using other = await newFolder();
    const [first, second] = await Promise.all(
      [one, other].map(({ path: dataDir }) => startPostgres({ dataDir, persistent: true, durable: false })),
    );
    await first?.stop();
    await second?.stop();
    expect(first?.port).not.toBe(second?.port);
  });
});
