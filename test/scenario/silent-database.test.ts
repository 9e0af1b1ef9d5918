import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { startBotProcess } from "../support/bot-process.ts";
import { APPROVALS } from "../support/scenario-requests.ts";
import { startWorld } from "../support/world.ts";

/** A TCP proxy before a server. The proxy can stop answering, like a host that has vanished. */
interface SilentProxy extends AsyncDisposable {
  readonly port: number;
  fallSilent(): void;
}

async function startProxy({ host, port }: { host: string; port: number }): Promise<SilentProxy> {
  const sockets = new Set<Socket>();
  let isSilent = false;
  const server = createServer((client) => {
    sockets.add(client);
    client.on("error", () => {});
    if (isSilent) return;
    const upstream = connect(port, host);
    sockets.add(upstream);
    upstream.on("error", () => client.destroy());
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port, // a TCP server has one
    fallSilent() {
      isSilent = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test("a bot whose database has fallen silent says so, shows its metrics, offers only the typed text, and ends at SIGTERM", async () => {
  await using world = await startWorld({ startBot: false });
  const { hostname, port } = new URL(world.env.DATABASE_URL ?? "");
  await using proxy = await startProxy({ host: hostname, port: Number(port) });
  const throughProxy = new URL(world.env.DATABASE_URL ?? "");
  throughProxy.port = String(proxy.port);
  const env = { ...world.env, DATABASE_URL: throughProxy.href };
  await using bot = await startBotProcess({ ...world, env });
  const maya = world.slack.as("maya");
  await maya.command("/incydr deactivate", { in: APPROVALS });
  await maya.waitForModal(({ submit }) => submit === "Continue");
  expect(await maya.typeIn("User", "nad")).toEqual(["Use “nad”"]);
  proxy.fallSilent();
  // Without an ack in time, Slack would show an error in the menu.
  expect(await maya.typeIn("User", "nadi")).toEqual(["Use “nadi”"]);
  const menu = world.slack.deliveries.findLast(({ type }) => type === "block_suggestion");
  expect(menu?.outcome).toMatchObject({
    ...{ acked: true, body: { option_groups: [{ options: [{ value: "typed:nadi" }] }] } },
  });
  const readiness = async () => {
    const answer = await fetch(`http://127.0.0.1:${bot.opsPort}/readyz?scope=traffic`);
    const { dependencies } = (await answer.json()) as { dependencies: { database: { state: string } } };
    return [answer.status, dependencies.database.state];
  };
  await expect.poll(readiness, { timeout: 60_000 }).toEqual([503, "failing"]);
  expect((await fetch(`http://127.0.0.1:${bot.opsPort}/metrics`)).status).toBe(200);
  process.kill(bot.pid, "SIGTERM");
  expect(await bot.exitCode).toBe(1);
  expect(bot.log.join("\n")).toContain("The service did not stop in time");
}, 120_000);
