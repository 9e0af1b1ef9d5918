import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  AddressRefusedError,
  DirectoryUnavailableError,
  FRESH,
  RECENT,
  UnknownPersonError,
} from "../../../../src/authorization/index.ts";
import {
  createPeopleDirectory,
  type SlackPeopleDirectory,
} from "../../../../src/slack/directory/people-directory.ts";
import { type SlackBench, startSlackBench } from "../slack-bench.ts";

let bench: SlackBench;
let people: SlackPeopleDirectory;
beforeAll(async () => {
  bench = await startSlackBench();
});
beforeEach(() => {
  bench.slack.faults.clear();
  people = bench.directories().people;
  bench.calls();
});
afterAll(() => bench[Symbol.asyncDispose]());

describe("a person", () => {
  it("a person is read with e-mail and groups", async () => {
    expect(await people.person("U0LENA", RECENT)).toEqual({
      slackUserId: "U0LENA",
      displayName: "Lena Fischer",
      email: "lena.fischer@harborlight.example",
      isGuest: false,
      isBot: false,
      isDeactivated: false,
      isOtherCompany: false,
      groups: ["insider-risk-analysts", "insider-risk-leads"],
      minutesInGroups: { "insider-risk-analysts": null, "insider-risk-leads": null },
    });
  });

  it("the minutes of a person in a group are counted from the reading that first shows them there", async () => {
    const { slack, clock } = bench;
    await people.person("U0SAM", FRESH);
    await slack.admin.addToGroup("insider-risk-leads", "sam");
    await clock.advance(30_001);
    expect((await people.person("U0SAM", FRESH)).minutesInGroups).toEqual({ "insider-risk-leads": 0 });
    await clock.advance(90_000);
    expect((await people.person("U0SAM", FRESH)).minutesInGroups).toEqual({ "insider-risk-leads": 1.5 });
    await slack.admin.removeFromGroup("insider-risk-leads", "sam");
  });

  it("the minutes of a person in a group follow the database's clock, though the machine's is ahead", async () => {
    const { api, slack, clock } = bench;
    const ages = { ...clock, now: () => new Date(clock.now().getTime() + 10 * 60_000) };
    const groups = bench.groups();
    people = createPeopleDirectory({ client: api.reading, clock, ages, teamId: "T0HARBOR", groups });
    await people.person("U0SAM", FRESH);
    await slack.admin.addToGroup("insider-risk-leads", "sam");
    await clock.advance(30_001);
    expect((await people.person("U0SAM", FRESH)).minutesInGroups).toEqual({ "insider-risk-leads": 0 });
    await slack.admin.removeFromGroup("insider-risk-leads", "sam");
  });

  it.each([
    ["a guest", "U0GIL", { isGuest: true, groups: [] }],
    ["somebody of another company", "U0CASEY", { isOtherCompany: true, groups: [] }],
    ["deactivated, though still listed in a group", "U0OLGA", { isDeactivated: true }],
    ["a bot", "U0BOT", { isBot: true }],
    ["in no group", "U0SAM", { groups: [], isGuest: false }],
  ])("a person is read as %s", async (_what, slackUserId, expected) => {
    expect(await people.person(slackUserId, FRESH)).toMatchObject(expected);
  });

  it("the e-mail of a person is case-folded", async () => {
    await bench.slack.admin.changeEmail("sam", "Sam.Ortega@Harborlight.Example");
    expect((await people.person("U0SAM", FRESH)).email).toBe("sam.ortega@harborlight.example");
    await bench.slack.admin.changeEmail("sam", "sam.ortega@harborlight.example");
  });

  it.each([
    ["read alone", (directory: SlackPeopleDirectory) => directory.person("U0SAM", FRESH)],
    [
      "read by the address",
      async (directory: SlackPeopleDirectory) => {
        expect(await directory.idsByEmail("sam.ortega@harborlight.example")).toEqual(["U0SAM"]);
        return directory.person("U0SAM", RECENT);
      },
    ],
    [
      "read among everybody",
      async (directory: SlackPeopleDirectory) => {
        await directory.hasOutsider(Array.from({ length: 31 }, (_, index) => `U0GHOST${index}`));
        return directory.person("U0SAM", RECENT);
      },
    ],
  ])("a person has no e-mail while Slack marks the address as unconfirmed, %s", async (_how, read) => {
    await bench.slack.admin.confirmEmail("sam", false);
    expect((await read(people)).email).toBeNull();
    await bench.slack.admin.confirmEmail("sam", true);
    await bench.clock.advance(RECENT.maxAgeMs + 1);
    expect((await people.person("U0SAM", FRESH)).email).toBe("sam.ortega@harborlight.example");
  });

  it("a person whom Slack doesn't know is refused", async () => {
    await expect(people.person("U0GHOST", FRESH)).rejects.toThrow(UnknownPersonError);
  });
});

describe("the memory of the directory", () => {
  it("a reading serves as long as the caller allows, and not a millisecond longer", async () => {
    await people.person("U0THEO", FRESH);
    expect(bench.calls().toSorted()).toEqual(["usergroups.list", "users.info"]);
    await bench.clock.advance(30_000);
    await people.person("U0THEO", FRESH);
    expect(bench.calls()).toEqual([]);
    await bench.clock.advance(1);
    await people.person("U0THEO", RECENT);
    expect(bench.calls()).toEqual([]);
    await people.person("U0THEO", FRESH);
    expect(bench.calls().toSorted()).toEqual(["usergroups.list", "users.info"]);
  });

  it("a person is read anew if the clock was set back since the reading", async () => {
    await people.person("U0THEO", FRESH);
    bench.calls();
    await bench.clock.advance(-60_000);
    await people.person("U0THEO", RECENT);
    expect(bench.calls().toSorted()).toEqual(["usergroups.list", "users.info"]);
    await bench.clock.advance(60_000);
  });

  it("the reading of a look-up does not serve an approval after thirty seconds", async () => {
    expect((await people.person("U0THEO", RECENT)).groups).toEqual(["insider-risk-leads"]);
    await bench.slack.admin.removeFromGroup("insider-risk-leads", "theo");
    await bench.clock.advance(30_001);
    expect((await people.person("U0THEO", RECENT)).groups).toEqual(["insider-risk-leads"]);
    expect((await people.person("U0THEO", FRESH)).groups).toEqual([]);
    await bench.slack.admin.addToGroup("insider-risk-leads", "theo");
  });

  it("the groups are read anew when Slack says that one of them changed, and the person is not", async () => {
    await people.person("U0THEO", FRESH);
    bench.calls();
    await people.groupChanged({ groupId: "S0LEADS", handle: null });
    await people.person("U0THEO", FRESH);
    expect(bench.calls()).toEqual(["usergroups.list"]);
  });

  it("the groups are not read anew when a group changes that no policy names", async () => {
    await people.person("U0THEO", FRESH);
    bench.calls();
    await people.groupChanged({ groupId: "S0CHESS", handle: "chess-club" });
    expect(bench.calls()).toEqual([]);
    await people.groupChanged({ groupId: "S0NEW", handle: "insider-risk-leads" });
    expect(bench.calls()).toEqual(["usergroups.list"]);
  });

  it("the groups are read in one call for everybody", async () => {
    await people.person("U0THEO", FRESH);
    await people.person("U0MAYA", FRESH);
    expect(bench.calls().toSorted()).toEqual(["usergroups.list", "users.info", "users.info"]);
  });

  it("callers who ask at the same time share one reading", async () => {
    await Promise.all([1, 2, 3].map(() => people.person("U0THEO", FRESH)));
    expect(bench.calls().toSorted()).toEqual(["usergroups.list", "users.info"]);
  });

  it("a failure is not remembered: the next caller asks Slack again", async () => {
    const broken = bench.slack.faults.add({ kind: "refused", error: "internal_error", method: "users.info" });
    await expect(people.person("U0THEO", FRESH)).rejects.toThrow(DirectoryUnavailableError);
    broken.release();
    expect((await people.person("U0THEO", FRESH)).displayName).toBe("Theo Okafor");
  });
});

describe("when Slack can't be asked", () => {
  it.each(["usergroups.list", "users.info"])("no person is known while Slack refuses %s", async (method) => {
    bench.slack.faults.add({ kind: "refused", error: "internal_error", method });
    await expect(people.person("U0THEO", FRESH)).rejects.toThrow(DirectoryUnavailableError);
  });

  it("no fresh membership is known while a group that the policies name is gone", async () => {
    await people.person("U0THEO", FRESH);
    await bench.slack.admin.renameGroup("incident-responders", "responders");
    await bench.clock.advance(30_001);
    await expect(people.person("U0THEO", FRESH)).rejects.toThrow(
      "The policies name groups that Slack no longer has: @incident-responders",
    );
    expect((await people.person("U0THEO", RECENT)).groups).toEqual(["insider-risk-leads"]);
    await bench.slack.admin.renameGroup("responders", "incident-responders");
    await bench.clock.advance(1);
    await people.groupChanged({ groupId: "S0RESPOND", handle: "incident-responders" });
    expect((await people.person("U0JONAS", FRESH)).groups).toEqual(["incident-responders"]);
  });

  it("an expired reading is not served in place of one that fails", async () => {
    await people.person("U0THEO", RECENT);
    bench.slack.faults.add({ kind: "refused", error: "internal_error", method: "usergroups.list" });
    await bench.clock.advance(30_001);
    expect((await people.person("U0THEO", RECENT)).displayName).toBe("Theo Okafor");
    await expect(people.person("U0THEO", FRESH)).rejects.toThrow(DirectoryUnavailableError);
  });
});

describe("Slack ids by e-mail", () => {
  it("an address has the Slack id of its account, or none", async () => {
    expect(await people.idsByEmail("nadia.petrov@harborlight.example")).toEqual(["U0NADIA"]);
    expect(await people.idsByEmail("nobody@harborlight.example")).toEqual([]);
  });

  it("an address has also an account that has not confirmed it, read alone or among many", async () => {
    await bench.slack.admin.confirmEmail("nadia", false);
    expect(await people.idsByEmail("nadia.petrov@harborlight.example")).toEqual(["U0NADIA"]);
    for (let index = 0; index < 30; index += 1) await people.idsByEmail(`nobody${index}@harborlight.example`);
    await bench.clock.advance(15_001);
    expect(await people.idsByEmail("nadia.petrov@harborlight.example")).toEqual(["U0NADIA"]);
    expect(bench.calls()).toContain("users.list");
    await bench.slack.admin.confirmEmail("nadia", true);
    await bench.clock.advance(RECENT.maxAgeMs + 1);
  });

  it("the Slack ids of an address serve for fifteen seconds, because one click asks for them many times", async () => {
    await people.idsByEmail("nadia.petrov@harborlight.example");
    await bench.clock.advance(15_000);
    await people.idsByEmail("Nadia.Petrov@Harborlight.example");
    expect(bench.calls()).toEqual(["users.lookupByEmail"]);
    await bench.clock.advance(1);
    await people.idsByEmail("nadia.petrov@harborlight.example");
    expect(bench.calls()).toEqual(["users.lookupByEmail"]);
  });

  it("an address has the accounts that the configuration maps to it, beside its own account", async () => {
    const { api, clock } = bench;
    const operatorMap = new Map([["U0NADIA2", "Nadia.Petrov@harborlight.example"]]);
    const parts = { client: api.reading, clock, teamId: "T0HARBOR", groups: bench.groups() };
    const mapped = createPeopleDirectory({ ...parts, operatorMap });
    expect(await mapped.idsByEmail("nadia.petrov@harborlight.example")).toEqual(["U0NADIA2", "U0NADIA"]);
    expect(await mapped.idsByEmail("sam.ortega@harborlight.example")).toEqual(["U0SAM"]);
  });

  it("an address that Slack refuses to look up is refused, and asked for once in fifteen seconds", async () => {
    const { faults } = bench.slack;
    faults.add({ kind: "refused", error: "invalid_arguments", method: "users.lookupByEmail" });
    for (let time = 0; time < 2; time += 1)
      await expect(people.idsByEmail("svc-backup")).rejects.toThrow(AddressRefusedError);
    expect(bench.calls()).toEqual(["users.lookupByEmail"]);
    faults.clear();
    faults.add({ kind: "refused", error: "missing_scope", method: "users.lookupByEmail" });
    await expect(people.idsByEmail("svc-files")).rejects.not.toThrow(AddressRefusedError);
  });

  it("an address without an answer from Slack is not an address without accounts", async () => {
    bench.slack.faults.add({ kind: "refused", error: "internal_error", method: "users.lookupByEmail" });
    const failing = people.idsByEmail("nadia.petrov@harborlight.example");
    await expect(failing).rejects.toThrow(DirectoryUnavailableError);
    bench.slack.faults.clear();
    expect(await people.idsByEmail("nadia.petrov@harborlight.example")).toEqual(["U0NADIA"]);
  });
});
