import { WebAPIPlatformError } from "@slack/web-api";
import { expect, it } from "vitest";
import { slackFailure } from "../../../../src/slack/web-api/slack-failure.ts";

it.each([
  ["token_refused", ["access_denied", "no_permission", "team_disabled", "two_factor_setup_required"]],
  ["unreachable", ["org_login_required", "team_added_to_org", "accesslimited", "request_timeout"]],
  ["refused", ["channel_not_found", "missing_scope", "invalid_blocks"]],
])("Slack's answer means %s if it is one of %o", (kind, codes) => {
  for (const code of codes) {
    const error = new WebAPIPlatformError({ ok: false, error: code });
    expect(slackFailure(error)).toEqual({ kind, code });
  }
});
