import { describe, expect, it } from "vitest";
import {
  type ChannelContext,
  DirectoryUnavailableError,
  type SubjectFacts,
} from "../../../../src/authorization/index.ts";
import {
  assertCardChannel,
  CardChannelNotAllowedError,
  type ChannelFacts,
  type ChannelRules,
  createChannelContexts,
  createFindPlace,
} from "../../../../src/change-requests/index.ts";
import { factsOfRequest } from "../../../../src/change-requests/policy/policy-facts.ts";
import { someChangeFacts, somePerson, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const RULES: ChannelRules = {
  approvalsChannelId: "C0APPROVE",
  auditChannelId: "C0AUDIT",
  restrictedChannelIds: ["C0RESTRICT"],
  acceptsUnmappedSubjects: false,
  isCardChannel: ({ name }) => name.startsWith("inc-"),
  isAllowedPublic: () => false,
};

/** Contexts of these channels, each private, of the company alone and without anybody but for what is said. */
function contextsOf(...channels: readonly (Pick<ChannelFacts, "channelId"> & Partial<ChannelFacts>)[]) {
  return benchOf(channels).contexts;
}

/** The same, with the cards that stand in channels and the requests whose cards were to be moved. */
function benchOf(
  channels: readonly (Pick<ChannelFacts, "channelId"> & Partial<ChannelFacts>)[],
  cards: Readonly<Record<number, string>> = {},
) {
  const all = channels.map(
    (patch): ChannelFacts => ({
      ...{ name: "inc-1", isPrivate: true, isShared: false, isArchived: false },
      ...{ botIsMember: true, memberIds: [], hasOutsiders: false },
      ...patch,
    }),
  );
  const facts = async (channelId: string) => all.find((each) => each.channelId === channelId) ?? null;
  const people = directoryOf(somePerson({ slackUserId: "U0NADIA", email: NADIA.username }));
  const members = { usersOf: async () => ({ users: [], isComplete: true }) };
  const moved: number[] = [];
  const contexts = createChannelContexts({
    ...{ channels: { facts }, rules: RULES },
    findPlace: createFindPlace({ channels: { facts }, rules: RULES, people, members }),
    cards: { channelOf: async (requestId) => cards[requestId] ?? null },
    moveCard: async (requestId) => void moved.push(requestId),
  });
  return { contexts, moved };
}

const NADIA = { userId: "1", username: "nadia@harborlight.example", slackUserIds: [] };
const at = (channelId: string) => ({ channelId, threadTs: null });

it.each([
  [{}, { private: true, shared: false, allowed: true }],
  [{ isPrivate: false }, { private: false, shared: false, allowed: false }],
  [{ isShared: true }, { private: true, shared: true, allowed: false }],
  [{ name: "random" }, { private: true, shared: false, allowed: false }],
])("tells the policies of a channel that is %j where something is asked for", async (patch, context) => {
  expect(await contextsOf({ channelId: "C1", ...patch }).ofPlace(at("C1"))).toEqual(context);
});

it("tells them nothing of a channel that the bot can't see", async () => {
  expect(await contextsOf().ofPlace(at("C1"))).toBeNull();
});

it("tells them of the channel to which a card belongs that is still to be posted", async () => {
  const contexts = contextsOf(
    { channelId: "C1", isShared: true },
    { channelId: "C2", memberIds: ["U0NADIA"], isPrivate: false },
    { channelId: "C0RESTRICT", name: "restricted" },
  );
  const restricted = { private: true, shared: false, allowed: true };
  for (const channelId of ["C1", "C2"]) {
    expect(await contexts.ofNextCard(at(channelId), [NADIA])).toEqual(restricted);
    expect(await contexts.ofCard({ id: 7, place: at(channelId), targets: [someTarget()] })).toEqual(
      restricted,
    );
  }
});

it("tells them nothing of a channel where no card could be posted anywhere", async () => {
  expect(await contextsOf({ channelId: "C1", isShared: true }).ofNextCard(at("C1"), [NADIA])).toBeNull();
});

it("an outage is no answer about the channel to which a card belongs", async () => {
  const contexts = createChannelContexts({
    ...{ channels: { facts: async () => null }, rules: RULES },
    findPlace: () => Promise.reject(new DirectoryUnavailableError(null)),
    ...{ cards: { channelOf: async () => null }, moveCard: async () => {} },
  });
  await expect(contexts.ofNextCard(at("C1"), [NADIA])).rejects.toThrow(DirectoryUnavailableError);
});

it("a card is seen where the bot sees its channel, though it is no member of it", async () => {
  const { contexts } = benchOf([{ channelId: "C1", isPrivate: false, botIsMember: false }], { 7: "C1" });
  expect(await contexts.isCardUnseen(7)).toBe(false);
});

it.each([
  ["public", { isPrivate: false }, { private: false, shared: false, allowed: false }],
  ["shared", { isShared: true }, { private: true, shared: true, allowed: false }],
] as const)(
  "tells them of the channel in which a card stands though it is %s now, and has the card moved",
  async (_what, patch, context) => {
    const { contexts, moved } = benchOf(
      [
        { channelId: "C1", ...patch },
        { channelId: "C0RESTRICT", name: "restricted" },
      ],
      { 7: "C1" },
    );
    const request = { id: 7, place: at("C1"), targets: [someTarget()] };
    expect(await contexts.ofCard(request)).toEqual(context);
    expect(moved).toEqual([7]);
  },
);

it("tells them of the restricted channel once a card stands there, wherever it was asked for", async () => {
  const { contexts, moved } = benchOf(
    [{ channelId: "C1" }, { channelId: "C0RESTRICT", name: "restricted" }],
    { 7: "C0RESTRICT" },
  );
  await contexts.ofCard({ id: 7, place: at("C1"), targets: [someTarget()] });
  expect(moved).toEqual([]);
});

it("goes with each target of a request that is decided on", async () => {
  const { contexts } = benchOf([{ channelId: "C1", name: "random", isPrivate: false }], { 7: "C1" });
  const targets = [someTarget(), someTarget({ position: 1 })];
  const request = someRequest({ id: 7, place: at("C1"), targets });
  const policyInputs = await factsOfRequest(request, {
    directory: directoryOf(somePerson()),
    channels: contexts,
  });
  const channel = { private: false, shared: false, allowed: false };
  expect(policyInputs.map(({ change }) => change.channel)).toEqual([channel, channel]);
});

describe("a card on which somebody decides", () => {
  const SEEN = { isCardUnseen: async () => false };
  const aboutIn = (channel: ChannelContext | null) => {
    const subject = { userId: "1", username: "a@x", slackUserIds: [] } as unknown as SubjectFacts; // the rest isn't asked
    return [{ subject, change: someChangeFacts({ channel }) }];
  };

  it.each([
    ["public", { private: false, shared: false, allowed: false }],
    ["shared", { private: true, shared: true, allowed: false }],
  ] as const)("is refused in a %s channel, whatever the policies say", async (_what, channel) => {
    await expect(assertCardChannel(7, aboutIn(channel), SEEN)).rejects.toThrow(CardChannelNotAllowedError);
  });

  it.each([
    ["a private channel", { private: true, shared: false, allowed: true }],
    ["a public channel that is allowed", { private: false, shared: false, allowed: true }],
    ["a channel that a guest has joined", { private: true, shared: false, allowed: false }],
    ["no channel yet", null],
  ] as const)("is accepted in %s", async (_what, channel) => {
    await expect(assertCardChannel(7, aboutIn(channel), SEEN)).resolves.toBeUndefined();
  });

  it("is refused where the bot can't see its channel: nobody knows who reads it", async () => {
    const { contexts } = benchOf([], { 7: "C1" });
    await expect(assertCardChannel(7, aboutIn(null), contexts)).rejects.toThrow("can't see the channel");
    await expect(assertCardChannel(8, aboutIn(null), contexts)).resolves.toBeUndefined();
  });
});
