import { expect, it } from "vitest";
import type { ChannelFacts, ChannelRules } from "../../../src/change-requests/index.ts";
import { createFindPlace, NowhereToPostError } from "../../../src/change-requests/index.ts";

const RULES: ChannelRules = {
  approvalsChannelId: "C0APPROVE",
  auditChannelId: "C0AUDIT",
  restrictedChannelId: "C0RESTRICT",
  isCardChannel: () => false,
  isAllowedPublic: () => false,
};
const ASKED = { channelId: "C0APPROVE", threadTs: null };

/** The members of channels that are all right otherwise; a channel that isn't named isn't visible. */
function findPlaceAmong(members: Readonly<Record<string, readonly string[]>>) {
  const facts = async (channelId: string): Promise<ChannelFacts | null> => {
    const memberIds = members[channelId];
    if (!memberIds) return null;
    const fine = {
      isPrivate: true,
      isShared: false,
      isArchived: false,
      botIsMember: true,
      hasOutsiders: false,
    };
    return { channelId, name: "", memberIds, ...fine };
  };
  return createFindPlace({ channels: { facts }, rules: RULES });
}

it("is where it was asked for, without a look at the restricted channel", async () => {
  const findPlace = findPlaceAmong({ C0APPROVE: ["U0MAYA"] });
  expect(await findPlace(ASKED, ["U0NADIA"])).toEqual({ place: ASKED, moved: null });
});

it("is the restricted channel for a subject who is where it was asked for", async () => {
  const findPlace = findPlaceAmong({ C0APPROVE: ["U0NADIA"], C0RESTRICT: ["U0THEO"] });
  expect(await findPlace(ASKED, ["U0NADIA"])).toEqual({
    place: { channelId: "C0RESTRICT", threadTs: null },
    moved: "subject_present",
  });
});

it("is nowhere for a subject who is in the restricted channel too", async () => {
  const findPlace = findPlaceAmong({ C0APPROVE: ["U0NADIA"], C0RESTRICT: ["U0NADIA"] });
  await expect(findPlace(ASKED, ["U0NADIA"])).rejects.toThrow(NowhereToPostError);
});

it("is nowhere when the restricted channel can't be used itself", async () => {
  const findPlace = findPlaceAmong({ C0APPROVE: ["U0NADIA"] });
  await expect(findPlace(ASKED, ["U0NADIA"])).rejects.toThrow("can't be used (not_visible)");
});
