import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { LogLevel, WebAPIPlatformError, WebAPIRequestError, WebClient } from "@slack/web-api";
import { expect, it } from "vitest";
import { neededScopes, slackFailure } from "../../../../src/slack/web-api/slack-failure.ts";

/** The error that a call of the Web API throws when a server answers like this. */
async function failureOf(answer: RequestListener, timeout = 10_000): Promise<unknown> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  try {
    return await thrownBy(`http://127.0.0.1:${port}/api/`, timeout);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function thrownBy(slackApiUrl: string, timeout = 10_000): Promise<unknown> {
  const client = new WebClient("xoxb-1", {
    slackApiUrl,
    timeout,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    logLevel: LogLevel.ERROR,
  });
  return client.auth.test().then(
    () => null,
    (error: unknown) => error,
  );
}

const answering =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

it.each<[string, RequestListener]>([
  ["http_503", answering(503, "down")],
  ["http_404", answering(404, "no such page")],
  ["ratelimited", answering(429, "{}", { "retry-after": "7" })],
  ["unexpected_answer", answering(200, "<html>Sign in to the guest network</html>")],
  ["internal_error", answering(200, '{"ok":false,"error":"internal_error"}')],
  ["UND_ERR_SOCKET", (request) => request.socket.destroy()],
])("calls Slack unreachable with the code %s", async (code, answer) => {
  expect(slackFailure(await failureOf(answer))).toEqual({ kind: "unreachable", code });
});

it("calls Slack unreachable when no answer comes in time", async () => {
  expect(slackFailure(await failureOf(() => {}, 50))).toEqual({ kind: "unreachable", code: "timeout" });
});

it.each([
  "ENOTFOUND",
  "EAI_AGAIN",
  "CERT_HAS_EXPIRED",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UND_ERR_CONNECT_TIMEOUT",
])(
  "gives the system's code %s from the cause of a failed request, also of one of several addresses",
  (code) => {
    const network = Object.assign(new Error("some address and port"), { code });
    for (const cause of [network, new AggregateError([network], "all addresses")]) {
      const error = new WebAPIRequestError(new TypeError("fetch failed", { cause }));
      expect(slackFailure(error)).toEqual({ kind: "unreachable", code });
    }
  },
);

it("never gives a text as the code", () => {
  const error = new WebAPIRequestError(new Error("getaddrinfo ENOTFOUND slack.internal"));
  expect(slackFailure(error).code).toBe("unknown_error");
  expect(slackFailure("thrown text").code).toBe("unknown_error");
});

it.each(["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"])(
  "knows %s as a refusal of the token",
  (code) => {
    const error = new WebAPIPlatformError({ ok: false, error: code });
    expect(slackFailure(error)).toEqual({ kind: "token_refused", code });
    expect(slackFailure(new Error("a wrapper", { cause: error }))).toEqual({ kind: "token_refused", code });
  },
);

it("knows any other answer of Slack as a refusal of this call", () => {
  const error = new WebAPIPlatformError({ ok: false, error: "channel_not_found" });
  expect(slackFailure(error)).toEqual({ kind: "refused", code: "channel_not_found" });
});

it("gives the scopes that Slack needs, and nothing that is no scope", () => {
  const lacking = (needed: unknown) =>
    neededScopes(new WebAPIPlatformError({ ok: false, error: "missing_scope", needed } as never));
  expect(lacking("channels:read,groups:read")).toBe("channels:read,groups:read");
  expect(lacking("<script>")).toBeNull();
  expect(lacking(undefined)).toBeNull();
});
