import net from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createConnectionPool } from "../../src/persistence/connection-pool.ts";
import { createServerGeneration } from "../../src/persistence/server-generation.ts";
import { openTestStore, type TestStore } from "../support/test-store.ts";

let store: TestStore;
beforeEach(async () => {
  store = await openTestStore();
});
afterEach(() => store[Symbol.asyncDispose]());

/** A link to the database whose open connections can go silent, as when a host vanishes; later ones work. */
async function startLink(connectionString: string) {
  const target = new URL(connectionString);
  const { hostname, port } = target;
  const links = new Set<[net.Socket, net.Socket]>();
  const server = net.createServer({ allowHalfOpen: true }, (near) => {
    const far = net.connect(Number(port), hostname);
    links.add([near, far]);
    for (const socket of [near, far]) socket.on("error", () => {});
    near.pipe(far, { end: true });
    far.pipe(near, { end: true });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  target.hostname = "127.0.0.1";
  target.port = String((server.address() as net.AddressInfo).port); // a listening TCP server has one
  return {
    connectionString: target.href,
    silence() {
      for (const [near, far] of links) {
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
        far.resume();
      }
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        for (const each of links) for (const socket of each) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

test("a wait for a connection, and the end of a pool, take no longer if the host of a connection has vanished", async () => {
  await using link = await startLink(store.connectionString);
  const generation = createServerGeneration();
  const { connectionString } = link;
  const pool = createConnectionPool({ connectionString, max: 1, generation, onError: () => {} });
  const client = await pool.connect();
  await client.query("select 1");
  const waiting = pool.query("select 2 as two");
  generation.end(generation.current, new Error("read-only"));
  link.silence();
  client.release();
  expect((await waiting).rows).toEqual([{ two: 2 }]);
  link.silence();
  await pool.end();
});
