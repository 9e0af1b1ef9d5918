import { describe, expect, it } from "vitest";
import { ruleFaults } from "../../../scripts/catalogue/block-rules.ts";
import { differences } from "../../../scripts/catalogue/compare.ts";
import {
  codeFaults,
  folderFaults,
  RENDERER_FOLDERS,
  unshownFaults,
} from "../../../scripts/catalogue/completeness.ts";
import { type Catalogue, type Entry, joined, topicText } from "../../../scripts/catalogue/entries.ts";
import { makeCatalogue } from "../../../scripts/catalogue/make-catalogue.ts";
import { slackFaults } from "../../../scripts/catalogue/validate-at-slack.ts";

const SAID: Entry = {
  text: "CR-17 approved",
  blocks: [{ type: "section", text: { type: "plain_text", text: "CR-17 approved" } }],
};
const CATALOGUE = { announcements: { approved: SAID, "too late (nothing is said)": null } };
const STORED = { announcements: topicText(CATALOGUE.announcements) };

describe("the comparison of a new catalogue with the stored one", () => {
  const { announcements } = CATALOGUE;
  const renamed = { ...announcements, approved: { ...SAID, text: "CR-17: Approved" } };
  const replaced = { approved: SAID, denied: SAID };

  it.each<[string, Catalogue, readonly string[]]>([
    ["no difference if nothing changed", CATALOGUE, []],
    ["an entry whose text differs", { announcements: renamed }, ["announcements · approved: differs"]],
    [
      "an entry that is new, and one that is gone",
      { announcements: replaced },
      ["announcements · denied: is new", "announcements · too late (nothing is said): is gone"],
    ],
    ["a topic that is not stored", { ...CATALOGUE, cards: {} }, ["cards: is not stored"]],
    ["a topic that is no longer made", {}, ["announcements: is stored, and no longer made"]],
  ])("names %s", (_what, made, found) => {
    expect(differences(made, STORED)).toEqual(found);
  });

  it("names a file that is printed otherwise", () => {
    expect(differences(CATALOGUE, { announcements: `${STORED.announcements}\n` })).toEqual([
      "announcements: the entries are the same, and are printed otherwise",
    ]);
  });
});

it("two entries of one name are refused", () => {
  expect(() => joined({ approved: SAID }, { approved: SAID })).toThrow("the name “approved”");
});

it("everything that people see keeps the rules for entries", async () => {
  expect(ruleFaults(await makeCatalogue())).toEqual([]);
});

describe("the rules for entries refuse", () => {
  const header = { type: "header", text: { type: "plain_text", text: "x".repeat(151) } } as const;
  const button = {
    type: "button",
    action_id: "approve",
    text: { type: "plain_text", text: "Approve" },
  } as const;
  const row = { type: "actions" as const, elements: [button] };
  const title = { type: "plain_text", text: "Deactivate" } as const;

  it.each<[string, Entry, string]>([
    [
      "blocks that Slack refuses",
      { text: "x", blocks: [header] },
      "must be less than 151 characters at /blocks/0/text/text",
    ],
    [
      "a message without a text for notifications",
      { ...SAID, text: " " },
      "the text for notifications is empty",
    ],
    [
      "the same action_id and value in two blocks of a message",
      { text: "x", blocks: [row, row] },
      "two elements have the action_id approve and the same value",
    ],
    [
      "private_metadata of more than 3,000 characters",
      { type: "modal", title, blocks: SAID.blocks, private_metadata: "x".repeat(3_001) },
      "must be less than 3001 characters at /view/private_metadata",
    ],
  ])("%s", (_what, entry, fault) => {
    expect(ruleFaults({ topic: { x: entry } })).toEqual([`topic · x: ${fault}`]);
  });

  it("a silent entry whose name doesn't say so, and an entry with a text whose name says it is silent", () => {
    const silent = "too late (nothing is said)";
    expect(ruleFaults({ topic: { approved: null } })).toHaveLength(1);
    expect(ruleFaults({ topic: { [silent]: null } })).toEqual([]);
    expect(ruleFaults({ topic: { [silent]: SAID } })).toEqual([`topic · ${silent}: something is said`]);
  });
});

describe("the check that the catalogue is complete", () => {
  const root = new URL("file:///bot/");
  const path = "src/slack/messages/new-message.ts";
  const source =
    'export function newMessage(isLate: boolean) {\n  if (isLate) return "It is late.";\n  return "x";\n}\n';
  const range = (text: string, count: number) => ({
    startOffset: source.indexOf(text),
    endOffset: source.indexOf(text) + text.length,
    count,
  });
  const scriptOf = (...ranges: ReturnType<typeof range>[]) => [
    { url: `file:///bot/${path}`, functions: [{ ranges }] },
  ];
  const whole = range(source.trimEnd(), 1);

  it("reports a renderer that nothing loads or calls", () => {
    const unloaded = unshownFaults(root, { [path]: source }, []);
    expect(unloaded).toEqual([`${path}:1: no entry shows \`the whole file\``]);
    const uncalled = unshownFaults(root, { [path]: source }, scriptOf({ ...whole, count: 0 }));
    expect(uncalled).toEqual([`${path}:1: no entry shows \`export function newMessage(isLate: boolean) {\``]);
  });

  it("reports a text that no entry reaches", () => {
    const late = range('return "It is late.";', 0);
    expect(unshownFaults(root, { [path]: source }, scriptOf(whole, late))).toEqual([
      `${path}:2: no entry shows \`return "It is late.";\``,
    ]);
    expect(unshownFaults(root, { [path]: source }, scriptOf(whole))).toEqual([]);
  });

  it("reports a folder of renderers that was moved", () => {
    const [first = "", ...others] = RENDERER_FOLDERS;
    const files = [`${first}/x.ts`, ...others.map((folder) => `${folder}/deep/x.ts`)];
    expect(folderFaults(files)).toEqual([]);
    expect(folderFaults([...files.slice(1), "src/slack/elsewhere/x.ts"])).toEqual([
      `${first} has no file: name the folders of the renderers in scripts/catalogue/completeness.ts`,
    ]);
  });

  it("reports an error code without a refusal, and a refusal without its error code", () => {
    const source = 'export class NewError extends AppError<"new_code" | "other_code"> {}';
    expect(codeFaults(["answer · new_code, once"], [source])).toEqual([
      "no refusal shows the error code other_code",
    ]);
    expect(codeFaults(["answer · new_code", "fault · other_code", "fault · gone"], [source])).toEqual([
      "no error has the code gone of a refusal",
    ]);
  });
});

describe("the validation at Slack", () => {
  const refusing = (data: object) => Object.assign(new Error("It failed."), { data: { ok: false, ...data } });

  it("sends each message and view once, and names those that Slack refuses", async () => {
    const given: object[] = [];
    const errors = [{ pointer: "/blocks/0", code: "failed_constraint" }];
    const validate = async (one: object) => {
      given.push(one);
      if (given.length === 2) throw refusing({ error: "invalid_message", errors });
    };
    const topic = { first: SAID, second: SAID, silent: null, errors: { errors: { reason: "Say why." } } };
    const faults = await slackFaults({ topic }, { validate }, () => {});
    expect(given).toEqual([{ message: { blocks: SAID.blocks } }, { message: { blocks: SAID.blocks } }]);
    expect(faults).toEqual([`topic · second: invalid_message ${JSON.stringify(errors)}`]);
  });

  it("fails as a whole if the token is refused", async () => {
    const refused = refusing({ error: "invalid_auth" });
    const validation = slackFaults(
      { topic: { first: SAID } },
      { validate: () => Promise.reject(refused) },
      () => {},
    );
    await expect(validation).rejects.toBe(refused);
  });
});
