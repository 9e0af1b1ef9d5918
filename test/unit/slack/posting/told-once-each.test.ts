import { expect, it } from "vitest";
import type { ChannelFacts } from "../../../../src/change-requests/index.ts";
import { createDigestDisplay } from "../../../../src/slack/posting/reminder-digest-display.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";

it("a digest tells each person who isn't in its channel under a key of their own, and nobody who is there", async () => {
  const told: string[] = [];
  const display = createDigestDisplay({
    poster: { find: async () => null, post: async () => "1.0", update: async () => true },
    postedMessages: createMemoryPostedMessages(),
    findPlace: async (place) => ({ place, moved: null }),
    findCard: async () => null,
    tellDirectly: async (key, person) => void told.push(`${key} to ${person}`),
    channels: { facts: async () => ({ memberIds: ["U0THEO"] }) as unknown as ChannelFacts }, // the rest isn't asked
    rules: {
      approvalsChannelId: "C0APPROVE",
      auditChannelId: "C0AUDIT",
      restrictedChannelIds: ["C0RESTRICT"],
      acceptsUnmappedSubjects: false,
      isCardChannel: () => false,
      isAllowedPublic: () => false,
    },
    isOutage: () => false,
  });
  await display.showDigest(3, [
    {
      ...{ request: someRequest({ id: 1 }), step: "reminder", escalateTo: [], approvalsMissing: 1 },
      ...{ invitedApprovers: ["U0THEO", "U0LENA", "U0MAYA"], revoking: [] },
    },
  ]);
  expect(told).toEqual(["digest:3:U0LENA to U0LENA", "digest:3:U0MAYA to U0MAYA"]);
});
