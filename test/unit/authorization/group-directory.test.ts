import { beforeEach, describe, expect, it } from "vitest";
import {
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

const handle = "insider-risk-leads";
const leads = (...memberIds: string[]): Group => ({ handle, groupId: "S0LEADS", memberIds });
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

const open = (read = readSlack, ages: Clock = clock) =>
  createGroupDirectory({
    source: { read },
    record: memory.record,
    named: () => [handle],
    clock,
    ages,
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

describe("a reading of the groups", () => {
  it("keeps only those that the policies name", async () => {
    expect((await directory.groups(FRESH)).map(({ handle }) => handle)).toEqual([handle]);
    expect([...memory.known.keys()]).toEqual([handle]);
  });

  it("is as old as the clock of ages shows, even if the clock of the entries is set back", async () => {
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

  it("is replaced by a new one if the clock of ages was set back", async () => {
    await directory.groups(FRESH);
    await clock.advance(-60_000);
    await directory.groups(RECENT);
    expect(readings).toBe(2);
  });

  it("serves a caller for which it is fresh enough", async () => {
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

  it("serves a caller for which it is fresh enough, and no other, while Slack does not answer", async () => {
    await directory.groups(FRESH);
    await clock.advance(30_001);
    inSlack = new DirectoryUnavailableError(null);
    await expect(directory.groups(FRESH)).rejects.toThrow(DirectoryUnavailableError);
    expect(await directory.groups(RECENT)).toHaveLength(1);
  });

  it("that fails after a group changed leaves no earlier one to be served", async () => {
    await directory.groups(FRESH);
    inSlack = new DirectoryUnavailableError(null);
    await expect(directory.refresh()).rejects.toThrow(DirectoryUnavailableError);
    await expect(directory.groups(RECENT)).rejects.toThrow(DirectoryUnavailableError);
  });

  it("that fails by a fault of the program leaves no earlier one to be served", async () => {
    await directory.groups(FRESH);
    await clock.advance(30_001);
    inSlack = new TypeError("a bug");
    await expect(directory.groups(FRESH)).rejects.toThrow("a bug");
    await expect(directory.groups(RECENT)).rejects.toThrow("a bug");
  });

  it("that fails does not take the place of a newer one that succeeded", async () => {
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

  it("that failed is served to no caller after a later one failed as well", async () => {
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
  it("is named before the first reading, and by its id or its handle afterwards", async () => {
    const unknown = { groupId: "S0CHESS", handle: "chess-club" };
    expect(directory.isNamed(unknown)).toBe(true);
    await directory.groups(FRESH);
    expect(directory.isNamed(unknown)).toBe(false);
    expect(directory.isNamed({ groupId: "S0LEADS", handle: "renamed" })).toBe(true);
    expect(directory.isNamed({ groupId: "S0NEW", handle: "insider-risk-leads" })).toBe(true);
    expect(directory.isNamed({ groupId: "S0NEW", handle: null })).toBe(false);
  });

  it("that took over a handle is named from the next reading on, and the old one is not", async () => {
    await directory.groups(FRESH);
    inSlack = [{ ...leads("U0THEO"), groupId: "S0NEW" }];
    await directory.refresh();
    expect(directory.isNamed({ groupId: "S0NEW", handle: null })).toBe(true);
    expect(directory.isNamed({ groupId: "S0LEADS", handle: "renamed" })).toBe(false);
  });

  it("that earlier policies name is read at once, and with each later reading", async () => {
    await directory.groups(FRESH);
    directory.readAlso(["chess-club"]);
    const handles = async () => (await directory.groups(FRESH)).map(({ handle }) => handle);
    expect(await handles()).toEqual(["insider-risk-leads", "chess-club"]);
    await directory.refresh();
    expect(await handles()).toEqual(["insider-risk-leads", "chess-club"]);
    expect(readings).toBe(3);
  });
});

it("a member is in a group since the beginning of the reading that first showed them", async () => {
  await directory.groups(FRESH);
  await clock.advance(60_000);
  const begun = clock.now();
  directory = open(async () => {
    await clock.advance(5_000);
    return [leads("U0THEO", "U0PRIYA")];
  });
  expect(await since("U0PRIYA")).toEqual(begun);
});

it("a reading that began before the last one that was kept is returned, and changes nothing of it", async () => {
  const readAt = (ms: number) => ({ named: [handle], readAt: new Date(clock.now().getTime() + ms) });
  await memory.record({ groups: [leads("U0THEO")], ...readAt(0) });
  await memory.record({ groups: [leads()], ...readAt(2) });
  const [overtaken] = await memory.record({ groups: [leads("U0THEO")], ...readAt(1) });
  expect(overtaken?.members.has("U0THEO")).toBe(true);
  expect(memory.known.get(handle)?.members.size).toBe(0);
});
