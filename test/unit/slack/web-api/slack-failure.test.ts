import { WebAPIPlatformError, WebAPIRequestError, WebClient } from "@slack/web-api";
import { expect, it } from "vitest";
import { neededScopes, slackFailure } from "../../../../src/slack/web-api/slack-failure.ts";
import { silentLogger } from "../../../contract/slack-test-app.ts";
import { serve } from "../../../support/http-server.ts";

const refused = (error: string, more: object = {}) =>
  new WebAPIPlatformError({ ok: false, error, ...more } as never); // Slack's own type lacks some fields

it("Slack counts as unreachable if no answer comes in time", async () => {
  const slackApiUrl = `${await serve(() => {})}/api/`;
  const options = { slackApiUrl, timeout: 50, retryConfig: { retries: 0 }, logger: silentLogger };
  const failed = new WebClient("xoxb-1", options).auth.test();
  const error = await failed.catch((thrown: unknown) => thrown);
  expect(slackFailure(error)).toEqual({ kind: "unreachable", code: "timeout" });
});

it.each([
  "ENOTFOUND",
  "EAI_AGAIN",
  "CERT_HAS_EXPIRED",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UND_ERR_CONNECT_TIMEOUT",
])("Slack counts as unreachable with the system's code %s, also at one of several addresses", (code) => {
  const network = Object.assign(new Error("some address and port"), { code });
  for (const cause of [network, new AggregateError([network], "all addresses")]) {
    const error = new WebAPIRequestError(new TypeError("fetch failed", { cause }));
    expect(slackFailure(error)).toEqual({ kind: "unreachable", code });
  }
});

it("the code of a failure is never a text", () => {
  const error = new WebAPIRequestError(new Error("getaddrinfo ENOTFOUND slack.internal"));
  expect(slackFailure(error).code).toBe("unknown_error");
  expect(slackFailure("thrown text").code).toBe("unknown_error");
});

it.each([
  ["token_refused", ["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"]],
  ["token_refused", ["access_denied", "no_permission", "team_disabled", "two_factor_setup_required"]],
  ["unreachable", ["org_login_required", "team_added_to_org", "accesslimited", "request_timeout"]],
  ["refused", ["channel_not_found", "missing_scope", "invalid_blocks"]],
])("a refusal counts as %s if its code is one of %o, also inside another error", (kind, codes) => {
  for (const code of codes) {
    expect(slackFailure(refused(code))).toEqual({ kind, code });
    expect(slackFailure(new Error("a wrapper", { cause: refused(code) }))).toEqual({ kind, code });
  }
});

it("the scopes that Slack needs are given, and a text that is no scope is not", () => {
  const lacking = (needed: unknown) => neededScopes(refused("missing_scope", { needed }));
  expect(lacking("channels:read,groups:read")).toBe("channels:read,groups:read");
  expect(lacking("<script>")).toBeNull();
  expect(lacking(undefined)).toBeNull();
});
