import { createServer } from "node:http";
import { expect, it } from "vitest";
import { createSlackApi } from "../../../../src/slack/web-api/slack-api.ts";

it("a read that Slack doesn't answer is repeated, and a post never: it may have been posted", async () => {
  const asked: string[] = [];
  await using server = createServer((request) => {
    asked.push(request.url ?? "");
    request.socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : "";
  const { reading, posting } = createSlackApi({ token: "xoxb-1", apiUrl: `http://127.0.0.1:${port}/api/` });
  await expect(posting.chat.postMessage({ channel: "C0APPROVE", text: "Approved." })).rejects.toThrow();
  expect(asked).toEqual(["/api/chat.postMessage"]);
  await expect(reading.users.info({ user: "U0MAYA" })).rejects.toThrow();
  expect(asked.filter((path) => path === "/api/users.info")).toHaveLength(3);
});

it("a call over Slack's limit fails at once, and holds up no other", async () => {
  const asked: string[] = [];
  await using server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(429, { "retry-after": "30" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : "";
  const { reading, posting } = createSlackApi({ token: "xoxb-1", apiUrl: `http://127.0.0.1:${port}/api/` });
  const limited = { code: "slack_webapi_rate_limited_error" };
  await expect(reading.users.info({ user: "U0MAYA" })).rejects.toMatchObject(limited);
  await expect(posting.chat.delete({ channel: "C0APPROVE", ts: "1.0" })).rejects.toMatchObject(limited);
  expect(asked).toEqual(["/api/users.info", "/api/chat.delete"]);
});
