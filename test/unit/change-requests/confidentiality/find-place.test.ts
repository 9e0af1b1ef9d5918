import { describe, expect, it } from "vitest";
import { AddressRefusedError, type Person } from "../../../../src/authorization/index.ts";
import type { MemberIdentities } from "../../../../src/change-requests/confidentiality/member-identities.ts";
import type {
  ChannelFacts,
  ChannelRules,
  Place,
  SubjectIdentity,
} from "../../../../src/change-requests/index.ts";
import { createFindPlace, createMayBeTold } from "../../../../src/change-requests/index.ts";
import { somePerson } from "../../../support/domain-objects.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const RULES: ChannelRules = {
  approvalsChannelId: "C0APPROVE",
  auditChannelId: "C0AUDIT",
  restrictedChannelIds: ["C0RESTRICT", "C0RESTRICT2"],
  acceptsUnmappedSubjects: false,
  isCardChannel: ({ name }) => name.startsWith("inc-"),
  isAllowedPublic: ({ name }) => name.startsWith("inc-public"),
};
const IN_APPROVALS: Place = { channelId: "C0APPROVE", threadTs: "17.5" };
const FINE = { isPrivate: true, isShared: false, isArchived: false, botIsMember: true, hasOutsiders: false };

type SomeChannel = readonly string[] | Partial<ChannelFacts>;

/** Everybody of the company, each with an Incydr user of the same address. */
const NADIA = subject("nadia");
const ROLF = subject("rolf");
const PEOPLE = ["maya", "theo", "nadia", "priya"].map((key) =>
  somePerson({ slackUserId: `U0${key.toUpperCase()}`, email: `${key}@harborlight.example` }),
);

function subject(key: string, slackUserIds: readonly string[] = []): SubjectIdentity {
  return { userId: `incydr-${key}`, username: `${key}@harborlight.example`, slackUserIds };
}

/** Members whose Slack id ends like the local part of their Incydr user; those of `unmapped` are no Incydr user. */
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

/** Channels by their members, all right otherwise unless it is said; a channel that isn't named isn't visible. */
function findPlaceAmong(
  named: Readonly<Record<string, SomeChannel>>,
  options: { rules?: Partial<ChannelRules>; members?: MemberIdentities; people?: readonly Person[] } = {},
) {
  const facts = async (channelId: string): Promise<ChannelFacts | null> => {
    const channel = named[channelId];
    if (!channel) return null;
    const patch = "length" in channel ? { memberIds: channel } : channel;
    return { channelId, name: "", memberIds: [], ...FINE, ...patch };
  };
  return createFindPlace({
    channels: { facts },
    rules: { ...RULES, ...options.rules },
    people: directoryOf(...(options.people ?? PEOPLE)),
    members: options.members ?? membersBut(),
  });
}

const at = (channelId: string): Place => ({ channelId, threadTs: null });

describe("a place for something about a subject", () => {
  it("is where it was asked for, thread included, when the subject isn't a member", async () => {
    const findPlace = findPlaceAmong({ C0APPROVE: ["U0MAYA"] });
    expect(await findPlace(IN_APPROVALS, [NADIA])).toEqual({ place: IN_APPROVALS, moved: null });
  });

  it.each([
    ["of now", NADIA],
    ["of when it was requested", subject("elsewhere", ["U0NADIA"])],
  ])("is a restricted channel when a Slack account %s is a member", async (_when, about) => {
    const findPlace = findPlaceAmong({ C0APPROVE: ["U0NADIA"], C0RESTRICT: ["U0THEO"] });
    expect(await findPlace(IN_APPROVALS, [ROLF, about])).toEqual({
      place: at("C0RESTRICT"),
      moved: "subject_present",
    });
  });

  it("is a restricted channel when somebody who was mentioned is a member, of whom no username is known", async () => {
    const mentioned = { userId: null, username: "", slackUserIds: ["U0NADIA"] };
    const findPlace = findPlaceAmong({ C0APPROVE: ["U0NADIA"], C0RESTRICT: ["U0THEO"] });
    expect((await findPlace(IN_APPROVALS, [mentioned])).place).toEqual(at("C0RESTRICT"));
  });

  it("is an allowed public channel, unless the subject is a member of it", async () => {
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
  ] as const)("is a restricted channel when the one asked for has become %s", async (moved, patch) => {
    const findPlace = findPlaceAmong({ C0INC: { name: "inc-1", ...patch }, C0RESTRICT: [] });
    expect(await findPlace(at("C0INC"), [NADIA])).toEqual({ place: at("C0RESTRICT"), moved });
  });
});

describe("the restricted channels", () => {
  const BOTH = { C0APPROVE: ["U0THEO"], C0RESTRICT: ["U0THEO"], C0RESTRICT2: ["U0MAYA"] };

  it("are tried in their order: the first without the subject is used", async () => {
    expect((await findPlaceAmong(BOTH)(IN_APPROVALS, [subject("theo")])).place).toEqual(at("C0RESTRICT2"));
    const first = { ...BOTH, C0APPROVE: ["U0MAYA"] };
    expect((await findPlaceAmong(first)(IN_APPROVALS, [subject("maya")])).place).toEqual(at("C0RESTRICT"));
  });

  it.each([
    ["out", { isArchived: true }],
    ["joined by a guest", { hasOutsiders: true }],
  ])("are passed over where one is %s", async (_how, patch) => {
    const findPlace = findPlaceAmong({ ...BOTH, C0APPROVE: ["U0NADIA"], C0RESTRICT: patch });
    expect((await findPlace(IN_APPROVALS, [NADIA])).place).toEqual(at("C0RESTRICT2"));
  });

  it("take all subjects of a bulk, or are none of them the place", async () => {
    const findPlace = findPlaceAmong(BOTH);
    await expect(findPlace(IN_APPROVALS, [subject("theo"), subject("maya")])).rejects.toMatchObject({
      why: "subject_present",
    });
  });

  it("leave no place for a member of each, and the error says what to set", async () => {
    const findPlace = findPlaceAmong({ ...BOTH, C0RESTRICT2: ["U0THEO"] });
    await expect(findPlace(IN_APPROVALS, [subject("theo")])).rejects.toThrow(
      "add a private channel without this user to RESTRICTED_CHANNEL",
    );
  });

  it("leave no place while one is out that could be used, which can be mended", async () => {
    const findPlace = findPlaceAmong({ C0APPROVE: ["U0THEO"], C0RESTRICT: ["U0THEO"] });
    await expect(findPlace(IN_APPROVALS, [subject("theo")])).rejects.toMatchObject({
      why: "not_visible",
      isMendable: true,
    });
  });
});

describe("a subject without a Slack account", () => {
  const CHANNELS = { C0APPROVE: ["U0MAYA", "U0BOT"], C0RESTRICT: ["U0THEO"], C0RESTRICT2: ["U0PRIYA"] };

  it("is excluded where each human member is another Incydr user", async () => {
    const findPlace = findPlaceAmong({ ...CHANNELS, C0INC: { name: "inc-1", memberIds: ["U0MAYA"] } });
    expect((await findPlace(IN_APPROVALS, [ROLF])).moved).toBeNull();
    expect((await findPlace(at("C0INC"), [ROLF])).moved).toBeNull();
  });

  it.each([
    ["the approvals channel", "C0APPROVE"],
    ["the audit channel", "C0AUDIT"],
  ])("is not excluded in %s where a member is no single Incydr user", async (_which, channelId) => {
    const channels = { ...CHANNELS, C0APPROVE: ["U0MAYA", "U0ODD"], C0AUDIT: ["U0MAYA", "U0ODD"] };
    const findPlace = findPlaceAmong(channels, { members: membersBut("U0ODD") });
    expect(await findPlace(at(channelId), [ROLF])).toEqual({
      place: at("C0RESTRICT"),
      moved: "subject_unmapped",
    });
  });

  it("is not excluded where a member is their Incydr user under another account", async () => {
    const findPlace = findPlaceAmong({ ...CHANNELS, C0APPROVE: ["U0ROLF"] });
    expect((await findPlace(IN_APPROVALS, [ROLF])).moved).toBe("subject_present");
    expect((await findPlace(IN_APPROVALS, [{ ...ROLF, userId: null }])).moved).toBe("subject_present");
  });

  it("counts in a bulk beside subjects who have an account", async () => {
    const channels = { ...CHANNELS, C0APPROVE: ["U0MAYA", "U0ODD"] };
    const findPlace = findPlaceAmong(channels, { members: membersBut("U0ODD") });
    expect((await findPlace(IN_APPROVALS, [NADIA, ROLF])).moved).toBe("subject_unmapped");
    expect((await findPlace(IN_APPROVALS, [NADIA])).moved).toBeNull();
  });

  it("is looked for among the members also where another subject without an account is none of them", async () => {
    const sven = subject("sven");
    const findPlace = findPlaceAmong({ ...CHANNELS, C0APPROVE: ["U0MAYA", "U0SVEN"] });
    expect((await findPlace(IN_APPROVALS, [ROLF])).moved).toBeNull();
    expect((await findPlace(IN_APPROVALS, [ROLF, sven])).moved).toBe("subject_present");
  });

  it("is not excluded in a public channel, which others read than its members", async () => {
    const publicChannel = { name: "inc-public-1", isPrivate: false, memberIds: ["U0MAYA"] };
    const findPlace = findPlaceAmong({ ...CHANNELS, C0PUB: publicChannel });
    expect((await findPlace(at("C0PUB"), [ROLF])).moved).toBe("subject_unmapped");
  });

  it("goes to a restricted channel of which each member is known", async () => {
    const channels = { C0APPROVE: ["U0ODD"], C0RESTRICT: ["U0ODD"], C0RESTRICT2: ["U0PRIYA"] };
    const findPlace = findPlaceAmong(channels, { members: membersBut("U0ODD") });
    expect((await findPlace(IN_APPROVALS, [ROLF])).place).toEqual(at("C0RESTRICT2"));
  });

  it("goes nowhere without such a channel, until an administrator mends it", async () => {
    const channels = { C0APPROVE: ["U0ODD"], C0RESTRICT: ["U0ODD"], C0RESTRICT2: ["U0ODD"] };
    const findPlace = findPlaceAmong(channels, { members: membersBut("U0ODD") });
    const error = await findPlace(IN_APPROVALS, [ROLF]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ why: "subject_unmapped", isMendable: true });
    expect(String(error)).toMatch(/OPERATOR_MAP.*RESTRICTED_CHANNEL/);
  });

  it("waits for an administrator also where it is a member of another restricted channel", async () => {
    const channels = { C0APPROVE: ["U0ODD"], C0RESTRICT: ["U0ROLF"], C0RESTRICT2: ["U0ODD"] };
    const findPlace = findPlaceAmong(channels, { members: membersBut("U0ODD") });
    await expect(findPlace(IN_APPROVALS, [ROLF])).rejects.toMatchObject({
      why: "subject_unmapped",
      isMendable: true,
    });
  });

  it("is accepted in any channel by the setting, but where a member is known to be them", async () => {
    const options = { members: membersBut("U0ODD"), rules: { acceptsUnmappedSubjects: true } };
    const accepts = (memberIds: string[]) => findPlaceAmong({ ...CHANNELS, C0APPROVE: memberIds }, options);
    expect((await accepts(["U0ODD"])(IN_APPROVALS, [ROLF])).moved).toBeNull();
    expect((await accepts(["U0ODD", "U0ROLF"])(IN_APPROVALS, [ROLF])).moved).toBe("subject_present");
  });

  it("is told from nobody while the members can't be asked for, unless the setting accepts that", async () => {
    const members = { usersOf: () => Promise.reject(new Error("Incydr is away")) };
    await expect(findPlaceAmong(CHANNELS, { members })(IN_APPROVALS, [ROLF])).rejects.toThrow("away");
    const accepting = findPlaceAmong(CHANNELS, { members, rules: { acceptsUnmappedSubjects: true } });
    expect((await accepting(IN_APPROVALS, [ROLF])).moved).toBeNull();
  });

  it("is whoever's address Slack refuses to look up, or whose only account has an unconfirmed address", async () => {
    const people = [...PEOPLE, somePerson({ slackUserId: "U0CLAIMS", email: null })];
    const directory = {
      ...directoryOf(...people),
      idsByEmail: async (email: string) => {
        if (email === "svc-backup") throw new AddressRefusedError(new Error("invalid_arguments"));
        return email === ROLF.username ? ["U0CLAIMS"] : ["U0NADIA"];
      },
    };
    const findPlace = createFindPlace({
      channels: {
        facts: async (channelId) => ({ channelId, name: "", memberIds: ["U0ODD"], ...FINE }),
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
])(
  "a subject whose only account is %s may be any member who is no single Incydr user",
  async (_how, left) => {
    const channels = { C0APPROVE: ["U0MAYA", "U0ODD"], C0RESTRICT: ["U0THEO"] };
    const findPlace = findPlaceAmong(channels, {
      members: membersBut("U0ODD"),
      people: [...PEOPLE, ...left],
    });
    const about = subject("renamed", ["U0LEFT"]);
    expect((await findPlace(IN_APPROVALS, [about])).moved).toBe("subject_unmapped");
    const current = { ...about, slackUserIds: ["U0LEFT", "U0NADIA"] };
    expect((await findPlace(IN_APPROVALS, [current])).moved).toBeNull();
  },
);

describe("somebody who would be told directly", () => {
  const mayBeTold = (members: MemberIdentities) =>
    createMayBeTold({ rules: RULES, people: directoryOf(...PEOPLE), members });

  it("is told if the account is none of the subject's", async () => {
    expect(await mayBeTold(membersBut("U0MAYA"))("U0MAYA", [NADIA])).toBe(true);
    expect(await mayBeTold(membersBut())("U0NADIA", [ROLF, NADIA])).toBe(false);
  });

  it("is not told of their own Incydr user under a second account, since a subject may have been renamed", async () => {
    const renamed = { ...NADIA, userId: "incydr-maya" };
    expect(await mayBeTold(membersBut())("U0MAYA", [renamed])).toBe(false);
    expect(await mayBeTold(membersBut())("U0MAYA", [subject("theo"), renamed])).toBe(false);
    expect(await mayBeTold(membersBut())("U0THEO", [renamed])).toBe(true);
  });

  it("is told of a user without a Slack account only if they are known to be another Incydr user", async () => {
    expect(await mayBeTold(membersBut())("U0MAYA", [ROLF])).toBe(true);
    expect(await mayBeTold(membersBut("U0MAYA"))("U0MAYA", [ROLF])).toBe(false);
    expect(await mayBeTold(membersBut())("U0ROLF", [ROLF])).toBe(false);
  });
});
