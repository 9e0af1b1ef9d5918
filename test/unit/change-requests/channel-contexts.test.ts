import { expect, it } from "vitest";
import {
  type ChannelFacts,
  type ChannelRules,
  createChannelContexts,
} from "../../../src/change-requests/index.ts";
import { factsOfRequest } from "../../../src/change-requests/policy-facts.ts";
import { somePerson, someRequest, someTarget } from "../../support/domain-objects.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";

const RULES: ChannelRules = {
  approvalsChannelId: "C0APPROVE",
  auditChannelId: "C0AUDIT",
  restrictedChannelId: "C0RESTRICT",
  isCardChannel: ({ name }) => name.startsWith("inc-"),
  isAllowedPublic: () => false,
};

/** Contexts of these channels, each private, of the company alone and without anybody but for what is said. */
function contextsOf(...channels: readonly (Pick<ChannelFacts, "channelId"> & Partial<ChannelFacts>)[]) {
  const all = channels.map(
    (patch): ChannelFacts => ({
      ...{ name: "inc-1", isPrivate: true, isShared: false, isArchived: false },
      ...{ botIsMember: true, memberIds: [], hasOutsiders: false },
      ...patch,
    }),
  );
  const facts = async (channelId: string) => all.find((each) => each.channelId === channelId) ?? null;
  return createChannelContexts({ channels: { facts }, rules: RULES });
}

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

it("tells them of the channel in which the card stands, which needn't be the one where it was asked for", async () => {
  const contexts = contextsOf(
    { channelId: "C1", isShared: true },
    { channelId: "C2", memberIds: ["U0NADIA"], isPrivate: false },
    { channelId: "C0RESTRICT", name: "restricted" },
  );
  for (const channelId of ["C1", "C2"])
    expect(await contexts.ofCard(at(channelId), ["U0NADIA"])).toEqual({
      private: true,
      shared: false,
      allowed: true,
    });
});

it("goes with each target of a request that is decided on", async () => {
  const channels = contextsOf(
    { channelId: "C1", name: "random" },
    { channelId: "C0RESTRICT", isPrivate: false },
  );
  const request = someRequest({ place: at("C1"), targets: [someTarget(), someTarget({ position: 1 })] });
  const abouts = await factsOfRequest(request, { directory: directoryOf(somePerson()), channels });
  const channel = { private: false, shared: false, allowed: false };
  expect(abouts.map(({ change }) => change.channel)).toEqual([channel, channel]);
});
