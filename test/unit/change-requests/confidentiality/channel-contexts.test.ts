import { describe, expect, it } from "vitest";
import {
  type ChannelContext,
  DirectoryUnavailableError,
  type SubjectFacts,
} from "../../../../src/authorization/index.ts";
import {
  assertCardChannel,
  type ChannelFacts,
  createChannelContexts,
  createFindPlace,
} from "../../../../src/change-requests/index.ts";
import { factsOfRequest } from "../../../../src/change-requests/policy/policy-facts.ts";
import { lenientChannelRules, someChannelFacts } from "../../../support/channel-objects.ts";
import { someChangeFacts, somePerson, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const RULES = lenientChannelRules({ isCardChannel: ({ name }) => name.startsWith("inc-") });

/** The contexts of these channels, in which cards stand, and the requests whose cards were to be moved. */
function benchOf(channels: readonly Partial<ChannelFacts>[], cards: Readonly<Record<number, string>> = {}) {
  const all = channels.map(someChannelFacts);
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

const RESTRICTED = { channelId: "C0RESTRICT", name: "restricted" };

it.each([
  [{}, { private: true, shared: false, allowed: true }],
  [{ isPrivate: false }, { private: false, shared: false, allowed: false }],
  [{ isShared: true }, { private: true, shared: true, allowed: false }],
  [{ name: "random" }, { private: true, shared: false, allowed: false }],
])("the policies are told of the channel %j where a change is asked for", async (patch, context) => {
  const { contexts } = benchOf([{ channelId: "C1", ...patch }]);
  expect(await contexts.ofPlace(at("C1"))).toEqual(context);
});

it("the policies are told nothing of a channel that the bot can't see", async () => {
  expect(await benchOf([]).contexts.ofPlace(at("C1"))).toBeNull();
});

it("the policies are told of the channel where a card will be posted", async () => {
  const { contexts } = benchOf([
    { channelId: "C1", isShared: true },
    { channelId: "C2", memberIds: ["U0NADIA"], isPrivate: false },
    RESTRICTED,
  ]);
  const restricted = { private: true, shared: false, allowed: true };
  for (const channelId of ["C1", "C2"]) {
    expect(await contexts.ofNextCard(at(channelId), [NADIA])).toEqual(restricted);
    expect(await contexts.ofCard({ id: 7, place: at(channelId), targets: [someTarget()] })).toEqual(
      restricted,
    );
  }
});

it("the policies are told of no channel if a card can be posted nowhere", async () => {
  const { contexts } = benchOf([{ channelId: "C1", isShared: true }]);
  expect(await contexts.ofNextCard(at("C1"), [NADIA])).toBeNull();
});

it("an outage is not an answer about the channel of a card", async () => {
  const contexts = createChannelContexts({
    ...{ channels: { facts: async () => null }, rules: RULES },
    findPlace: () => Promise.reject(new DirectoryUnavailableError(null)),
    ...{ cards: { channelOf: async () => null }, moveCard: async () => {} },
  });
  await expect(contexts.ofNextCard(at("C1"), [NADIA])).rejects.toThrow(DirectoryUnavailableError);
});

it("a card is seen if the bot sees its channel without being a member of it", async () => {
  const { contexts } = benchOf([{ channelId: "C1", isPrivate: false, botIsMember: false }], { 7: "C1" });
  expect(await contexts.isCardUnseen(7)).toBe(false);
});

it.each([
  ["public", { isPrivate: false }, { private: false, shared: false, allowed: false }],
  ["shared", { isShared: true }, { private: true, shared: true, allowed: false }],
] as const)(
  "the policies are told that the channel of a card is %s now, and the card is moved",
  async (_what, patch, context) => {
    const { contexts, moved } = benchOf([{ channelId: "C1", ...patch }, RESTRICTED], { 7: "C1" });
    const request = { id: 7, place: at("C1"), targets: [someTarget()] };
    expect(await contexts.ofCard(request)).toEqual(context);
    expect(moved).toEqual([7]);
  },
);

it("a card in the restricted channel is not moved back to where the change was asked for", async () => {
  const { contexts, moved } = benchOf([{ channelId: "C1" }, RESTRICTED], { 7: "C0RESTRICT" });
  await contexts.ofCard({ id: 7, place: at("C1"), targets: [someTarget()] });
  expect(moved).toEqual([]);
});

it("the policies are told of the channel of the card for each target of a request", async () => {
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

describe("a decision on a card", () => {
  const SEEN = { isCardUnseen: async () => false };
  const aboutIn = (channel: ChannelContext | null) => {
    const subject = { userId: "1", username: "a@x", slackUserIds: [] } as unknown as SubjectFacts; // the rest isn't asked
    return [{ subject, change: someChangeFacts({ channel }) }];
  };

  it.each([
    ["public", { private: false, shared: false, allowed: false }],
    ["shared", { private: true, shared: true, allowed: false }],
    ["shared", { private: true, shared: true, allowed: true }],
  ] as const)("no policy permits a decision in a %s channel: %j", async (why, channel) => {
    const asserted = assertCardChannel(7, aboutIn(channel), SEEN);
    await expect(asserted).rejects.toMatchObject({ code: "card_channel_not_allowed", data: { why } });
  });

  it.each([
    ["a private channel", { private: true, shared: false, allowed: true }],
    ["a public channel that is allowed", { private: false, shared: false, allowed: true }],
    ["a channel that a guest has joined", { private: true, shared: false, allowed: false }],
    ["no channel yet", null],
  ] as const)("a decision is accepted in %s", async (_what, channel) => {
    await expect(assertCardChannel(7, aboutIn(channel), SEEN)).resolves.toBeUndefined();
  });

  it("a decision is refused if the bot can't see the channel, because its readers are unknown", async () => {
    const { contexts } = benchOf([], { 7: "C1" });
    await expect(assertCardChannel(7, aboutIn(null), contexts)).rejects.toThrow("can't see the channel");
    await expect(assertCardChannel(8, aboutIn(null), contexts)).resolves.toBeUndefined();
  });
});
