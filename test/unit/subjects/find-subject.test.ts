import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createFindSubject, type FindSubject } from "../../../src/subjects/index.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { directoryOf, type IncydrBench, startIncydrBench } from "./incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const PEOPLE = [
  somePerson({ slackUserId: "U0NADIA", email: NADIA }),
  somePerson({ slackUserId: "U0GHOST", email: "ghost@harborlight.example" }),
  somePerson({ slackUserId: "U0NOMAIL", email: null }),
];

let bench: IncydrBench;
let find: FindSubject;
beforeAll(async () => {
  bench = await startIncydrBench();
  find = createFindSubject({ incydr: bench.incydr, directory: directoryOf(...PEOPLE) });
});
afterEach(() => bench.simulator.control.reset());
afterAll(() => bench[Symbol.asyncDispose]());

describe("a subject is found", () => {
  it.each([
    ["a username", NADIA],
    ["a username with blanks around it", `  ${NADIA}\t`],
    ["an address that Slack made a link of", `<mailto:${NADIA}|${NADIA}>`],
    ["a mention", "<@U0NADIA>"],
    ["a mention with the name that Slack adds", "<@U0NADIA|nadia.petrov>"],
  ])("by %s", async (_what, typed) => {
    expect((await find(typed)).username).toBe(NADIA);
  });

  it("by their id", async () => {
    const { userId } = bench.simulator.tenant.user(NADIA);
    expect(await find(userId)).toMatchObject({ userId, username: NADIA });
  });

  it("by a username with a plus and one that isn't ASCII, composed or not", async () => {
    const names = ["victor.hale+lab@harborlight.example", "pär.öberg@harborlight.example"];
    for (const name of names) expect((await find(name)).username).toBe(name);
  });

  it("exactly, though another's username begins alike", async () => {
    const { control } = bench.simulator;
    control.setReadings({ usernameFilter: "prefix" });
    control.edit.rename("annette.karlsson@harborlight.example", "ann.karlsson@harborlight.example.old");
    const found = await find("ann.karlsson@harborlight.example");
    expect(found.username).toBe("ann.karlsson@harborlight.example");
  });

  const readings = (["exact", "prefix", "substring"] as const).flatMap((usernameFilter) =>
    (["insensitive", "sensitive"] as const).map((usernameFilterCase) => ({
      usernameFilter,
      usernameFilterCase,
    })),
  );
  it.each(readings)("in any case, however Incydr compares: %j", async (change) => {
    bench.simulator.control.setReadings(change);
    expect((await find("Nadia.Petrov@Harborlight.EXAMPLE")).username).toBe(NADIA);
    expect((await find(NADIA)).username).toBe(NADIA);
  });
});

describe("nobody is found, and nobody guessed", () => {
  it.each(["", "   ", "\n"])("by nothing: %j", async (typed) => {
    await expect(find(typed)).rejects.toMatchObject({ code: "no_subject_named" });
    expect(bench.simulator.requestLog()).toEqual([]);
  });

  it("by a beginning that several share: they are named", async () => {
    await expect(find("ann")).rejects.toMatchObject({
      code: "ambiguous_subject",
      data: {
        who: "ann",
        matches: ["ann.karlsson@harborlight.example", "annette.karlsson@harborlight.example"],
      },
    });
  });

  it("by a beginning that one has alone: they are suggested, and not taken", async () => {
    await expect(find("nadia.p")).rejects.toMatchObject({
      code: "subject_not_found",
      data: { who: "nadia.p", similar: [NADIA] },
    });
  });

  it("by a middle, though Incydr finds it", async () => {
    await expect(find("petrov")).rejects.toMatchObject({ code: "subject_not_found", data: { similar: [] } });
  });

  it("by a beginning of very many: at most five are named", async () => {
    const error = await find("a").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ambiguous_subject" });
    expect((error as { data: { matches: string[] } }).data.matches).toHaveLength(5); // asserted just above
  });

  it("when two users have the very same username: their ids are named", async () => {
    const { control, tenant } = bench.simulator;
    const person = { username: NADIA, firstName: "Nadia", lastName: "Petrov", orgName: "Leavers" };
    const double = control.edit.addUser(person);
    const ids = tenant.users.filter(({ username }) => username === NADIA).map(({ userId }) => userId);
    expect(ids).toContain(double.userId);
    const error = await find(NADIA).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "ambiguous_subject",
      data: { matches: expect.arrayContaining(ids) },
    });
  });

  it.each([
    ["a username that doesn't exist", "nobody@harborlight.example"],
    ["an id that doesn't exist", "999999999999999999"],
    ["a mention of somebody without an account", "<@U0GHOST>"],
  ])("by %s", async (_what, typed) => {
    await expect(find(typed)).rejects.toMatchObject({ code: "subject_not_found", data: { similar: [] } });
  });

  it("by a mention of somebody whose e-mail Slack doesn't show", async () => {
    await expect(find("<@U0NOMAIL>")).rejects.toMatchObject({ code: "mention_without_email" });
  });

  it("while Incydr doesn't let it read", async () => {
    bench.simulator.control.forbid("GET /v1/users/**");
    bench.simulator.control.forbid("GET /v1/users");
    await expect(find(NADIA)).rejects.toMatchObject({ code: "forbidden" });
    await expect(find("300000000000000001")).rejects.toMatchObject({ code: "forbidden" });
  });
});
