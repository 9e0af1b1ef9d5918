import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../sandbox/postgres/database-admin.ts";
import {
  type PostgresOptions,
  type PostgresServer,
  startPostgres,
} from "../../sandbox/postgres/embedded-postgres-server.ts";
import { newDataFolder, newFolder, startParent } from "../support/database-parent.ts";

// The first tests use two servers that start at the same moment. Each test begins with the state that the previous test
// left.
describe("an embedded PostgreSQL server", () => {
  const stack = new AsyncDisposableStack();
  let options: PostgresOptions;
  let server: PostgresServer;
  let durable: PostgresServer;
  beforeAll(async () => {
    const folders = [stack.use(await newDataFolder()), stack.use(await newDataFolder())] as const;
    options = { dataDir: folders[0].path, persistent: true, durable: false };
    [server, durable] = await Promise.all([
      startPostgres(options),
      startPostgres({ dataDir: folders[1].path, persistent: true }),
    ]);
    stack.use(durable);
    stack.defer(() => server.stop());
  });
  afterAll(() => stack.disposeAsync());

  it("listens on loopback only, lets in only clients with the password of its folder, and is the same on every machine", async () => {
    const url = server.connectionString("postgres");
    expect(await settingsOf(server)).toEqual({
      addresses: "127.0.0.1",
      zone: "UTC",
      folded: "pär.öberg",
      bytewise: true,
      // This server was started without `durable`.
      fsync: "off",
      commit: "off",
    });
    const unauthorized = new URL(url);
    unauthorized.password = "postgres";
    await expect(withClient(unauthorized.href, async () => "let in")).rejects.toMatchObject({
      code: "28P01",
    });
    const passwordFile = path.join(options.dataDir, "server/password");
    expect((await stat(passwordFile)).mode & 0o777).toBe(0o600);
    expect((await readFile(passwordFile, "utf8")).trim()).toBe(new URL(url).password);
  });

  it("flushes every commit unless it is started as not durable", async () => {
    expect(await settingsOf(durable)).toMatchObject({ fsync: "on", commit: "on" });
  });

  it("restarts on its port with its data, and has not ended by that", async () => {
    let hasEnded = false;
    void durable.ended.then(() => {
      hasEnded = true;
    });
    const url = durable.connectionString("postgres");
    const startedAt = () =>
      withClient(url, async (client) => {
        const { rows } = await client.query(
          "select pg_postmaster_start_time()::text as at, current_setting('port') as port",
        );
        return rows[0];
      });
    const before = await startedAt();
    await withClient(url, (client) => client.query("create table outlives (id int)"));
    await durable.restart();
    const after = await startedAt();
    expect(after.at).not.toBe(before.at);
    expect(after.port).toBe(before.port);
    await withClient(url, (client) => client.query("drop table outlives"));
    expect(hasEnded).toBe(false);
  });

  it("runs beside another on a different folder, on a port of its own", () => {
    expect(server.port).not.toBe(durable.port);
  });

  it("is left alone by a second start on its folder, which fails with the id of the running process", async () => {
    await expect(startPostgres(options)).rejects.toMatchObject({
      code: "already_running",
      message: expect.stringContaining(`(process ${process.pid})`),
    });
    const answer = await withClient(server.connectionString("postgres"), (client) =>
      client.query("SELECT 1 AS one"),
    );
    expect(answer.rows).toEqual([{ one: 1 }]);
  });

  it("keeps its data from one start to the next, and forgets them when asked to begin afresh", async () => {
    await server.createDatabase("kept");
    await server.stop();
    server = await startPostgres(options);
    await expect(server.createDatabase("kept")).rejects.toMatchObject({ code: "42P04" });
    await server.createDatabase("kept", { unlessExists: true });
    await server.stop();
    server = await startPostgres({ ...options, fresh: true });
    await server.createDatabase("kept");
  });

  it("takes another port if its port is taken, and removes its temporary folder when it stops, in spite of an open connection", async () => {
    await using folder = await newFolder();
    const taken = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(taken, "listening");
    const ports = [portOf(taken), await unusedPort()];
    const dataDir = path.join(folder.path, "data");
    const choosePort = async () => ports.shift() ?? 0;

    const disposable = await startPostgres({
      dataDir,
      persistent: false,
      copyOf: inject("unusedCluster"),
      choosePort,
    });

    taken.close();
    expect(ports).toEqual([]);
    await withClient(disposable.connectionString("postgres"), async (client) => {
      client.on("error", () => undefined);
      expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
      await disposable.stop();
    });
    await disposable.ended;
    expect(existsSync(dataDir)).toBe(false);
    await disposable.stop();
  });

  it("fails with the server's log if the server can't start", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true, durable: false };
    await writeFile(path.join(folder.path, "server/cluster/postgresql.conf"), "no_such_setting = 1\n");
    await expect(startPostgres(options)).rejects.toThrow(/didn't start.*no_such_setting/);
  });

  it("keeps no temporary data in a folder that isn't empty", async () => {
    await using folder = await newFolder();
    const precious = path.join(folder.path, "precious");
    await writeFile(precious, "");
    await expect(startPostgres({ dataDir: folder.path, persistent: false })).rejects.toMatchObject({
      code: "folder_not_empty",
    });
    expect(existsSync(precious)).toBe(true);
  });

  it("fails with both versions if another PostgreSQL made the data", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true, durable: false };
    await writeFile(path.join(folder.path, "server/cluster/PG_VERSION"), "9\n");
    await expect(startPostgres(options)).rejects.toThrow(
      /PostgreSQL 9 made .*this is PostgreSQL 18.*Remove the folder/,
    );
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

describe("three starts on one folder", () => {
  it("start one server if they come at the same moment", async () => {
    await using folder = await newDataFolder();
    const options = { dataDir: folder.path, persistent: true, durable: false };
    const parents = await Promise.all([startParent(options), startParent(options), startParent(options)]);
    const outcomes = parents.map(({ report }) => (report.started ? "started" : report.code));
    await Promise.all(parents.map((parent) => parent[Symbol.asyncDispose]()));
    expect(outcomes.sort()).toEqual(["already_running", "already_running", "started"]);
  });
});
