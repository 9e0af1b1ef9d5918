import { expect, it } from "vitest";
import type { ChannelFacts } from "../../../../src/change-requests/index.ts";
import { createInviteDisplay } from "../../../../src/slack/posting/invite-display.ts";
import { someRequest } from "../../../support/domain-objects.ts";

it("an approver is asked once for a request, and once more for each renewal, whose facts they haven't seen", async () => {
  const keys = new Set<string>();
  const display = createInviteDisplay({
    findCard: async () => ({ channelId: "C0APPROVE", url: null }),
    channels: { facts: async () => ({ isPrivate: true, memberIds: [] }) as unknown as ChannelFacts }, // no more is asked
    tellDirectly: async (key, slackUserId) => void keys.add(`${key} to ${slackUserId}`),
  });
  for (const renewals of [0, 0, 1, 1])
    await display.inviteDirectly(someRequest({ id: 7, renewals }), ["U0THEO", "U0LENA"]);
  expect(keys.size).toBe(4);
});
