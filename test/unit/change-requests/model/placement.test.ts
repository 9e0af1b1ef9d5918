import { describe, expect, it } from "vitest";
import type { ChannelFacts } from "../../../../src/change-requests/index.ts";
import { placementFault } from "../../../../src/change-requests/model/placement.ts";
import { lenientChannelRules, someChannelFacts } from "../../../support/channel-objects.ts";

const RULES = lenientChannelRules({
  isCardChannel: ({ name }) => name.startsWith("inc-") || name.startsWith("public-inc-"),
  isAllowedPublic: ({ name }) => name.startsWith("public-inc-"),
});

const channel = (patch: Partial<ChannelFacts> = {}) =>
  someChannelFacts({ channelId: "C0INC4711", name: "inc-4711", ...patch });

const APPROVALS = channel({ channelId: "C0APPROVE", name: "insider-risk-approvals" });
const PUBLIC_INCIDENT = channel({ channelId: "C0PUB", name: "public-inc-1", isPrivate: false });

describe("a channel for confidential messages", () => {
  it.each([
    ["that the bot can't see", null, "not_visible"],
    ["that is not configured", channel({ channelId: "C0WATER", name: "watercooler" }), "not_configured"],
    ["that is archived", channel({ isArchived: true }), "archived"],
    ["without the bot", channel({ botIsMember: false, memberIds: [] }), "bot_not_member"],
    ["shared with another company", channel({ isShared: true }), "shared"],
    ["that is public", channel({ isPrivate: false }), "public"],
    ["with a guest", channel({ hasOutsiders: true }), "outsiders"],
    ["for approvals that is archived", { ...APPROVALS, isArchived: true }, "archived"],
    ["for approvals without the bot", { ...APPROVALS, botIsMember: false }, "bot_not_member"],
    ["for approvals that is shared", { ...APPROVALS, isShared: true }, "shared"],
    ["for approvals that is public", { ...APPROVALS, isPrivate: false }, "public"],
    ["for approvals with a guest", { ...APPROVALS, hasOutsiders: true }, "outsiders"],
    [
      "that is shared, though public channels of its name are allowed",
      { ...PUBLIC_INCIDENT, isShared: true },
      "shared",
    ],
  ] as const)("a channel %s may not have confidential messages", (_which, facts, fault) => {
    expect(placementFault(facts, RULES)).toBe(fault);
  });

  it.each([
    ["a private incident channel", channel()],
    ["the approvals channel", APPROVALS],
    ["the audit channel", channel({ channelId: "C0AUDIT", name: "insider-risk-audit" })],
    ["the restricted channel", channel({ channelId: "C0RESTRICT", name: "insider-risk-restricted" })],
    ["a public channel that is allowed by name", PUBLIC_INCIDENT],
  ])("%s may have confidential messages", (_which, facts) => {
    expect(placementFault(facts, RULES)).toBeNull();
  });
});
