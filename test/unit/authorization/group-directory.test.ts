import { beforeEach, describe, expect, it } from "vitest";
import {
  createConfiguredGroups,
  createGroupDirectory,
  DirectoryUnavailableError,
  FRESH,
  type Group,
  type GroupDirectory,
  RECENT,
} from "../../../src/authorization/index.ts";
import type { Clock } from "../../../src/kernel/clock.ts";
import { createMemoryGroups, type MemoryGroups } from "../../support/memory-groups.ts";
import { createManualClock, type ManualClock } from "../incydr/manual-clock.ts";

const leads = (...memberIds: string[]): Group => ({
  handle: "insider-risk-leads",
  groupId: "S0LEADS",
  memberIds,
});
const chess: Group = { handle: "chess-club", groupId: "S0CHESS", memberIds: ["U0SAM"] };

let clock: ManualClock;
let memory: MemoryGroups;
let inSlack: readonly Group[] | Error;
let readings: number;
let directory: GroupDirectory;

async function readSlack(): Promise<readonly Group[]> {
  readings++;
  if (inSlack instanceof Error) throw inSlack;
  return inSlack;
}

const open = (read = readSlack, ages?: Clock) =>
  createGroupDirectory({
    ...(ages ? { ages } : {}),
    source: { read },
    record: memory.record,
    named: () => ["insider-risk-leads"],
    clock,
  });

beforeEach(() => {
  clock = createManualClock();
  memory = createMemoryGroups();
  inSlack = [leads("U0THEO"), chess];
  readings = 0;
  directory = open();
});

const since = async (slackUserId: string) => {
  const [group] = await directory.groups(FRESH);
  return group?.members.get(slackUserId);
};

describe("the groups", () => {
  it("are those that the policies name, and no others are kept", async () => {
    expect((await directory.groups(FRESH)).map(({ handle }) => handle)).toEqual(["insider-risk-leads"]);
    expect([...memory.known.keys()]).toEqual(["insider-risk-leads"]);
  });

  it("are read anew if the clock was set back since they were read", async () => {
    await directory.groups(FRESH);
    await clock.advance(-60_000);
    await directory.groups(RECENT);
    expect(readings).toBe(2);
  });

  it("are as old as the clock of their ages says, whatever the clock of the entries is set to", async () => {
    const ages = createManualClock();
    directory = open(readSlack, ages);
    await directory.groups(FRESH);
    await clock.advance(-60_000);
    await directory.groups(FRESH);
    expect(readings).toBe(1);
    await ages.advance(30_001);
    await directory.groups(FRESH);
    expect(readings).toBe(2);
  });

  it("serve as long as whoever asks allows", async () => {
    await directory.groups(FRESH);
    await clock.advance(30_000);
    await directory.groups(FRESH);
    expect(readings).toBe(1);
    await clock.advance(1);
    await directory.groups(RECENT);
    expect(readings).toBe(1);
    await directory.groups(FRESH);
    expect(readings).toBe(2);
  });

  it("that can't be read serve those to whom they are fresh enough, and nobody else", async () => {
    await directory.groups(FRESH);
    await clock.advance(30_001);
    inSlack = new DirectoryUnavailableError(null);
    await expect(directory.groups(FRESH)).rejects.toThrow(DirectoryUnavailableError);
    expect(await directory.groups(RECENT)).toHaveLength(1);
  });

  it("that could not be read when one changed serve nobody", async () => {
    await directory.groups(FRESH);
    inSlack = new DirectoryUnavailableError(null);
    await expect(directory.refresh()).rejects.toThrow(DirectoryUnavailableError);
    await expect(directory.groups(RECENT)).rejects.toThrow(DirectoryUnavailableError);
  });
});

describe("a reading that fails", () => {
  it("by a fault of the program leaves nothing to be served", async () => {
    await directory.groups(FRESH);
    await clock.advance(30_001);
    inSlack = new TypeError("a bug");
    await expect(directory.groups(FRESH)).rejects.toThrow("a bug");
    await expect(directory.groups(RECENT)).rejects.toThrow("a bug");
  });

  it("does not take the place of a newer one that succeeded", async () => {
    const first = Promise.withResolvers<readonly Group[]>();
    const answers = [Promise.resolve([leads("U0THEO")]), first.promise, Promise.resolve([leads()])];
    directory = open(() => answers.shift() ?? Promise.reject(new Error("read too often")));
    await directory.groups(RECENT);
    await clock.advance(30_001);
    const failing = directory.groups(FRESH);
    await directory.refresh();
    first.reject(new DirectoryUnavailableError(null));
    await expect(failing).rejects.toThrow(DirectoryUnavailableError);
    expect(await since("U0THEO")).toBeUndefined();
  });

  it("is served to nobody after a later one failed as well", async () => {
    const [first, second] = [Promise.withResolvers<never>(), Promise.withResolvers<never>()];
    const answers: Promise<readonly Group[]>[] = [first.promise, second.promise];
    directory = open(() => answers.shift() ?? readSlack());
    const failing = [directory.groups(FRESH)];
    await clock.advance(30_001);
    failing.push(directory.groups(FRESH));
    for (const { reject } of [first, second]) reject(new DirectoryUnavailableError(null));
    for (const each of failing) await expect(each).rejects.toThrow(DirectoryUnavailableError);
    expect(await directory.groups(RECENT)).toHaveLength(1);
  });
});

describe("a group", () => {
  it("counts as named before the first reading, and by its id or its handle afterwards", async () => {
    const unknown = { groupId: "S0CHESS", handle: "chess-club" };
    expect(directory.isNamed(unknown)).toBe(true);
    await directory.groups(FRESH);
    expect(directory.isNamed(unknown)).toBe(false);
    expect(directory.isNamed({ groupId: "S0LEADS", handle: "renamed" })).toBe(true);
    expect(directory.isNamed({ groupId: "S0NEW", handle: "insider-risk-leads" })).toBe(true);
    expect(directory.isNamed({ groupId: "S0NEW", handle: null })).toBe(false);
  });

  it("that earlier policies name is read at once, and from then on", async () => {
    await directory.groups(FRESH);
    directory.readAlso(["chess-club"]);
    const handles = async () => (await directory.groups(FRESH)).map(({ handle }) => handle);
    expect(await handles()).toEqual(["insider-risk-leads", "chess-club"]);
    await directory.refresh();
    expect(await handles()).toEqual(["insider-risk-leads", "chess-club"]);
    expect(readings).toBe(3);
  });
});

describe("a member", () => {
  it("is in a group since the reading began that showed them first", async () => {
    await directory.groups(FRESH);
    await clock.advance(60_000);
    const begun = clock.now();
    directory = open(async () => {
      await clock.advance(5_000);
      return [leads("U0THEO", "U0PRIYA")];
    });
    expect(await since("U0PRIYA")).toEqual(begun);
  });

  it("of the first reading has been there for long, one of a later reading since then", async () => {
    expect(await since("U0THEO")).toBeNull();
    await clock.advance(60_000);
    inSlack = [leads("U0THEO", "U0PRIYA")];
    await directory.refresh();
    const came = clock.now();
    await clock.advance(60_000);
    expect(await since("U0PRIYA")).toEqual(came);
    expect(await since("U0THEO")).toBeNull();
    expect(memory.changes).toEqual([
      { handle: "insider-risk-leads", what: "members", added: ["U0PRIYA"], removed: [] },
    ]);
  });

  it("keeps their time in the group over a restart, and loses it by leaving", async () => {
    await directory.refresh();
    inSlack = [leads("U0THEO", "U0PRIYA")];
    await clock.advance(1);
    await directory.refresh();
    const came = clock.now();
    await clock.advance(3_600_000);
    directory = open();
    expect(await since("U0PRIYA")).toEqual(came);
    inSlack = [leads("U0THEO")];
    await directory.refresh();
    inSlack = [leads("U0THEO", "U0PRIYA")];
    await clock.advance(1);
    await directory.refresh();
    expect(await since("U0PRIYA")).toEqual(clock.now());
  });
});

it("a reading that began before the last one that was kept changes nothing of it", async () => {
  const named = ["insider-risk-leads"];
  const readAt = clock.now();
  await memory.record({ groups: [leads("U0THEO")], named, readAt });
  await memory.record({ groups: [leads()], named, readAt: new Date(readAt.getTime() + 2) });
  const [overtaken] = await memory.record({
    groups: [leads("U0THEO")],
    named,
    readAt: new Date(readAt.getTime() + 1),
  });
  expect(overtaken?.members.has("U0THEO")).toBe(true);
  expect(memory.known.get("insider-risk-leads")?.members.size).toBe(0);
});

it("groups of the configuration are read as those of Slack are", async () => {
  const source = createConfiguredGroups(new Map([["insider-risk-leads", ["U0THEO"]]]));
  const configured = createGroupDirectory({
    source,
    record: memory.record,
    named: () => ["insider-risk-leads"],
    clock,
  });
  expect([...((await configured.groups(FRESH))[0]?.members ?? [])]).toEqual([["U0THEO", null]]);
});

it("measures the age of a reading by a clock that isn't set back, and dates members by the other", async () => {
  const ages = createManualClock();
  let read = 0;
  const source = {
    async read() {
      read += 1;
      return [leads("U0THEO")];
    },
  };
  const named = () => ["insider-risk-leads"];
  const aged = createGroupDirectory({ source, record: memory.record, named, clock, ages });
  await aged.groups(FRESH);
  // A failover to a server whose clock is behind.
  await clock.advance(-20_000);
  await ages.advance(FRESH.maxAgeMs + 1);
  await aged.groups(FRESH);
  expect(read).toBe(2);
});

it("a group that took over a handle is known by its own id from the next reading on, and the old one no more", async () => {
  await directory.groups(FRESH);
  inSlack = [{ ...leads("U0THEO"), groupId: "S0NEW" }];
  await directory.refresh();
  expect(directory.isNamed({ groupId: "S0NEW", handle: null })).toBe(true);
  expect(directory.isNamed({ groupId: "S0LEADS", handle: "renamed" })).toBe(false);
});
