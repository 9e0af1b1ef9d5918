import { expect, it } from "vitest";
import {
  createHealthHandler,
  HEALTH_PATH,
  type HealthCheck,
  startHealthServer,
} from "../../../src/app/health.ts";

async function ask(isHealthy: HealthCheck, path = HEALTH_PATH): Promise<[number, string]> {
  const handler = createHealthHandler(isHealthy);
  const server = await startHealthServer({ host: "127.0.0.1", port: 0, handler });
  try {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      headers: { connection: "close" },
    });
    return [answer.status, await answer.text()];
  } finally {
    await server.stop();
  }
}

it("says ok while the service can work", async () => {
  expect(await ask(async () => true)).toEqual([200, "ok\n"]);
});

it("says unavailable when it can't, and tells nobody why", async () => {
  expect(await ask(async () => false)).toEqual([503, "unavailable\n"]);
  const away: HealthCheck = () => Promise.reject(new Error("password=hunter2"));
  expect(await ask(away)).toEqual([503, "unavailable\n"]);
});

it("answers nothing else", async () => {
  expect(await ask(async () => true, "/slack/events")).toEqual([404, ""]);
});

it("can't start on a port that is taken", async () => {
  const handler = createHealthHandler(async () => true);
  const first = await startHealthServer({ host: "127.0.0.1", port: 0, handler });
  const second = startHealthServer({ host: "127.0.0.1", port: first.port, handler });
  await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
  await first.stop();
});
