import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DirectoryUnavailableError } from "../../../../src/authorization/index.ts";
import type { ChannelDirectory } from "../../../../src/change-requests/index.ts";
import { createChannelDirectory } from "../../../../src/slack/directory/channel-directory.ts";
import type { SlackPeopleDirectory } from "../../../../src/slack/directory/people-directory.ts";
import { type SlackBench, startSlackBench } from "../slack-bench.ts";

let bench: SlackBench;
let channels: ChannelDirectory;
beforeAll(async () => {
  bench = await startSlackBench();
});
beforeEach(() => {
  bench.slack.faults.clear();
  channels = bench.directories().channels;
  bench.calls();
});
afterAll(() => bench[Symbol.asyncDispose]());

describe("a channel", () => {
  it("a channel is read with its members", async () => {
    const facts = await channels.facts("C0INC4711");
    expect({ ...facts, memberIds: facts?.memberIds.toSorted() }).toEqual({
      channelId: "C0INC4711",
      name: "inc-4711",
      isPrivate: true,
      isShared: false,
      isArchived: false,
      botIsMember: true,
      memberIds: ["U0BOT", "U0JONAS", "U0MAYA", "U0THEO"],
      hasOutsiders: false,
    });
  });

  it.each([
    ["public", "C0GENERAL", { isPrivate: false, botIsMember: true }],
    ["shared with another company", "C0PARTNER", { isShared: true, hasOutsiders: true }],
    ["having a guest", "C0CONTRACT", { isPrivate: true, isShared: false, hasOutsiders: true }],
    ["without outsiders if only the bot is no employee", "C0APPROVE", { hasOutsiders: false }],
  ])("a channel is read as %s", async (_what, channelId, expected) => {
    expect(await channels.facts(channelId)).toMatchObject(expected);
  });

  it.each([
    ["a private channel without the bot", "C0NOBOT"],
    ["a direct conversation", "D0MAYA"],
    ["a channel that doesn't exist", "C0GONE"],
  ])("the bot can see nothing of %s", async (_what, channelId) => {
    expect(await channels.facts(channelId)).toBeNull();
  });

  it("an archived channel is read as archived", async () => {
    await bench.slack.admin.archive("watercooler");
    expect(await channels.facts("C0WATER")).toMatchObject({ isArchived: true });
  });
});

describe("the memory of the channel directory", () => {
  it("the facts of a channel serve for fifteen seconds, because one click asks for them many times", async () => {
    await channels.facts("C0APPROVE");
    bench.calls();
    await bench.clock.advance(15_000);
    await channels.facts("C0APPROVE");
    expect(bench.calls()).toEqual([]);
    await bench.clock.advance(1);
    await channels.facts("C0APPROVE");
    expect(bench.calls()).toEqual(expect.arrayContaining(["conversations.info", "conversations.members"]));
  });

  it("a channel is read anew if the clock was set back since the reading", async () => {
    await channels.facts("C0APPROVE");
    bench.calls();
    await bench.clock.advance(-60_000);
    await channels.facts("C0APPROVE");
    expect(bench.calls()).toEqual(expect.arrayContaining(["conversations.info"]));
    await bench.clock.advance(60_000);
  });

  it("a channel that is read anew shows new members, and that one is a guest", async () => {
    expect((await channels.facts("C0INC4711"))?.memberIds).not.toContain("U0NADIA");
    await bench.slack.admin.addToChannel("inc-4711", "nadia");
    await bench.slack.admin.addToChannel("inc-4711", "gil");
    await bench.clock.advance(15_001);
    const facts = await channels.facts("C0INC4711");
    expect(facts?.memberIds).toContain("U0NADIA");
    expect(facts?.hasOutsiders).toBe(true);
    await bench.slack.admin.removeFromChannel("inc-4711", "nadia");
    await bench.slack.admin.removeFromChannel("inc-4711", "gil");
  });

  it.each(["conversations.info", "conversations.members", "users.info"])(
    "a channel is neither guessed nor remembered while Slack refuses %s",
    async (method) => {
      const fault = bench.slack.faults.add({ kind: "refused", error: "internal_error", method });
      await expect(channels.facts("C0APPROVE")).rejects.toThrow(DirectoryUnavailableError);
      fault.release();
      expect(await channels.facts("C0APPROVE")).toMatchObject({ hasOutsiders: false });
    },
  );
});

it("the latest reading of a channel counts, also if an earlier one is answered after it", async () => {
  const earlier = Promise.withResolvers<object>();
  const answers = [earlier.promise, Promise.resolve({ channel: { name: "renamed", is_private: true } })];
  const client = { conversations: { info: () => answers.shift() } } as unknown as WebClient; // nothing else is asked
  const people = { hasOutsider: async () => false } as unknown as SlackPeopleDirectory; // nothing else is asked
  const directory = createChannelDirectory({ client, people, botUserId: "U0BOT", clock: bench.clock });
  const reading = directory.readNow("C0APPROVE");
  await bench.clock.advance(1);
  expect(await directory.facts("C0APPROVE")).toMatchObject({ name: "renamed" });
  earlier.resolve({ channel: { name: "approvals", is_private: true } });
  expect(await reading).toMatchObject({ facts: { name: "approvals" } });
  expect(await directory.facts("C0APPROVE")).toMatchObject({ name: "renamed" });
});

it("a missing scope of the manifest is an outage, and no answer about the channel", async () => {
  const refused = (provided: string) => {
    const error = new WebAPIPlatformError({ ok: false, error: "missing_scope", provided } as never); // Slack's own type lacks it
    const client = { conversations: { info: () => Promise.reject(error) } } as unknown as WebClient; // nothing else is asked
    const people = {} as SlackPeopleDirectory; // not asked
    return createChannelDirectory({ client, people, botUserId: "U0BOT", clock: bench.clock }).facts(
      "C0APPROVE",
    );
  };
  await expect(refused("chat:write,channels:read")).rejects.toThrow(DirectoryUnavailableError);
  expect(await refused("chat:write,channels:read,groups:read")).toBeNull();
});
