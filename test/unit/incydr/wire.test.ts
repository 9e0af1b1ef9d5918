import { createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { createHttpExchange } from "../../../src/incydr/http/http-exchange.ts";
import { readServerErrorDetail } from "../../../src/incydr/http/server-error-detail.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { someUser, startIncydr } from "./recorded-incydr.ts";
import { openClient, startRecordingServer } from "./recording-server.ts";

test.each([301, 302, 307, 308])(
  "no request follows a redirect (%i): its token would go elsewhere",
  async (status) => {
    await using other = await startRecordingServer(() => ({ json: { userId: someUser } }));
    await using incydr = await startIncydr(({ target }) => ({
      status,
      headers: { Location: other.url + target },
    }));
    await expect(incydr.users.getUser(someUser)).rejects.toMatchObject({ code: "unexpected_answer", status });
    await expect(incydr.users.deactivate(someUser)).rejects.toMatchObject({ status });
    expect([other.requests, other.tokenRequests]).toEqual([[], []]);
  },
);

test("a request whose caller gave up just before it starts is never sent", async () => {
  await using server = await startRecordingServer();
  const http = createHttpExchange({ clock: systemClock });
  const outcome = await http.send({
    method: "GET",
    url: `${server.url}/v1/users`,
    headers: {},
    freshConnection: true,
    timeoutMs: 60_000,
    signal: AbortSignal.abort(new Error("given up")),
  });
  http.close();
  expect(outcome).toMatchObject({ kind: "lost", sent: "no", reason: "aborted" });
  expect(server.requests).toEqual([]);
});

test("why Redis can't be used is told without its password, as it is and as its URL spells it", async () => {
  const sockets = new Set<Socket>();
  const redis = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", () => socket.write("-ERR invalid password hush/hush or hush%2Fhush\r\n".repeat(8)));
  });
  await new Promise<void>((resolve) => redis.listen(0, "127.0.0.1", resolve));
  const address = redis.address();
  const port = typeof address === "object" ? address?.port : 0;
  const told = Promise.withResolvers<string | null>();
  const client = openClient("http://127.0.0.1:1", {
    requestsPerMinute: 60,
    redisUrl: `redis://:hush%2Fhush@127.0.0.1:${port}`,
    hooks: { onSharing: ({ reason }) => told.resolve(reason) },
  });
  const reason = await told.promise;
  expect(reason).toContain("invalid password [redacted] or [redacted]");
  expect(reason).not.toContain("hush");
  await client.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => redis.close(resolve));
});

test("of an error's body the first 65,536 characters are read, for more is no error of Incydr's", () => {
  const readBehind = (blanks: number) =>
    readServerErrorDetail(`${" ".repeat(blanks)}late`, (text) => text).text;
  expect([readBehind(65_532), readBehind(65_536)]).toEqual(["late", null]);
});
