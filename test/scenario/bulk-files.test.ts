import { expect, test } from "vitest";
import { readBulk } from "../support/scenario-bulks.ts";
import { answerToCommand } from "../support/scenario-effects.ts";
import { emailOf } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const world = useWorld();
const [ANN, SAM] = [emailOf("ann.karlsson"), emailOf("sam.ortega")];

/** Uploads a file for a deactivation, and returns the form with the results of the dry run. */
async function handIn(content: string, name = "leavers.csv"): Promise<string> {
  const input = { File: { file: name, content } };
  const form = await readBulk(world(), { command: "/incydr bulk deactivate", input });
  await world().slack.as("maya").close({ all: true });
  return form.plain;
}

test("usernames count beside ids that a spreadsheet has rounded, and the form says so", async () => {
  const form = await handIn(
    `user,user_id,org\n${ANN},4.55998E+17,Research\n${SAM},880902586232301000,Research\n`,
  );
  expect(form).toContain("2 users would change.");
  expect(form).toContain(
    "A spreadsheet rounded these ids: 4.55998E+17 in line 2, 880902586232301000 in line 3. The usernames beside them are used instead.",
  );
  const said = "The id 4.55998E+17 is rounded and was ignored.";
  const maya = world().slack.as("maya");
  await maya.waitForMessage("dm", ({ files }) => files[0]?.content.includes(said) ?? false);
});

test.each([
  [
    "60,000 broken lines",
    '"a"b\n'.repeat(60_000),
    "The list has 60,000 lines. The limit is 10,000 lines and 1,000 users per request.",
  ],
  ["a megabyte of NULs", "\0".repeat(1_000_000), "The file isn't a text file in UTF-8 or UTF-16."],
  ["a workbook in Excel's own format", "PK\u0003\u0004 workbook", "save it as “CSV UTF-8”"],
  ["one endless line", "x".repeat(1_000_000), "Longer than 10,000 characters."],
])("a file with %s is refused with what to do", async (_what, content, told) => {
  const { slack } = world();
  const form = handIn(content);
  const theo = slack.as("theo");
  const answer = await answerToCommand(theo, `/incydr user ${ANN}`);
  expect(answer.plain).toContain(ANN);
  expect(await form).toContain(told);
});
