import { describe, expect, it } from "vitest";
import { type Freshness, RECENT } from "../../../src/authorization/index.ts";
import { createFindSubject } from "../../../src/subjects/index.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { directoryOf, useIncydrBench } from "./incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const directory = directoryOf(
  somePerson({ slackUserId: "U0NADIA", email: NADIA }),
  somePerson({ slackUserId: "U0GHOST", email: "ghost@harborlight.example" }),
  somePerson({ slackUserId: "U0NOMAIL", email: null }),
);

const bench = useIncydrBench();
const find = (who: string) => createFindSubject({ incydr: bench().incydr, directory })(who);

describe("a subject is found", () => {
  it.each([
    ["a username", NADIA, NADIA],
    ["a username with blanks around it", `  ${NADIA}\t`, NADIA],
    ["an address that Slack made a link of", `<mailto:${NADIA}|${NADIA}>`, NADIA],
    ["a mention", "<@U0NADIA>", NADIA],
    ["a mention with the name that Slack adds", "<@U0NADIA|nadia.petrov>", NADIA],
    ["a username with a plus", "victor.hale+lab@harborlight.example", "victor.hale+lab@harborlight.example"],
    ["a username that isn't ASCII", "pär.öberg@harborlight.example", "pär.öberg@harborlight.example"],
  ])("by %s", async (_what, typed, username) => {
    expect((await find(typed)).username).toBe(username);
  });

  it("by their id", async () => {
    const { userId } = bench().simulator.tenant.user(NADIA);
    expect(await find(userId)).toMatchObject({ userId, username: NADIA });
  });

  it("by a mention whose address is at most five minutes old, because it may become another person's", async () => {
    const asked: Freshness[] = [];
    const person = async (slackUserId: string, freshness: Freshness) => {
      asked.push(freshness);
      return directory.person(slackUserId, freshness);
    };
    await createFindSubject({ incydr: bench().incydr, directory: { ...directory, person } })("<@U0NADIA>");
    expect(asked).toEqual([RECENT]);
    expect(RECENT.maxAgeMs).toBe(300_000);
  });

  const readings = (["exact", "prefix", "substring"] as const).flatMap((usernameFilter) =>
    (["insensitive", "sensitive"] as const).map((usernameFilterCase) => ({
      usernameFilter,
      usernameFilterCase,
    })),
  );
  it.each(readings)("in any case, by whatever comparison of Incydr: %j", async (change) => {
    bench().simulator.control.setReadings(change);
    expect((await find("Nadia.Petrov@Harborlight.EXAMPLE")).username).toBe(NADIA);
    expect((await find(NADIA)).username).toBe(NADIA);
  });
});

describe("no subject is found or guessed", () => {
  it.each(["", "   ", "\n"])("by a text that names no user: %j", async (typed) => {
    await expect(find(typed)).rejects.toMatchObject({ code: "no_subject_named" });
    expect(bench().simulator.requestLog()).toEqual([]);
  });

  const several = ["ann.karlsson@harborlight.example", "annette.karlsson@harborlight.example"];
  it.each([
    [
      "by a beginning of several usernames, which are named",
      "ann",
      "ambiguous_subject",
      { matches: several },
    ],
    [
      "by a beginning of one username, which is suggested",
      "nadia.p",
      "subject_not_found",
      { similar: [NADIA] },
    ],
    ["by a middle, even if Incydr finds it", "petrov", "subject_not_found", { similar: [] }],
    ["by an unknown username", "nobody@harborlight.example", "subject_not_found", { similar: [] }],
    ["by an unknown id", "999999999999999999", "subject_not_found", { similar: [] }],
  ])("%s", async (_how, who, code, data) => {
    await expect(find(who)).rejects.toMatchObject({ code, data: { who, ...data } });
  });

  it("by a beginning of very many usernames, of which five are named", async () => {
    const error = await find("a").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ambiguous_subject" });
    expect((error as { data: { matches: string[] } }).data.matches).toHaveLength(5); // asserted just above
  });

  it("by a username of two users, whose ids are named", async () => {
    const { control, tenant } = bench().simulator;
    const { userId } = tenant.user(NADIA);
    const person = { username: NADIA, firstName: "Nadia", lastName: "Petrov", orgName: "Leavers" };
    const matches = [userId, control.edit.addUser(person).userId];
    await expect(find(NADIA)).rejects.toMatchObject({
      code: "ambiguous_subject",
      data: { matches: expect.arrayContaining(matches) },
    });
  });

  it("by a mention of a person without an account, or without an e-mail that Slack shows", async () => {
    await expect(find("<@U0GHOST>")).rejects.toMatchObject({
      code: "subject_not_found",
      data: { similar: [] },
    });
    await expect(find("<@U0NOMAIL>")).rejects.toMatchObject({ code: "mention_without_email" });
  });

  it.each([NADIA, "300000000000000001"])("while Incydr forbids the reading: %s", async (who) => {
    bench().simulator.control.forbid("GET /v1/users/**");
    bench().simulator.control.forbid("GET /v1/users");
    await expect(find(who)).rejects.toMatchObject({ code: "forbidden" });
  });
});
