import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type IncydrSimulator, startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import type { SlackPerson } from "../../sandbox/slack/driver.ts";
import { createBotProcess } from "../../sandbox/supervisor/bot-process.ts";
import { EXAMPLES, HELP_TEXT } from "../../sandbox/supervisor/prompt/help-text.ts";
import { openPrompt } from "../../sandbox/supervisor/prompt/open-prompt.ts";
import { isUnfinished, parseLine } from "../../sandbox/supervisor/prompt/parse-line.ts";
import { performAction } from "../../sandbox/supervisor/prompt/perform-action.ts";
import { createPromptSession, type PromptSession } from "../../sandbox/supervisor/prompt/prompt-session.ts";
import { clientOf, reasonModal, startTestApp, type TestApp } from "../contract/slack-test-app.ts";

const parse = (line: string) => parseLine(line, ["maya", "theo", "jonas"]);

describe("a line at the prompt", () => {
  it.each([
    ["maya #general /incydr user  a b", { does: "command", channel: "general", line: "/incydr user  a b" }],
    ["maya dm /incydr help", { does: "command", channel: "dm", line: "/incydr help" }],
    ['maya #general "quoted" words', { does: "post", channel: "general", text: '"quoted" words' }],
    ["maya #general", { does: "look", channel: "general" }],
    ["maya sees", { does: "look", channel: null }],
    ["maya sees #general", { does: "look", channel: "general" }],
    ["maya modal", { does: "modal" }],
    ["maya submit", { does: "submit" }],
    ["maya close", { does: "close" }],
    ["theo click Approve", { does: "click", button: "Approve", channel: null, text: "" }],
    [
      "theo click Add roles… #inc-4711",
      { does: "click", button: "Add roles…", channel: "inc-4711", text: "" },
    ],
    ["theo click Deny #inc-4711 CR-2", { does: "click", button: "Deny", channel: "inc-4711", text: "CR-2" }],
    [
      'maya fill "Ticket (optional)"="one\ntwo\\nthree"',
      { does: "fill", fields: { Ticket: "one\ntwo\nthree" } },
    ],
    [
      'jonas reply #inc-4711 "40 files" I am on it',
      { does: "reply", channel: "inc-4711", about: "40 files", text: "I am on it" },
    ],
    ["maya open dry-run.csv", { does: "open", file: "dry-run.csv" }],
    [
      'maya fill "Roles to add"="Alert Emails, Watchlist Manager" Reason="a=b \\"c\\"" Ticket=',
      {
        does: "fill",
        fields: { "Roles to add": "Alert Emails, Watchlist Manager", Reason: 'a=b "c"', Ticket: "" },
      },
    ],
    [
      'jonas shortcut "Act on this user" #inc-4711 source code',
      { does: "shortcut", name: "Act on this user", channel: "inc-4711", text: "source code" },
    ],
  ])("is parsed as the action of a person: %s", (line, action) => {
    expect(parse(line)).toEqual({ kind: "action", person: line.split(" ")[0], action });
  });

  it.each([
    ["", { kind: "nothing" }],
    ["  ", { kind: "nothing" }],
    ["kill", { kind: "kill" }],
    ["faults", { kind: "faults", name: null }],
    ["faults incydr-down", { kind: "faults", name: "incydr-down" }],
    ["alert #inc-4711 DLP:  two  blanks", { kind: "alert", channel: "inc-4711", text: "DLP:  two  blanks" }],
  ])("is parsed without a person: %j", (line, expected) => {
    expect(parse(line)).toEqual(expected);
  });

  it.each([
    "nobody sees",
    "maya",
    "maya dances",
    "maya fill Reason",
    "theo click",
    "alert inc-4711 x",
    "alert #inc-4711",
    "jonas shortcut x",
    "jonas reply #inc-4711 x",
    "maya sees general",
    "quit now",
  ])("is answered with its right form if it is unclear: %s", (line) => {
    expect(parse(line)).toMatchObject({ kind: "unclear", why: expect.stringMatching(/Write|help/) });
  });

  it("names a person in any case", () => {
    expect(parse("Maya sees")).toMatchObject({ kind: "action", person: "maya" });
  });

  it("continues in the next line only in the middle of a form's value in quotes", () => {
    expect(isUnfinished('maya fill Lines="one')).toBe(true);
    expect(isUnfinished('maya fill Lines="one\ntwo"')).toBe(false);
    expect(isUnfinished('maya fill Lines="a 3\\" disk"')).toBe(false);
    expect(isUnfinished('maya #general a 3" disk')).toBe(false);
  });

  it.each(EXAMPLES)("is understood if it is an example of the help: %s", (line) => {
    expect(parse(line)).toMatchObject({ kind: expect.stringMatching(/^(action|alert)$/) });
    expect(HELP_TEXT).toContain(line);
  });
});

describe("the prompt", () => {
  /** Serves a prompt on a terminal; resolves to its parts. */
  function servePrompt() {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = Object.assign(new PassThrough(), { isTTY: true });
    const prompt = openPrompt({ input, output });
    const given: string[] = [];
    let shown = "";
    output.on("data", (text) => {
      shown += text;
    });
    const served = prompt.serve(async (line) => {
      given.push(line);
      return line === "quit" ? null : `answer to ${line}`;
    }, isUnfinished);
    return { input, given, shown: () => shown, end: () => served.finally(() => prompt.close()) };
  }

  it("hands a value in quotes to its command whole, and shows pasted lines beside their answers", async () => {
    const { input, given, shown, end } = servePrompt();
    input.write('one\nmaya fill Lines="a\nb"\nquit\n');
    await end();
    expect(given).toEqual(["one", 'maya fill Lines="a\nb"', "quit"]);
    expect(shown()).toContain('b"\nanswer to maya fill Lines="a\nb"');
  });

  it("discards an unfinished input at Ctrl-C, with the line that is being typed", async () => {
    const { input, given, shown, end } = servePrompt();
    input.write('maya fill Lines="a\n');
    await vi.waitFor(() => expect(shown()).toContain("       > "));
    input.write("b\u0003one\nquit\n");
    await end();
    expect(given).toEqual(["one", "quit"]);
  });
});

describe("a person who acts at the prompt", () => {
  let bench: TestApp;
  let incydr: IncydrSimulator;
  let folder: string;
  let maya: SlackPerson;
  let session: PromptSession;
  const printed: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "sandbox-prompt-"));
    incydr = await startIncydrSimulator();
    bench = await startTestApp((app) => {
      app.command("/incydr", async ({ ack, body, client }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view: BULK_FORM as never });
      });
      app.options("user", async ({ ack, payload }) => {
        const names = ["Ann Lee (ann)", "Annette Lee (annette)", `Use “${payload.value}”`];
        await ack({
          options: names
            .filter((name) => name.toLowerCase().includes(payload.value))
            .map((name) => ({ text: plainText(name), value: name })),
        });
      });
      app.view(/.*/, ({ ack }) => ack({ response_action: "errors", errors: { lines: "Too short." } }));
      app.action("approve", async ({ ack, respond }) => {
        await ack();
        await respond({ replace_original: true, text: "Approved." });
      });
    });
    const { slack } = bench;
    maya = slack.as("maya");
    const bot = createBotProcess({ env: {}, cwd: folder, logFile: path.join(folder, "bot.log") });
    const sandbox = { slack, incydr, bot, botLog: "", startBot: async () => {} };
    session = createPromptSession({ sandbox, print: (text) => void printed.push(text) });
  });
  afterAll(async () => {
    session.close();
    await bench[Symbol.asyncDispose]();
    await incydr.close();
    await rm(folder, { recursive: true });
  });

  /** Performs a typed action that the bot or the Slack client carries out; `look`, `open` and `modal` only read. */
  async function types(line: string) {
    const parsed = parse(line);
    if (parsed.kind !== "action") throw new Error(`“${line}” is not an action.`);
    const { person, action } = parsed;
    if (action.does === "look" || action.does === "open" || action.does === "modal")
      throw new Error(`“${line}” only reads.`);
    return performAction(bench.slack.as(person), action, ["inc-4711"]);
  }

  it("puts a file into a field for files, empties the field again, and is told if there is no such file", async () => {
    const file = path.join(folder, "users.csv");
    await writeFile(file, "user\n");
    await types("maya #inc-4711 /incydr bulk");
    await types(`maya fill File=${file}`);
    const shown = () => maya.modal()?.fields.find(({ label }) => label === "File")?.shown;
    expect(shown()).toContain("users.csv");
    await types("maya fill File=");
    expect(shown()).not.toContain("users.csv");
    await expect(types(`maya fill File=${folder}/none.csv`)).rejects.toThrow("there is no such file");
    await types("maya close");
  });

  it("types in a menu that searches, and chooses an option by an arrow, its last words, or if it is the only one", async () => {
    await types("maya #inc-4711 /incydr bulk");
    const shown = () => maya.modal()?.fields.find(({ label }) => label === "User")?.shown;
    await expect(types("maya fill User=an")).rejects.toThrow(
      'these options. Type one of:\n  "User"="an -> Ann Lee (ann)"\n  "User"="an -> Annette Lee (annette)"\n',
    );
    await types('maya fill User="an -> Annette Lee (annette)"');
    expect(shown()).toBe("Annette Lee (annette)");
    await expect(types('maya fill User="bob -> Bob Ray"')).rejects.toThrow('"User"="bob -> Use “bob”"');
    await types("maya fill User=ann");
    expect(shown()).toBe("Ann Lee (ann)");
    await types("maya fill User=bob");
    expect(shown()).toBe("Use “bob”");
    await types("maya fill User=");
    expect(shown()).toBe("");
    await types("maya close");
  });

  it("no longer sees the error of a field that was mended", async () => {
    await types("maya #inc-4711 /incydr bulk");
    expect(await types("maya submit")).toMatchObject({ fault: expect.stringContaining("has errors") });
    expect(maya.modal()?.plain).toContain("! Too short.");
    await types('maya fill "Lines (optional)"="one\ntwo"');
    expect(maya.modal()?.plain).not.toContain("Too short.");
  });

  it("is shown a form again if it returns to an earlier state", async () => {
    await types("maya #inc-4711 /incydr bulk");
    await session.run("maya fill Lines=one");
    await session.run("maya fill Lines=");
    await session.run("maya fill Lines=one");
    expect(printed.filter((text) => text.includes("Lines (optional): [one]"))).toHaveLength(2);
    expect(await session.run("maya close")).toBe("maya's modal is closed.");
  });

  it("answers in the thread of the message with the text", async () => {
    maya.post("inc-4711", "Alert: 40 files", { asBot: true });
    maya.post("inc-4711", "Lunch?");
    await types('theo reply #inc-4711 "40 files" I am on it');
    expect(maya.transcript("inc-4711")).toMatch(/40 files\n *↳ Theo Okafor: I am on it/);
  });

  it("is told which buttons there are if none has the typed label", async () => {
    await clientOf(bench.slack).chat.postMessage({
      channel: "C0INC4711",
      text: "CR-3",
      blocks: card("CR-3"),
    });
    await expect(types("theo click Aprove")).rejects.toThrow(
      "sees no button “Aprove”. The newest buttons are [Approve].",
    );
  });

  it("is shown a button's confirmation, and only its confirming button tells the bot", async () => {
    const { slack } = bench;
    for (const name of ["CR-1", "CR-2"])
      await clientOf(slack).chat.postMessage({ channel: "C0INC4711", text: name, blocks: card(name) });
    const clicks = () => slack.deliveries.filter(({ type }) => type === "block_actions").length;

    const question = await session.run("theo click Approve #inc-4711 CR-1");
    expect(question).toBe("theo's confirmation\n  Approve CR-1?\n  It runs at once.\n  [Back] [Approve]");
    expect(await session.run("theo submit")).toContain("theo click Approve, or theo click Back");
    expect(await session.run("theo click Back")).toBe("The bot was not told of the click.");
    expect(clicks()).toBe(0);
    await session.run("theo click approve… #inc-4711 CR-1");
    expect(await session.run("theo click Approve")).toBe("");
    expect(clicks()).toBe(1);
    expect(printed.join("")).toContain("Approved.");
    expect(maya.transcript("inc-4711")).not.toContain("Approve CR-1");
  });
});

const plainText = (text: string) => ({ type: "plain_text" as const, text });

const BULK_FORM = reasonModal({
  blocks: [
    {
      type: "input",
      block_id: "file",
      optional: true,
      label: plainText("File"),
      element: { type: "file_input", action_id: "file" },
    },
    {
      type: "input",
      block_id: "lines",
      optional: true,
      label: plainText("Lines"),
      element: { type: "plain_text_input", action_id: "lines", multiline: true },
    },
    {
      type: "input",
      block_id: "user",
      optional: true,
      label: plainText("User"),
      element: { type: "external_select", action_id: "user", min_query_length: 1 },
    },
  ],
});

function card(name: string) {
  const confirm = {
    title: plainText(`Approve ${name}?`),
    text: plainText("It runs at once."),
    confirm: plainText("Approve"),
    deny: plainText("Back"),
  };
  const button = { type: "button" as const, action_id: "approve", text: plainText("Approve"), confirm };
  return [
    { type: "section" as const, text: plainText(name) },
    { type: "actions" as const, elements: [button] },
  ];
}
