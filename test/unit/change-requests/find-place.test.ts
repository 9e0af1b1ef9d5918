import { expect, it } from "vitest";
import { AddressRefusedError } from "../../../src/authorization/index.ts";
import type { ChannelFacts, ChannelRules } from "../../../src/change-requests/index.ts";
import {
  createFindPlace,
  excludedSlackIds,
  isExcluded,
  NowhereToPostError,
} from "../../../src/change-requests/index.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";

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

it("is the restricted channel for a subject whose account Slack refuses to look up, also among others", async () => {
  const findPlace = findPlaceAmong({ C0APPROVE: ["U0MAYA"], C0RESTRICT: ["U0THEO"] });
  const directory = {
    ...directoryOf(),
    idsByEmail: async (email: string) => {
      if (email === "svc-backup") throw new AddressRefusedError(new Error("invalid_arguments"));
      return ["U0NADIA"];
    },
  };
  const targetOf = (username: string) => ({ username, slackUserIds: [] });
  const ids = await excludedSlackIds(
    [targetOf("nadia@harborlight.example"), targetOf("svc-backup")],
    directory,
  );
  expect(ids).toContain("U0NADIA");
  expect(await findPlace(ASKED, ids)).toEqual({
    place: { channelId: "C0RESTRICT", threadTs: null },
    moved: "subject_unmapped",
  });
  expect(isExcluded("U0MAYA", ids)).toBe(true);
});

it("is nowhere for a subject who is in the restricted channel too", async () => {
  const findPlace = findPlaceAmong({ C0APPROVE: ["U0NADIA"], C0RESTRICT: ["U0NADIA"] });
  await expect(findPlace(ASKED, ["U0NADIA"])).rejects.toThrow(NowhereToPostError);
});

it("is nowhere when the restricted channel can't be used itself", async () => {
  const findPlace = findPlaceAmong({ C0APPROVE: ["U0NADIA"] });
  await expect(findPlace(ASKED, ["U0NADIA"])).rejects.toThrow("can't be used (not_visible)");
});
