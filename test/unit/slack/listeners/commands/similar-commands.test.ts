import { expect, it } from "vitest";
import { similarCommands } from "../../../../../src/slack/listeners/commands/similar-commands.ts";
import {
  AmbiguousSubjectError,
  NoSubjectNamedError,
  SubjectNotFoundError,
} from "../../../../../src/subjects/index.ts";

const IVY = { userId: "4711", username: "ivy.tan@x.example", displayName: "Ivy Tan" };

function setUp(
  found: readonly (typeof IVY)[] | Record<string, (typeof IVY)[]> = [],
  failure: Error | null = null,
) {
  const searched: (string | null)[] = [];
  const logged: string[] = [];
  const userList = {
    async similar(_by: string, text: string) {
      searched.push(text);
      if (failure) throw failure;
      return Array.isArray(found) ? found : ((found as Record<string, (typeof IVY)[]>)[text] ?? []);
    },
  };
  const deps = { userList, log: (what: string) => void logged.push(what) } as unknown as Parameters<
    typeof similarCommands
  >[0]; // nothing else of it is used
  const choices = (error: unknown, text: string, who: string | null) =>
    similarCommands(deps, error, { slackUserId: "U0MAYA", text, who });
  return { choices, searched, logged };
}

const notFound = (who: string, similar: string[] = []) => new SubjectNotFoundError(who, similar);

it("users of the directory with the typed name are offered by their ids, and Incydr's by their usernames", async () => {
  const { choices, searched } = setUp([IVY]);
  expect(await choices(notFound("iv", ["ivan@x.example"]), "devices iv --active", "iv")).toEqual([
    { username: "ivan@x.example", displayName: null, command: "devices ivan@x.example --active" },
    { username: "ivy.tan@x.example", displayName: "Ivy Tan", command: "devices 4711 --active" },
  ]);
  expect(searched).toEqual(["iv"]);
});

it("of an address, the words before the @ are searched", async () => {
  const { choices, searched } = setUp();
  await choices(notFound("ivy.tan@wrong.example"), "user ivy.tan@wrong.example", "ivy.tan@wrong.example");
  expect(searched[0]).toBe("ivy tan");
});

it("if no user has the whole name, its longest words are searched one by one until a user has one", async () => {
  const { choices, searched } = setUp({ tan: [IVY] });
  const found = await choices(notFound("ivi tan of x"), "user ivi tan of x", "ivi tan of x");
  expect(found.map(({ command }) => command)).toEqual(["user 4711"]);
  expect(searched).toEqual(["ivi tan of x", "ivi", "tan"]);
});

it.each<[string, string, string | null]>([
  ["can me deactivate m", "m", "can me deactivate 4711"],
  ["devices “iv”", "iv", null],
  ["can me deactivate tan", "tan", "can me deactivate 4711"],
  ["devices dev", "dev", "devices 4711"],
  ["user $&", "$&", "user 4711"],
])("in %j only the part that names the user is replaced", async (text, who, command) => {
  const { choices } = setUp([IVY]);
  const found = await choices(notFound(who.padEnd(2, "x")), text, who);
  expect(found.map((choice) => choice.command)).toEqual(command === null ? [] : [command]);
});

it("users who share a username's beginning are offered without a search of the directory", async () => {
  const { choices, searched } = setUp([IVY]);
  const error = new AmbiguousSubjectError("ann", ["ann@x.example", "anna@x.example", "two words"]);
  const commands = (await choices(error, "user ann", "ann")).map(({ command }) => command);
  expect(commands).toEqual(["user ann@x.example", "user anna@x.example"]);
  expect(searched).toEqual([]);
});

it.each(["--emergency", "—for", "iv --emergency", 'iv"an', "iv\nan", "«ivan"])(
  "a user whose name or id a command would read as other words is not offered: %j",
  async (name) => {
    const { choices } = setUp([{ ...IVY, userId: name }]);
    expect(await choices(notFound("iv", [name]), "deactivate iv", "iv")).toEqual([]);
  },
);

it.each([
  [new NoSubjectNamedError(), "iv"],
  [new Error("broken"), "iv"],
  [notFound("iv"), null],
  [notFound("4711234"), "4711234"],
  [notFound("x".repeat(200)), "x".repeat(200)],
])("other errors and texts get no choices: %s", async (error, who) => {
  const { choices, searched } = setUp([IVY]);
  expect(await choices(error, `user ${who}`, who)).toEqual([]);
  expect(searched).toEqual([]);
});

it("a directory that fails is logged, and Incydr's similar users are still offered", async () => {
  const { choices, logged } = setUp([], new Error("no database"));
  expect(await choices(notFound("iv", ["ivan@x.example"]), "user iv", "iv")).toHaveLength(1);
  expect(logged).toHaveLength(1);
});
