import { describe, expect, it } from "vitest";
import { ruleFaults } from "../../../scripts/catalogue/block-rules.ts";
import { differences } from "../../../scripts/catalogue/compare.ts";
import {
  codeFaults,
  folderFaults,
  RENDERER_FOLDERS,
  unshownFaults,
} from "../../../scripts/catalogue/completeness.ts";
import { type Entry, joined, topicText } from "../../../scripts/catalogue/entries.ts";
import { makeCatalogue } from "../../../scripts/catalogue/make-catalogue.ts";
import { slackFaults } from "../../../scripts/catalogue/validate-at-slack.ts";

const SAID: Entry = {
  text: "CR-17 approved",
  blocks: [{ type: "section", text: { type: "plain_text", text: "CR-17 approved" } }],
};
const CATALOGUE = { announcements: { approved: SAID, "too late (nothing is said)": null } };
const STORED = { announcements: topicText(CATALOGUE.announcements) };

describe("the comparison of the stored catalogue with the one that was made", () => {
  it("finds no difference in what was just written", () => {
    expect(differences(CATALOGUE, STORED)).toEqual([]);
  });

  it("names an entry whose text differs", () => {
    const made = {
      announcements: { ...CATALOGUE.announcements, approved: { ...SAID, text: "CR-17: Approved" } },
    };
    expect(differences(made, STORED)).toEqual(["announcements · approved: differs"]);
  });

  it("names an entry that is missing in the stored catalogue, and one that is no longer made", () => {
    const made = { announcements: { approved: SAID, denied: SAID } };
    expect(differences(made, STORED)).toEqual([
      "announcements · denied: is new",
      "announcements · too late (nothing is said): is gone",
    ]);
  });

  it("names a topic that is not stored, one that is no longer made, and a file that was formatted otherwise", () => {
    expect(differences({ ...CATALOGUE, cards: {} }, STORED)).toEqual(["cards: is not stored"]);
    expect(differences({}, STORED)).toEqual(["announcements: is stored, and no longer made"]);
    expect(differences(CATALOGUE, { announcements: `${STORED.announcements}\n` })).toEqual([
      "announcements: the entries are the same, and are printed otherwise",
    ]);
  });

  it("refuses two entries of one name", () => {
    expect(() => joined({ approved: SAID }, { approved: SAID })).toThrow("the name “approved”");
  });
});

describe("the rules that each entry keeps", () => {
  const faultsOf = (entry: Entry, name = "x") => ruleFaults({ topic: { [name]: entry } });
  const button = {
    type: "button",
    action_id: "approve",
    text: { type: "plain_text", text: "Approve" },
  } as const;

  it("hold for everything that people see", async () => {
    expect(ruleFaults(await makeCatalogue())).toEqual([]);
  });

  it("refuse blocks that Slack refuses", () => {
    const text = "x".repeat(151);
    const blocks = [{ type: "header" as const, text: { type: "plain_text" as const, text } }];
    expect(faultsOf({ text: "x", blocks })).toEqual([
      "topic · x: must be less than 151 characters at /blocks/0/text/text",
    ]);
  });

  it("refuse a message without a text for notifications", () => {
    expect(faultsOf({ ...SAID, text: " " })).toEqual(["topic · x: the text for notifications is empty"]);
  });

  it("refuse the same action_id in two blocks of a message", () => {
    const row = { type: "actions" as const, elements: [button] };
    expect(faultsOf({ text: "x", blocks: [row, row] })).toEqual([
      "topic · x: two elements have the action_id approve",
    ]);
  });

  it("refuse private_metadata of more than 3,000 characters", () => {
    const title = { type: "plain_text" as const, text: "Deactivate" };
    const view = { type: "modal" as const, title, blocks: SAID.blocks, private_metadata: "x".repeat(3_001) };
    expect(faultsOf(view)).toEqual([
      "topic · x: must be less than 3001 characters at /view/private_metadata",
    ]);
  });

  it("let an entry be silent only where its name says so", () => {
    expect(faultsOf(null, "approved")).toHaveLength(1);
    expect(faultsOf(null, "too late (nothing is said)")).toEqual([]);
    expect(faultsOf(SAID, "too late (nothing is said)")).toEqual([
      "topic · too late (nothing is said): something is said",
    ]);
  });
});

describe("the completeness of the catalogue", () => {
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

  it("is lost with a renderer that nothing loads or calls", () => {
    const unloaded = unshownFaults(root, { [path]: source }, []);
    expect(unloaded).toEqual([`${path}:1: no entry shows \`the whole file\``]);
    const uncalled = unshownFaults(root, { [path]: source }, scriptOf({ ...whole, count: 0 }));
    expect(uncalled).toEqual([`${path}:1: no entry shows \`export function newMessage(isLate: boolean) {\``]);
  });

  it("is lost with a text that no entry reaches", () => {
    const late = range('return "It is late.";', 0);
    expect(unshownFaults(root, { [path]: source }, scriptOf(whole, late))).toEqual([
      `${path}:2: no entry shows \`return "It is late.";\``,
    ]);
    expect(unshownFaults(root, { [path]: source }, scriptOf(whole))).toEqual([]);
  });

  it("is lost when the folders of the renderers are moved without it", () => {
    const [first = "", ...others] = RENDERER_FOLDERS;
    const files = [`${first}/x.ts`, ...others.map((folder) => `${folder}/deep/x.ts`)];
    expect(folderFaults(files)).toEqual([]);
    expect(folderFaults([...files.slice(1), "src/slack/elsewhere/x.ts"])).toEqual([
      `${first} has no file: name the folders of the renderers in scripts/catalogue/completeness.ts`,
    ]);
  });

  it("is lost with an error code that no refusal shows", () => {
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
  it("sends each message and view once, and names what Slack refuses", async () => {
    const given: object[] = [];
    const refusal = Object.assign(new Error("x"), {
      data: {
        ok: false,
        error: "invalid_message",
        errors: [{ pointer: "/blocks/0", code: "failed_constraint" }],
      },
    });
    const validate = async (one: object) => {
      given.push(one);
      if (given.length === 2) throw refusal;
    };
    const topic = { first: SAID, second: SAID, silent: null, errors: { errors: { reason: "Say why." } } };
    const faults = await slackFaults({ topic }, { validate }, () => {});
    expect(given).toEqual([{ message: { blocks: SAID.blocks } }, { message: { blocks: SAID.blocks } }]);
    expect(faults).toEqual([
      'topic · second: invalid_message [{"pointer":"/blocks/0","code":"failed_constraint"}]',
    ]);
  });

  it("fails as a whole where the token is refused", async () => {
    const refused = Object.assign(new Error("invalid_auth"), { data: { ok: false, error: "invalid_auth" } });
    const validate = () => Promise.reject(refused);
    await expect(slackFaults({ topic: { first: SAID } }, { validate }, () => {})).rejects.toThrow(
      "invalid_auth",
    );
  });
});
