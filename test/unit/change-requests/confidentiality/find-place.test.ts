import { describe, expect, it } from "vitest";
import { AddressRefusedError, type Person } from "../../../../src/authorization/index.ts";
import type { MemberIdentities } from "../../../../src/change-requests/confidentiality/member-identities.ts";
import {
  type ChannelFacts,
  type ChannelRules,
  createFindPlace,
  createMayBeTold,
  type Place,
  type SubjectIdentity,
} from "../../../../src/change-requests/index.ts";
import { lenientChannelRules, someChannelFacts } from "../../../support/channel-objects.ts";
import { somePerson } from "../../../support/domain-objects.ts";
import { meetingOf } from "../../../support/meeting.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const RULES = lenientChannelRules({
  restrictedChannelIds: ["C0RESTRICT", "C0RESTRICT2"],
  isCardChannel: ({ name }) => name.startsWith("inc-"),
  isAllowedPublic: ({ name }) => name.startsWith("inc-public"),
});
const IN_APPROVALS: Place = { channelId: "C0APPROVE", threadTs: "17.5" };

type SomeChannel = readonly string[] | Partial<ChannelFacts>;

const NADIA = subject("nadia");
/** A subject without a Slack account. */
const ROLF = subject("rolf");
const PEOPLE = ["maya", "theo", "nadia", "priya"].map((key) =>
  somePerson({ slackUserId: `U0${key.toUpperCase()}`, email: `${key}@harborlight.example` }),
);

function subject(key: string, slackUserIds: readonly string[] = []): SubjectIdentity {
  return { userId: `incydr-${key}`, username: `${key}@harborlight.example`, slackUserIds };
}

/**
 * Members whose Slack id ends like the local part of their Incydr username. The members in `unmapped` are no Incydr
 * user.
 */
function membersBut(...unmapped: readonly string[]): MemberIdentities {
  return {
    usersOf: async (ids) => ({
      users: ids
        .filter((id) => !unmapped.includes(id) && id !== "U0BOT")
        .map((id) => id.slice(2).toLowerCase())
        .map((key) => ({ userId: `incydr-${key}`, username: `${key}@harborlight.example` })),
      isComplete: !ids.some((id) => unmapped.includes(id)),
    }),
  };
}

/** Channels by their members or facts. The bot can't see any other channel. */
function findPlaceAmong(
  named: Readonly<Record<string, SomeChannel>>,
  options: { rules?: Partial<ChannelRules>; members?: MemberIdentities; people?: readonly Person[] } = {},
) {
  const facts = async (channelId: string): Promise<ChannelFacts | null> => {
    const channel = named[channelId];
    if (!channel) return null;
    const patch = "length" in channel ? { memberIds: channel } : channel;
    return someChannelFacts({ channelId, name: "", ...patch });
  };
  return createFindPlace({
    channels: { facts },
    rules: { ...RULES, ...options.rules },
    people: directoryOf(...(options.people ?? PEOPLE)),
    members: options.members ?? membersBut(),
  });
}

const at = (channelId: string): Place => ({ channelId, threadTs: null });

describe("the place of a message about a subject", () => {
  it("the accounts of the subject and the requested channel are read at the same time", async () => {
    const meet = meetingOf(2);
    const directory = directoryOf(...PEOPLE);
    const findPlace = createFindPlace({
      channels: { facts: (channelId) => meet().then(() => someChannelFacts({ channelId, memberIds: [] })) },
      rules: RULES,
      people: { ...directory, idsByEmail: (email) => meet().then(() => directory.idsByEmail(email)) },
      members: membersBut(),
    });
    expect(await findPlace(IN_APPROVALS, [NADIA])).toEqual({ place: IN_APPROVALS, moved: null });
  });

  it("the place is the requested channel and thread if the subject is not a member", async () => {
    const findPlace = findPlaceAmong({ C0APPROVE: ["U0MAYA"] });
    expect(await findPlace(IN_APPROVALS, [NADIA])).toEqual({ place: IN_APPROVALS, moved: null });
  });

  it.each([
    ["of now", NADIA],
    ["of when it was requested", subject("elsewhere", ["U0NADIA"])],
  ])(
    "the place is a restricted channel if the subject's Slack account %s is a member",
    async (_when, about) => {
      const findPlace = findPlaceAmong({ C0APPROVE: ["U0NADIA"], C0RESTRICT: ["U0THEO"] });
      expect(await findPlace(IN_APPROVALS, [ROLF, about])).toEqual({
        place: at("C0RESTRICT"),
        moved: "subject_present",
      });
    },
  );

  it("the place is a restricted channel if a mentioned account without a username is a member", async () => {
    const mentioned = { userId: null, username: "", slackUserIds: ["U0NADIA"] };
    const findPlace = findPlaceAmong({ C0APPROVE: ["U0NADIA"], C0RESTRICT: ["U0THEO"] });
    expect((await findPlace(IN_APPROVALS, [mentioned])).place).toEqual(at("C0RESTRICT"));
  });

  it("the place is an allowed public channel unless the subject is a member of it", async () => {
    const ofMembers = (memberIds: string[]) =>
      findPlaceAmong({ C0PUB: { name: "inc-public-1", isPrivate: false, memberIds }, C0RESTRICT: [] });
    expect((await ofMembers([])(at("C0PUB"), [NADIA])).moved).toBeNull();
    expect((await ofMembers(["U0NADIA"])(at("C0PUB"), [NADIA])).moved).toBe("subject_present");
  });

  it.each([
    ["archived", { isArchived: true }],
    ["shared", { isShared: true }],
    ["outsiders", { hasOutsiders: true }],
    ["public", { isPrivate: false }],
    ["bot_not_member", { botIsMember: false }],
    ["not_configured", { name: "random" }],
  ] as const)("the place is a restricted channel if the requested channel is %s", async (moved, patch) => {
    const findPlace = findPlaceAmong({ C0INC: { name: "inc-1", ...patch }, C0RESTRICT: [] });
    expect(await findPlace(at("C0INC"), [NADIA])).toEqual({ place: at("C0RESTRICT"), moved });
  });
});

describe("the restricted channels", () => {
  const BOTH = { C0APPROVE: ["U0THEO"], C0RESTRICT: ["U0THEO"], C0RESTRICT2: ["U0MAYA"] };

  it("the first restricted channel without the subject is the place", async () => {
    expect((await findPlaceAmong(BOTH)(IN_APPROVALS, [subject("theo")])).place).toEqual(at("C0RESTRICT2"));
    const first = { ...BOTH, C0APPROVE: ["U0MAYA"] };
    expect((await findPlaceAmong(first)(IN_APPROVALS, [subject("maya")])).place).toEqual(at("C0RESTRICT"));
  });

  it.each([
    ["is archived", { isArchived: true }],
    ["has a guest", { hasOutsiders: true }],
  ])("a restricted channel that %s is passed over", async (_how, patch) => {
    const findPlace = findPlaceAmong({ ...BOTH, C0APPROVE: ["U0NADIA"], C0RESTRICT: patch });
    expect((await findPlace(IN_APPROVALS, [NADIA])).place).toEqual(at("C0RESTRICT2"));
  });

  it("a restricted channel is the place only if it has none of the subjects of a bulk", async () => {
    const findPlace = findPlaceAmong(BOTH);
    await expect(findPlace(IN_APPROVALS, [subject("theo"), subject("maya")])).rejects.toMatchObject({
      why: "subject_present",
    });
  });

  it("a subject in each restricted channel has no place, and the error says what to set", async () => {
    const findPlace = findPlaceAmong({ ...BOTH, C0RESTRICT2: ["U0THEO"] });
    await expect(findPlace(IN_APPROVALS, [subject("theo")])).rejects.toThrow(
      "add a private channel without this user to RESTRICTED_CHANNEL",
    );
  });

  it("the error of a missing place names the fault of the first restricted channel", async () => {
    const findPlace = findPlaceAmong(
      { C0APPROVE: { isShared: true }, C0RESTRICT: { isShared: true } },
      { rules: { restrictedChannelIds: ["C0RESTRICT"] } },
    );
    await expect(findPlace(IN_APPROVALS, [])).rejects.toMatchObject({ why: "shared" });
  });

  it("a missing place is mendable while a restricted channel that could be used is out", async () => {
    const findPlace = findPlaceAmong({ C0APPROVE: ["U0THEO"], C0RESTRICT: ["U0THEO"] });
    await expect(findPlace(IN_APPROVALS, [subject("theo")])).rejects.toMatchObject({
      why: "not_visible",
      isMendable: true,
    });
  });
});

describe("a subject without a Slack account", () => {
  const CHANNELS = { C0APPROVE: ["U0MAYA", "U0BOT"], C0RESTRICT: ["U0THEO"], C0RESTRICT2: ["U0PRIYA"] };

  it("a subject is excluded if each human member is another Incydr user", async () => {
    const findPlace = findPlaceAmong({ ...CHANNELS, C0INC: { name: "inc-1", memberIds: ["U0MAYA"] } });
    expect((await findPlace(IN_APPROVALS, [ROLF])).moved).toBeNull();
    expect((await findPlace(at("C0INC"), [ROLF])).moved).toBeNull();
  });

  it.each([
    ["the approvals channel", "C0APPROVE"],
    ["the audit channel", "C0AUDIT"],
  ])("a subject is not excluded in %s if a member is no single Incydr user", async (_which, channelId) => {
    const channels = { ...CHANNELS, C0APPROVE: ["U0MAYA", "U0ODD"], C0AUDIT: ["U0MAYA", "U0ODD"] };
    const findPlace = findPlaceAmong(channels, { members: membersBut("U0ODD") });
    expect(await findPlace(at(channelId), [ROLF])).toEqual({
      place: at("C0RESTRICT"),
      moved: "subject_unmapped",
    });
  });

  it("a subject is not excluded if a member is their Incydr user under another account", async () => {
    const findPlace = findPlaceAmong({ ...CHANNELS, C0APPROVE: ["U0ROLF"] });
    expect((await findPlace(IN_APPROVALS, [ROLF])).moved).toBe("subject_present");
    expect((await findPlace(IN_APPROVALS, [{ ...ROLF, userId: null }])).moved).toBe("subject_present");
  });

  it("a subject without an account counts in a bulk beside subjects with one", async () => {
    const channels = { ...CHANNELS, C0APPROVE: ["U0MAYA", "U0ODD"] };
    const findPlace = findPlaceAmong(channels, { members: membersBut("U0ODD") });
    expect((await findPlace(IN_APPROVALS, [NADIA, ROLF])).moved).toBe("subject_unmapped");
    expect((await findPlace(IN_APPROVALS, [NADIA])).moved).toBeNull();
  });

  it("each subject of a bulk is looked for among the members", async () => {
    const sven = subject("sven");
    const findPlace = findPlaceAmong({ ...CHANNELS, C0APPROVE: ["U0MAYA", "U0SVEN"] });
    expect((await findPlace(IN_APPROVALS, [ROLF])).moved).toBeNull();
    expect((await findPlace(IN_APPROVALS, [ROLF, sven])).moved).toBe("subject_present");
  });

  it("a subject is not excluded in a public channel, which has other readers than its members", async () => {
    const publicChannel = { name: "inc-public-1", isPrivate: false, memberIds: ["U0MAYA"] };
    const findPlace = findPlaceAmong({ ...CHANNELS, C0PUB: publicChannel });
    expect((await findPlace(at("C0PUB"), [ROLF])).moved).toBe("subject_unmapped");
  });

  it("the place is a restricted channel whose members are all known", async () => {
    const channels = { C0APPROVE: ["U0ODD"], C0RESTRICT: ["U0ODD"], C0RESTRICT2: ["U0PRIYA"] };
    const findPlace = findPlaceAmong(channels, { members: membersBut("U0ODD") });
    expect((await findPlace(IN_APPROVALS, [ROLF])).place).toEqual(at("C0RESTRICT2"));
  });

  it("without a channel of known members there is no place until an administrator sets one", async () => {
    const channels = { C0APPROVE: ["U0ODD"], C0RESTRICT: ["U0ODD"], C0RESTRICT2: ["U0ODD"] };
    const findPlace = findPlaceAmong(channels, { members: membersBut("U0ODD") });
    const error = await findPlace(IN_APPROVALS, [ROLF]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ why: "subject_unmapped", isMendable: true });
    expect(String(error)).toMatch(/OPERATOR_MAP.*RESTRICTED_CHANNEL/);
  });

  it("a missing place is mendable even if the subject is in another restricted channel", async () => {
    const channels = { C0APPROVE: ["U0ODD"], C0RESTRICT: ["U0ROLF"], C0RESTRICT2: ["U0ODD"] };
    const findPlace = findPlaceAmong(channels, { members: membersBut("U0ODD") });
    await expect(findPlace(IN_APPROVALS, [ROLF])).rejects.toMatchObject({
      why: "subject_unmapped",
      isMendable: true,
    });
  });

  it("one setting accepts every channel in which no member is known to be the subject", async () => {
    const options = { members: membersBut("U0ODD"), rules: { acceptsUnmappedSubjects: true } };
    const accepts = (memberIds: string[]) => findPlaceAmong({ ...CHANNELS, C0APPROVE: memberIds }, options);
    expect((await accepts(["U0ODD"])(IN_APPROVALS, [ROLF])).moved).toBeNull();
    expect((await accepts(["U0ODD", "U0ROLF"])(IN_APPROVALS, [ROLF])).moved).toBe("subject_present");
  });

  it("an outage of Incydr excludes no member, unless the setting accepts that", async () => {
    const members = { usersOf: () => Promise.reject(new Error("Incydr is away")) };
    await expect(findPlaceAmong(CHANNELS, { members })(IN_APPROVALS, [ROLF])).rejects.toThrow("away");
    const accepting = findPlaceAmong(CHANNELS, { members, rules: { acceptsUnmappedSubjects: true } });
    expect((await accepting(IN_APPROVALS, [ROLF])).moved).toBeNull();
  });

  it("a subject with a refused address, or only an account without one, counts as without an account", async () => {
    const directory = {
      ...directoryOf(...PEOPLE, somePerson({ slackUserId: "U0CLAIMS", email: null })),
      idsByEmail: async (email: string) => {
        if (email === "svc-backup") throw new AddressRefusedError(new Error("invalid_arguments"));
        return email === ROLF.username ? ["U0CLAIMS"] : ["U0NADIA"];
      },
    };
    const findPlace = createFindPlace({
      channels: {
        facts: async (channelId) => someChannelFacts({ channelId, name: "", memberIds: ["U0ODD"] }),
      },
      rules: { ...RULES, restrictedChannelIds: [] },
      people: directory,
      members: membersBut("U0ODD"),
    });
    const backup = { userId: "incydr-9", username: "svc-backup", slackUserIds: [] };
    for (const about of [backup, ROLF, { ...ROLF, slackUserIds: ["U0CLAIMS"] }])
      await expect(findPlace(IN_APPROVALS, [about])).rejects.toThrow();
    expect((await findPlace(IN_APPROVALS, [NADIA])).moved).toBeNull();
  });
});

it.each([
  [
    "deactivated",
    [somePerson({ slackUserId: "U0LEFT", email: "left@harborlight.example", isDeactivated: true })],
  ],
  ["forgotten by Slack", []],
])("a subject whose only account is %s counts as without an account", async (_how, left) => {
  const channels = { C0APPROVE: ["U0MAYA", "U0ODD"], C0RESTRICT: ["U0THEO"] };
  const findPlace = findPlaceAmong(channels, {
    members: membersBut("U0ODD"),
    people: [...PEOPLE, ...left],
  });
  const about = subject("renamed", ["U0LEFT"]);
  expect((await findPlace(IN_APPROVALS, [about])).moved).toBe("subject_unmapped");
  const current = { ...about, slackUserIds: ["U0LEFT", "U0NADIA"] };
  expect((await findPlace(IN_APPROVALS, [current])).moved).toBeNull();
});

describe("a direct message about subjects", () => {
  const mayBeTold = (members: MemberIdentities) =>
    createMayBeTold({ rules: RULES, people: directoryOf(...PEOPLE), members });

  it("a person may be told if their account is none of the subjects' accounts", async () => {
    expect(await mayBeTold(membersBut("U0MAYA"))("U0MAYA", [NADIA])).toBe(true);
    expect(await mayBeTold(membersBut())("U0NADIA", [ROLF, NADIA])).toBe(false);
  });

  it("a person may not be told of their own Incydr user under a second account", async () => {
    const renamed = { ...NADIA, userId: "incydr-maya" };
    expect(await mayBeTold(membersBut())("U0MAYA", [renamed])).toBe(false);
    expect(await mayBeTold(membersBut())("U0MAYA", [subject("theo"), renamed])).toBe(false);
    expect(await mayBeTold(membersBut())("U0THEO", [renamed])).toBe(true);
  });

  it("a person may be told of a subject without a Slack account only as another Incydr user", async () => {
    expect(await mayBeTold(membersBut())("U0MAYA", [ROLF])).toBe(true);
    expect(await mayBeTold(membersBut("U0MAYA"))("U0MAYA", [ROLF])).toBe(false);
    expect(await mayBeTold(membersBut())("U0ROLF", [ROLF])).toBe(false);
  });
});
