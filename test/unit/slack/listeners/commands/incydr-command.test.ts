import { describe, expect, it } from "vitest";
import { createList } from "../../../../../src/incydr/index.ts";
import { LISTENERS } from "../../../../../src/slack/listeners/listeners.ts";
import { someFacts, someGrant } from "../../../../support/domain-objects.ts";
import { DRAFT, setUpListeners } from "../../../../support/heard-listeners.ts";

const NADIA = "nadia.petrov@harborlight.example";
const HERE = { channelId: "C0INC", threadTs: null };

interface Setting {
  readonly isFirst?: boolean;
  readonly isFrozen?: boolean;
  /** The answer of the switch, and of the policies' explanation. */
  readonly repeated?: boolean;
  readonly allowed?: boolean;
  readonly trigger?: string;
}

const GRANT_PAGE = { grants: [someGrant()], page: 1, pages: 1, first: 1, total: 1, isMore: false };

/** Maya types a command. `read` has her answers, and `done` has all other effects of the command. */
async function typed(text: string, setting: Setting = {}) {
  const { isFirst = true, isFrozen = false, repeated = false, allowed = true, trigger = "1.2" } = setting;
  const switched = repeated ? "repeated" : { isReadOnly: false };
  const explanation = allowed ? { allowed, rules: [] } : { allowed, reasons: [], whoCould: [] };
  const { hear } = setUpListeners({
    ...{ isFirst, isFrozen },
    parts: (does) => ({
      userLinkTemplate: null,
      lookUps: {
        subject: does("subject", someFacts()),
        roles: does("roles", createList([], { complete: true, skipped: [] })),
      },
      grantQueries: { ofSubject: does("ofSubject", [someGrant()]), page: does("page", GRANT_PAGE) },
      explainPermission: does("explain", { who: "Maya", action: "lookup", change: null, explanation }),
      bulkOpening: { start: does("startBulk", { id: DRAFT, kind: "add_roles" }) },
      freezeSwitch: { freeze: does("freeze", switched), unfreeze: does("unfreeze", switched) },
    }),
  });
  const heard = await hear(LISTENERS.commands["/incydr"], {
    command: { user_id: "U0MAYA", channel_id: HERE.channelId, text, trigger_id: trigger },
  });
  const done = heard.done.filter(([name]) => name !== "respond");
  const answers = heard.done.flatMap(([name, answer]) =>
    name === "respond" ? [JSON.stringify(answer)] : [],
  );
  const names = done.map(([name]) => name);
  return { done, names, answers, read: answers.join("\n"), acks: heard.acks };
}

describe("a command for a change", () => {
  it.each([
    ["deactivate", { kind: "deactivate" }, false],
    ["emergency", { kind: "deactivate" }, true],
    ["activate", { kind: "activate" }, false],
    ["move", { kind: "move" }, false],
    ["roles add", { kind: "add_roles" }, false],
    ["roles remove", { kind: "remove_roles" }, false],
    ["roles set", { kind: "replace_roles" }, false],
  ])("the command %s opens the form of its change for the named user", async (command, change, emergency) => {
    const [word, verb = ""] = command.split(" ");
    const { done, names } = await typed(`${word} ${NADIA} ${verb}`);
    expect(names).toEqual(["startDraft", "open", "prepareDraft"]);
    expect(done[0]).toEqual(["startDraft", { slackUserId: "U0MAYA", place: HERE, who: NADIA, ...change }]);
    const choice = { who: NADIA, ...change, role: null, org: null, undoes: null, emergency };
    expect(done[2]).toEqual(["prepareDraft", DRAFT, "U0MAYA", choice]);
  });

  it.each([
    [`roles ${NADIA} add Alert Emails`, { role: "Alert Emails", org: null }],
    [`move ${NADIA} Sales EMEA`, { role: null, org: "Sales EMEA" }],
  ])("the command %s chooses the named role or organization in its form", async (command, named) => {
    const { done } = await typed(command);
    expect(done[2]).toMatchObject(["prepareDraft", DRAFT, "U0MAYA", named]);
  });

  it.each([`roles ${NADIA} add ${"x".repeat(201)}`, `move ${NADIA} ${"x".repeat(201)}`])(
    "a command with a name that nothing can have opens no form: %.60s",
    async (command) => {
      const { done, answers } = await typed(command);
      expect(done).toEqual([]);
      expect(answers).toHaveLength(1);
    },
  );

  it.each([
    ["deactivate", "deactivate"],
    ["emergency", "emergency"],
    ["add-role", "add_roles"],
  ])("the command %s without a user opens the form that asks for the user", async (command, chosen) => {
    const { done, names } = await typed(command);
    expect(names).toEqual(["startDraft", "open"]);
    expect(JSON.stringify(done[1])).toMatch(new RegExp(`"initial_option":\\{[^}]*\\},"value":"${chosen}"`));
  });

  it("the options of a command fill in its form", async () => {
    const options = "--for 8h --reason On call --ticket INC-7 --ask <@U0THEO|theo>";
    const { done } = await typed(`add-role ${NADIA} Alert Emails ${options}`);
    expect(done[2]).toMatchObject(["prepareDraft", DRAFT, "U0MAYA", { role: "Alert Emails", grantHours: 8 }]);
  });

  it("the command undo opens the form that undoes the named request, and none without a request", async () => {
    const { done, names } = await typed("undo CR-17");
    expect(names).toEqual(["startDraft", "open", "prepareDraft"]);
    const choice = { who: "", kind: null, role: null, org: null, undoes: 17 };
    expect(done[2]).toEqual(["prepareDraft", DRAFT, "U0MAYA", choice]);
    const none = await typed("undo the last");
    expect(none.done).toEqual([]);
    expect(none.read).toContain("Name the request to undo");
    expect(none.read).toContain("/incydr undo the last");
  });

  it.each([
    ["deactivate", "deactivate"],
    ["activate", "activate"],
    ["move", "move"],
    ["add-roles", "add_roles"],
    ["remove-roles", "remove_roles"],
  ])("the command bulk %s opens the form of a bulk of its kind", async (word, kind) => {
    for (const isFrozen of [false, true]) {
      const { done, names } = await typed(`bulk ${word}`, { isFrozen });
      expect(names).toEqual(["startBulk", "open"]);
      expect(done[0]).toEqual(["startBulk", { slackUserId: "U0MAYA", place: HERE, kind }]);
      expect(/frozen/i.test(JSON.stringify(done[1]))).toBe(isFrozen);
    }
  });
});

describe("a command that looks up", () => {
  it.each([
    [
      `user ${NADIA}`,
      [
        ["subject", "U0MAYA", NADIA],
        ["ofSubject", "U0MAYA", someFacts()],
      ],
      NADIA,
    ],
    [
      `grants ${NADIA} --page 2`,
      [
        ["subject", "U0MAYA", NADIA],
        ["page", "U0MAYA", someFacts(), 2],
      ],
      "Temporary roles of",
    ],
    ["grants", [["page", "U0MAYA", null, 1]], "Temporary roles"],
    ["roles", [["roles", "U0MAYA"]], "No roles can be added"],
  ])(
    "the command %s reads as the person who types it, and its answer tells of a freeze",
    async (text, asks, says) => {
      for (const isFrozen of [false, true]) {
        const { done, read, answers } = await typed(text, { isFrozen });
        expect(done).toMatchObject(asks);
        expect(done).toHaveLength(asks.length);
        expect(read).toContain(says);
        expect(/frozen/i.test(read)).toBe(isFrozen);
        expect(answers).toHaveLength(1);
      }
    },
  );

  it.each([
    [true, "Yes"],
    [false, "No"],
  ])("the command can answers whether a person has permission: %s", async (allowed, summary) => {
    const { done, read } = await typed(`can me approve ${NADIA} deactivate`, { allowed, isFrozen: true });
    const question = { who: "me", action: "approve", subject: NADIA, change: "deactivate" };
    expect(done).toMatchObject([["explain", { slackUserId: "U0MAYA", ...question }]]);
    expect(read).toContain(`"text":"${summary}`);
    expect(read).toMatch(/frozen/i);
  });
});

describe("the switch", () => {
  it.each([
    ["freeze", ["freeze", "U0MAYA", null]],
    ["freeze an incident", ["freeze", "U0MAYA", "an incident"]],
    ["unfreeze", ["unfreeze", "U0MAYA"]],
  ])(
    "the command %s turns the switch once, and each time it is typed is another attempt",
    async (text, asked) => {
      const { done, answers } = await typed(text);
      expect(done).toEqual([[...asked, expect.any(String)]]);
      expect(answers).toHaveLength(1);
      expect((await typed(text)).done).toEqual(done);
      expect((await typed(text, { trigger: "1.3" })).done).not.toEqual(done);
      expect((await typed(text, { repeated: true })).answers).toEqual([]);
    },
  );
});

describe("any command", () => {
  it("the help is shown also without a database, which would notice that it was shown before", async () => {
    const { names, read } = await typed("help", { isFirst: false });
    expect(names).toEqual([]);
    expect(read).toContain("Look up and change Incydr users");
  });

  it.each(["freeze", "unfreeze", "user nadia", "undo CR-17", "bulk move", "nonsense"])(
    "a repeated delivery of the command %s is acked, and does and answers nothing",
    async (text) => {
      expect(await typed(text, { isFirst: false })).toMatchObject({ done: [], answers: [], acks: [null] });
    },
  );

  it("an unknown command is given back, and does nothing", async () => {
    const { done, read } = await typed("deactivat nadia");
    expect(done).toEqual([]);
    expect(read).toContain("Unknown command");
    expect(read).toContain("/incydr deactivat nadia");
  });
});
