import { expect, it } from "vitest";
import { createSlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { serve } from "../../../support/http-server.ts";

/** The bot's clients of a Slack that answers each call with this status, or does not answer; `asked` has the calls. */
async function slackThat(status: number | null) {
  const asked: string[] = [];
  const origin = await serve((request, response) => {
    asked.push(request.url ?? "");
    if (status === null) request.socket.destroy();
    else response.writeHead(status, { "retry-after": "30" }).end();
  });
  return { asked, ...createSlackApi({ token: "xoxb-1", apiUrl: `${origin}/api/` }) };
}

it("a read without an answer is repeated, and a post is never repeated: Slack may have posted it", async () => {
  const { asked, reading, posting } = await slackThat(null);
  await expect(posting.chat.postMessage({ channel: "C0APPROVE", text: "Approved." })).rejects.toThrow();
  expect(asked).toEqual(["/api/chat.postMessage"]);
  await expect(reading.users.info({ user: "U0MAYA" })).rejects.toThrow();
  expect(asked.filter((path) => path === "/api/users.info")).toHaveLength(3);
});

it("a call over Slack's rate limit fails at once, and is not repeated", async () => {
  const { asked, reading, posting } = await slackThat(429);
  const limited = { code: "slack_webapi_rate_limited_error" };
  await expect(reading.users.info({ user: "U0MAYA" })).rejects.toMatchObject(limited);
  await expect(posting.chat.delete({ channel: "C0APPROVE", ts: "1.0" })).rejects.toMatchObject(limited);
  expect(asked).toEqual(["/api/users.info", "/api/chat.delete"]);
});
