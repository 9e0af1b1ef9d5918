import { expect, it } from "vitest";
import { RECENT } from "../../../../src/authorization/index.ts";
import { type ChannelFacts, createStartDraft, type Draft } from "../../../../src/change-requests/index.ts";
import { lenientChannelRules, someChannelFacts } from "../../../support/channel-objects.ts";
import { somePerson } from "../../../support/domain-objects.ts";
import { lenientAuthorizer } from "../../../support/one-request.ts";
import { uowOf } from "../../../support/stub-ports.ts";
import { createManualClock } from "../../incydr/manual-clock.ts";

const START = {
  slackUserId: "U0MAYA",
  place: { channelId: "C0APPROVE", threadTs: "17.5" },
  who: "nadia",
  kind: "deactivate",
} as const;

/** The result of Maya's attempt to make a request in a channel. */
function setUp(channel: ChannelFacts | null, { isForbidden = false } = {}) {
  const clock = createManualClock();
  const drafts: Draft[] = [];
  const audited: object[] = [];
  const asked: object[] = [];
  const channelsRead: string[] = [];
  const { email } = somePerson();
  const startDraft = createStartDraft({
    authorizer: {
      ...lenientAuthorizer([]).authorizer,
      authorize: async (slackUserId, action, options) => {
        asked.push({ slackUserId, action, ...options });
        if (isForbidden) throw new Error("forbidden");
        return { ...somePerson(), userId: null, policyHash: "p", entitlement: { policyIds: [], groups: [] } };
      },
    },
    channels: {
      facts: async (channelId) => {
        channelsRead.push(channelId);
        return channel;
      },
    },
    rules: lenientChannelRules({ isCardChannel: () => false }),
    uow: uowOf({
      drafts: { insert: async (draft: Draft) => void drafts.push(draft) },
      audit: { append: async (entry: object) => void audited.push(entry) },
    }),
    clock,
  });
  return { startDraft, drafts, audited, asked, channelsRead, clock, email };
}

it("a form belongs to the person who opens it in that channel, and ends after half an hour", async () => {
  const { startDraft, drafts, asked, clock, email } = setUp(someChannelFacts());
  const draft = await startDraft(START);
  expect(drafts).toEqual([draft]);
  expect(draft).toMatchObject({ opener: { slackUserId: "U0MAYA", email }, place: START.place, who: "nadia" });
  expect(draft.expiresAt.getTime() - clock.now().getTime()).toBe(30 * 60_000);
  expect(asked).toEqual([
    { slackUserId: "U0MAYA", action: "lookup", freshness: RECENT, about: { asked: "nadia" } },
  ]);
});

it("a person who may not look up causes no reading of the channel, which may have many members", async () => {
  const { startDraft, channelsRead } = setUp(someChannelFacts(), { isForbidden: true });
  await expect(startDraft(START)).rejects.toThrow("forbidden");
  expect(channelsRead).toEqual([]);
});

it.each<[string, ChannelFacts | null]>([
  ["not_visible", null],
  ["not_configured", someChannelFacts({ channelId: "C0OTHER" })],
  ["public", someChannelFacts({ isPrivate: false })],
])(
  "no form opens in a channel that may have no cards (%s), and the attempt is audited",
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
