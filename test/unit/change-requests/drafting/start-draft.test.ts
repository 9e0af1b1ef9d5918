import { expect, it } from "vitest";
import { RECENT } from "../../../../src/authorization/index.ts";
import {
  type ChannelFacts,
  type ChannelRules,
  createStartDraft,
  type Draft,
  type Transaction,
} from "../../../../src/change-requests/index.ts";
import { somePerson } from "../../../support/domain-objects.ts";
import { lenientAuthorizer } from "../../../support/one-request.ts";
import { createManualClock } from "../../incydr/manual-clock.ts";

const RULES: ChannelRules = {
  approvalsChannelId: "C0APPROVE",
  auditChannelId: "C0AUDIT",
  restrictedChannelIds: ["C0RESTRICT"],
  acceptsUnmappedSubjects: false,
  isCardChannel: () => false,
  isAllowedPublic: () => false,
};
const FINE: ChannelFacts = {
  channelId: "C0APPROVE",
  name: "approvals",
  isPrivate: true,
  isShared: false,
  isArchived: false,
  botIsMember: true,
  memberIds: [],
  hasOutsiders: false,
};
const START = {
  slackUserId: "U0MAYA",
  place: { channelId: "C0APPROVE", threadTs: "17.5" },
  who: "nadia",
  kind: "deactivate",
} as const;

/** The result of Maya's attempt to make a request in a channel. */
function setUp(channel: ChannelFacts | null) {
  const clock = createManualClock();
  const drafts: Draft[] = [];
  const audited: object[] = [];
  const asked: object[] = [];
  const { email } = somePerson();
  const tx = {
    drafts: { insert: async (draft: Draft) => void drafts.push(draft) },
    audit: { append: async (entry: object) => void audited.push(entry) },
  } as unknown as Transaction; // nothing else of it is used
  const startDraft = createStartDraft({
    authorizer: {
      ...lenientAuthorizer([]).authorizer,
      authorize: async (slackUserId, action, options) => {
        asked.push({ slackUserId, action, ...options });
        return { ...somePerson(), userId: null, policyHash: "p", entitlement: { policyIds: [], groups: [] } };
      },
    },
    channels: { facts: async () => channel },
    rules: RULES,
    uow: { run: (work) => work(tx), read: (work) => work(tx) },
    clock,
  });
  return { startDraft, drafts, audited, asked, clock, email };
}

it("a draft is of whoever opens it, where they are, and ends after half an hour", async () => {
  const { startDraft, drafts, asked, clock, email } = setUp(FINE);
  const draft = await startDraft(START);
  expect(drafts).toEqual([draft]);
  expect(draft).toMatchObject({ opener: { slackUserId: "U0MAYA", email }, place: START.place, who: "nadia" });
  expect(draft.expiresAt.getTime() - clock.now().getTime()).toBe(30 * 60_000);
  expect(asked).toEqual([
    { slackUserId: "U0MAYA", action: "lookup", freshness: RECENT, about: { asked: "nadia" } },
  ]);
});

it.each<[string, ChannelFacts | null]>([
  ["not_visible", null],
  ["not_configured", { ...FINE, channelId: "C0OTHER" }],
  ["archived", { ...FINE, isArchived: true }],
  ["bot_not_member", { ...FINE, botIsMember: false }],
  ["public", { ...FINE, isPrivate: false }],
  ["shared", { ...FINE, isShared: true }],
  ["outsiders", { ...FINE, hasOutsiders: true }],
])(
  "no draft begins in a channel that is %s, and the attempt is audited with its person",
  async (why, channel) => {
    const { startDraft, drafts, audited, email } = setUp(channel);
    await expect(startDraft(START)).rejects.toMatchObject({
      code: "channel_not_allowed",
      data: { fault: why },
    });
    expect(drafts).toEqual([]);
    expect(audited).toMatchObject([
      {
        kind: "attempt.rejected",
        actor: { slackUserId: "U0MAYA", email },
        details: { fault: "channel_not_allowed", channelId: "C0APPROVE", why },
      },
    ]);
  },
);
