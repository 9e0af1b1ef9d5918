import { WebAPIPlatformError, WebAPIRequestError } from "@slack/web-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DirectoryUnavailableError } from "../../../../src/authorization/index.ts";
import type { ChannelFacts } from "../../../../src/change-requests/index.ts";
import type {
  ChannelReading,
  SlackChannelDirectory,
} from "../../../../src/slack/directory/channel-directory.ts";
import { createCheckChannels } from "../../../../src/slack/directory/check-channels.ts";
import { someChannelRules } from "../../../support/domain-objects.ts";
import { type SlackBench, startSlackBench } from "../slack-bench.ts";

const configured = { approvals: "C0APPROVE", audit: "C0AUDIT", restricted: ["C0RESTRICT"] };
const rules = someChannelRules({ isAllowedPublic: ({ name }) => name === "public-audit" });
const usable: ChannelFacts = {
  channelId: "C0AUDIT",
  name: "audit",
  isPrivate: true,
  isShared: false,
  isArchived: false,
  botIsMember: true,
  memberIds: ["U0BOT"],
  hasOutsiders: false,
};

const refusal = (error: string, more: object = {}) => new WebAPIPlatformError({ ok: false, error, ...more });

/** Checks the audit channel as it is read; the other two can be used. */
async function auditAs(reading: ChannelReading) {
  const readNow = async (channelId: string): Promise<ChannelReading> =>
    channelId === "C0AUDIT" ? reading : { kind: "read", facts: { ...usable, channelId } };
  const { approvals, audit, restricted } = await createCheckChannels({
    channels: { readNow },
    configured,
    rules,
  })();
  expect([approvals, restricted]).toEqual([{ code: "ok" }, { code: "ok" }]);
  return audit;
}

describe("a channel that the bot needs", () => {
  it.each<[code: string, advice: string, change: Partial<ChannelFacts>]>([
    ["not_in_channel", "Type /invite and the bot's name", { botIsMember: false }],
    ["is_archived", "Unarchive it", { isArchived: true, botIsMember: false }],
    ["public_channel", "ALLOW_PUBLIC_CHANNELS", { isPrivate: false }],
    ["shared_channel", "not shared", { isShared: true }],
    ["has_outsiders", "Remove them", { hasOutsiders: true }],
  ])(
    "a channel that can't be used is reported as %s, with the variable and the advice: %s",
    async (code, advice, change) => {
      const check = await auditAs({ kind: "read", facts: { ...usable, ...change } });
      expect(check).toEqual({ code, message: expect.stringContaining(advice), cause: null });
      expect(check).toHaveProperty("message", expect.stringMatching(/^AUDIT_CHANNEL \(C0AUDIT\): /));
    },
  );

  it("a public channel can be used if its name is allowed", async () => {
    const facts = { ...usable, isPrivate: false, name: "public-audit" };
    expect(await auditAs({ kind: "read", facts })).toEqual({ code: "ok" });
  });

  it("a direct conversation is reported as no channel", async () => {
    expect(await auditAs({ kind: "read", facts: null })).toMatchObject({ code: "not_a_channel" });
  });

  it.each([
    ["channel_not_found", "channel_not_found", "correct the id"],
    ["not_in_channel", "not_in_channel", "/invite"],
    ["method_not_supported_for_channel_type", "not_a_channel", "not a channel"],
    ["token_revoked", "token_refused", "SLACK_BOT_TOKEN (token_revoked)"],
    ["internal_error", "slack_unavailable", "(internal_error)"],
    ["fetch_members_failed", "slack_unavailable", "(fetch_members_failed)"],
  ])("Slack's answer %s about a channel is reported as %s: %s", async (answer, code, advice) => {
    const error = refusal(answer);
    const check = await auditAs({ kind: "failed", error });
    expect(check).toEqual({ code, message: expect.stringContaining(advice), cause: error });
  });

  it("a missing scope is reported by name, also if it is needed for the members of a channel", async () => {
    const error = refusal("missing_scope", { needed: "users:read", provided: "chat:write" });
    const wrapped = new DirectoryUnavailableError(error);
    expect(await auditAs({ kind: "failed", error: wrapped })).toEqual({
      code: "missing_scope",
      message: expect.stringContaining("the bot lacks the scope users:read."),
      cause: wrapped,
    });
  });

  it("an unreachable Slack is reported with the cause", async () => {
    const network = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    const error = new WebAPIRequestError(new TypeError("fetch failed", { cause: network }));
    expect(await auditAs({ kind: "failed", error })).toMatchObject({
      code: "slack_unavailable",
      message: "AUDIT_CHANNEL (C0AUDIT): Slack can't be reached (ECONNREFUSED).",
    });
  });
});

it("a channel that is configured twice is reported for both variables, and not read", async () => {
  const reads: string[] = [];
  const check = createCheckChannels({
    channels: {
      readNow: async (channelId) => {
        reads.push(channelId);
        return { kind: "read", facts: { ...usable, channelId } };
      },
    },
    configured: { ...configured, restricted: ["C0APPROVE", "C0RESTRICT"] },
    rules,
  });
  expect(await check()).toEqual({
    approvals: {
      code: "configured_twice",
      message: expect.stringMatching(/^APPROVALS_CHANNEL \(C0APPROVE\): RESTRICTED_CHANNEL has the same id/),
      cause: null,
    },
    audit: { code: "ok" },
    restricted: {
      code: "configured_twice",
      message: expect.stringMatching(/^RESTRICTED_CHANNEL \(C0APPROVE\): APPROVALS_CHANNEL has the same id/),
      cause: null,
    },
  });
  expect(reads).toEqual(["C0AUDIT", "C0RESTRICT"]);
});

it("each restricted channel that can't be used is reported, and the code is that of a wrong one before an outage", async () => {
  const check = createCheckChannels({
    channels: {
      readNow: async (channelId) =>
        channelId === "C0RESTRICT"
          ? { kind: "failed", error: refusal("internal_error") }
          : { kind: "read", facts: { ...usable, channelId, isArchived: channelId === "C0RESTRICT2" } },
    },
    configured: { ...configured, restricted: ["C0RESTRICT", "C0RESTRICT2"] },
    rules: { ...rules, restrictedChannelIds: ["C0RESTRICT", "C0RESTRICT2"] },
  });
  expect((await check()).restricted).toEqual({
    code: "is_archived",
    message: expect.stringMatching(
      /^RESTRICTED_CHANNEL \(C0RESTRICT\): Slack can't be reached.* RESTRICTED_CHANNEL \(C0RESTRICT2\): the channel is archived/,
    ),
    cause: null,
  });
});

describe("against Slack", () => {
  let bench: SlackBench;
  let channels: SlackChannelDirectory;
  beforeAll(async () => {
    bench = await startSlackBench();
  });
  beforeEach(() => {
    bench.slack.faults.clear();
    channels = bench.directories().channels;
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  const codes = async (ids: Partial<typeof configured> = {}) => {
    const now = { ...configured, ...ids };
    const check = createCheckChannels({
      channels,
      configured: now,
      rules: {
        ...rules,
        approvalsChannelId: now.approvals,
        auditChannelId: now.audit,
        restrictedChannelIds: now.restricted,
      },
    });
    return Object.values(await check()).map(({ code }) => code);
  };

  it("the three channels of the sandbox can be used", async () => {
    expect(await codes()).toEqual(["ok", "ok", "ok"]);
  });

  it("a missing channel and a private one without the bot are not found, and a public one is public", async () => {
    expect(await codes({ approvals: "C0GONE", audit: "C0NOBOT", restricted: ["C0GENERAL"] })).toEqual([
      "channel_not_found",
      "channel_not_found",
      "public_channel",
    ]);
  });

  it("the report names each restricted channel that can't be used", async () => {
    const ids = ["C0RESTRICT", "C0CONTRACT", "C0GONE"];
    const check = createCheckChannels({
      channels,
      configured: { ...configured, restricted: ids },
      rules: { ...rules, restrictedChannelIds: ids },
    });
    const { restricted } = await check();
    expect(restricted).toMatchObject({
      code: "has_outsiders",
      message: expect.stringMatching(
        /^RESTRICTED_CHANNEL \(C0CONTRACT\): a guest .* RESTRICTED_CHANNEL \(C0GONE\): /,
      ),
    });
  });

  it("a shared channel and a channel with a guest are reported as such", async () => {
    expect(await codes({ approvals: "C0PARTNER", audit: "C0CONTRACT" })).toEqual([
      "shared_channel",
      "has_outsiders",
      "ok",
    ]);
  });

  it("a removal of the bot is reported at once, although the directory remembers the channel", async () => {
    const { slack } = bench;
    expect(await channels.facts("C0RESTRICT")).toMatchObject({ botIsMember: true });
    slack.workspace.channel("C0RESTRICT").memberIds.delete("U0BOT");
    expect(await codes()).toEqual(["ok", "ok", "channel_not_found"]);
    expect(await channels.facts("C0RESTRICT")).toBeNull();
    slack.workspace.channel("C0RESTRICT").memberIds.add("U0BOT");
    expect(await codes()).toEqual(["ok", "ok", "ok"]);
    bench.calls();
    expect(await channels.facts("C0RESTRICT")).toMatchObject({ botIsMember: true });
    expect(bench.calls()).toEqual([]);
  });

  it("no channel is known while Slack answers with an error", async () => {
    bench.slack.faults.add({ kind: "http_error", status: 503, method: "conversations.info" });
    expect(await codes()).toEqual(["slack_unavailable", "slack_unavailable", "slack_unavailable"]);
  });
});
