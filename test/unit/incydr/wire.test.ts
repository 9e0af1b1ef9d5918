import { createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { createHttpExchange } from "../../../src/incydr/http/http-exchange.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { refusal, someUser, startIncydr } from "./recorded-incydr.ts";
import { openClient, startRecordingServer } from "./recording-server.ts";

test.each([301, 302, 307, 308])(
  "no request follows a redirect (%i), which its token would too",
  async (status) => {
    await using other = await startRecordingServer(() => ({ json: { userId: someUser } }));
    await using incydr = await startIncydr(({ target }) => ({
      status,
      headers: { Location: other.url + target },
    }));
    const read = await refusal(incydr.users.getUser(someUser));
    expect(read).toMatchObject({ code: "unexpected_answer", status });
    expect(await refusal(incydr.users.deactivate(someUser))).toMatchObject({ status });
    expect([other.requests, other.tokenRequests]).toEqual([[], []]);
  },
);

test.each([
  ["its caller gave up just before it starts", "http:", AbortSignal.abort(new Error("given up")), "aborted"],
  ["the TLS handshake fails", "https:", new AbortController().signal, "network"],
])("a request is provably not sent if %s", async (_, protocol, signal, reason) => {
  await using server = await startRecordingServer();
  const http = createHttpExchange({ clock: systemClock });
  const outcome = await http.send({
    method: "GET",
    url: `${server.url.replace("http:", protocol)}/v1/users`,
    headers: {},
    freshConnection: true,
    timeoutMs: 60_000,
    signal,
  });
  http.close();
  expect(outcome).toMatchObject({ kind: "lost", sent: "no", reason });
  expect(server.requests).toEqual([]);
});

test("an error of Redis is told without its password, as it is and as its URL spells it", async () => {
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
