import { describe, expect, test } from "vitest";
import { readBulk } from "../support/scenario-bulks.ts";
import { answerTo } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const world = useWorld();
const [ANN, SAM, MEI, UMA] = ["ann.karlsson", "sam.ortega", "mei.kim", "uma.chen"].map(emailOf) as [
  string,
  string,
  string,
  string,
];

/** Hands in a file for a deactivation, and returns the form with what was found. */
async function handIn(content: string, name = "leavers.csv"): Promise<string> {
  const input = { File: { file: name, content } };
  const form = await readBulk(world(), { command: "/incydr bulk deactivate", input });
  await world().slack.as("maya").close({ all: true });
  return form.plain;
}

describe("a file is read line by line", () => {
  test("with a misplaced quote in a cell: the four users are asked for", async () => {
    const form = await handIn(`user,note\n${ANN},x\n${SAM},"5" disk\n${MEI},x\n${UMA},y\n`);
    expect(form).toContain("4 users would change.");
  });

  test("as JSON with characters that no name holds: their lines are named, the other is usable", async () => {
    const lines = [`{"user":"${ANN}"}`, '{"user":"x\\u0000y"}', '{"user":"x\\ud83d"}'];
    const form = await handIn(lines.join("\n"), "leavers.jsonl");
    expect(form).toContain("1 user would change. 2 lines skipped (2 can't be used).");
    expect(form).toMatch(/Line 2: .*The user contains a character that can't be read/);
    expect(form).toMatch(/Line 3: .*The user contains a character that can't be read/);
  });

  test("with ids that a spreadsheet has rounded: the usernames count, and that is said", async () => {
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

  test("with an id and a username, or two usernames, of different people: the line is refused", async () => {
    const { userId } = world().incydr.tenant.user(SAM);
    expect(await handIn(`user_id,username\n${userId},${MEI}\n`)).toContain(
      `Line 2: ${userId}: Names different users: ${userId} and ${MEI}.`,
    );
    expect(await handIn(`user,user\n${SAM},${MEI}\n`)).toContain(`Names different users: ${SAM} and ${MEI}.`);
  });

  test("with a user about whom Incydr answers with an error: the line is named, the others are asked for", async () => {
    const { incydr } = world();
    const { userId } = incydr.tenant.user(SAM);
    const fault = incydr.control.addFault({
      kind: "status",
      status: 500,
      on: `GET /v1/users/${userId}/roles`,
    });
    const form = await handIn(`user\n${ANN}\n${SAM}\n${MEI}\n`);
    fault.remove();
    expect(form).toContain("2 users would change. 1 line skipped (1 can't be used).");
    expect(form).toContain(`Line 3: ${SAM}: Incydr answered with an error about this user (HTTP 500)`);
  });

  test("pasted, with an emoji where the text is cut: the line is named and the form answers", async () => {
    const long = `${"x".repeat(79)}😀@harborlight.example`;
    const input = { "Or pasted lines": `${ANN}\n${long}` };
    const form = await readBulk(world(), { command: "/incydr bulk deactivate", input });
    expect(form.plain).toContain("1 user would change. 1 line skipped (1 can't be used).");
    expect(form.plain).toContain(`Line 2: ${"x".repeat(79)}…: Incydr has no such user.`);
    await world().slack.as("maya").close({ all: true });
  });
});

describe("a file that is no list is refused with what to do", () => {
  test.each([
    [
      "60,000 broken lines",
      '"a"b\n'.repeat(60_000),
      "The list has 60,000 lines. The limit is 10,000 lines and 1,000 users per request.",
    ],
    ["a megabyte of NULs", "\0".repeat(1_000_000), "The file isn't a text file in UTF-8 or UTF-16."],
    ["Excel's own format", "PK\u0003\u0004 workbook", "save it as “CSV UTF-8”"],
    ["one endless line", "x".repeat(1_000_000), "Longer than 10,000 characters."],
  ])("%s", async (_what, content, told) => {
    const { slack } = world();
    const form = handIn(content);
    const theo = slack.as("theo");
    const answer = await answerTo(theo, APPROVALS, () =>
      theo.command(`/incydr user ${ANN}`, { in: APPROVALS }),
    );
    expect(answer.plain).toContain(ANN);
    expect(await form).toContain(told);
  });
});
