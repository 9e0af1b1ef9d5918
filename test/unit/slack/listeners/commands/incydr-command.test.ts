import { describe, expect, it } from "vitest";
import { createList } from "../../../../../src/incydr/index.ts";
import { LISTENERS } from "../../../../../src/slack/listeners/listeners.ts";
import type { SlackDeps } from "../../../../../src/slack/listeners/slack-deps.ts";
import { someFacts, someGrant } from "../../../../support/domain-objects.ts";

type Command = (deps: SlackDeps, delivery: object) => Promise<void>;

const NADIA = "nadia.petrov@harborlight.example";
const DRAFT = "0b0f5a5e-0000-4000-8000-000000000000";
const HERE = { channelId: "C0INC", threadTs: null };
const BULK = { id: DRAFT, kind: "add_roles" };

interface Setting {
  readonly isFirst?: boolean;
  readonly isFrozen?: boolean;
  /** The answer of the switch, and of the policies' explanation. */
  readonly repeated?: boolean;
  readonly allowed?: boolean;
  readonly trigger?: string;
}

/** Maya types a command; what it does, and what she reads. */
async function typed(text: string, setting: Setting = {}) {
  const { isFirst = true, isFrozen = false, repeated = false, allowed = true, trigger = "1.2" } = setting;
  const done: [string, ...unknown[]][] = [];
  const does =
    (name: string, answer: unknown = null) =>
    async (...all: unknown[]) => {
      done.push([name, ...all]);
      return answer;
    };
  const deps = {
    claimDelivery: async () => isFirst,
    isFrozen: async () => isFrozen,
    log: () => {},
    userLinkTemplate: null,
    lookUps: {
      subject: does("subject", someFacts()),
      roles: does("roles", createList([], { complete: true, skipped: [] })),
    },
    grantQueries: { ofSubject: does("ofSubject", [someGrant()]), all: does("all", [someGrant()]) },
    explainPermission: does("explain", {
      who: "Maya",
      action: "lookup",
      change: null,
      explanation: allowed ? { allowed, rules: [] } : { allowed, reasons: [], whoCould: [] },
    }),
    startDraft: does("startDraft", { id: DRAFT }),
    prepareDraft: async (...all: unknown[]) => {
      done.push(["prepareDraft", ...all]);
      throw new Error("It is not read here.");
    },
    bulkOpening: { start: does("startBulk", BULK) },
    freezeSwitch: {
      freeze: does("freeze", repeated ? "repeated" : { isReadOnly: false }),
      unfreeze: does("unfreeze", repeated ? "repeated" : { isReadOnly: false }),
    },
    api: {
      posting: { views: { open: does("open", { view: { id: "V1" } }) } },
      reading: { views: { update: async () => {} } },
    },
  } as unknown as SlackDeps; // nothing else of it is used
  const answers: string[] = [];
  let acks = 0;
  await (LISTENERS.commands["/incydr"] as unknown as Command)(deps, {
    ack: async () => {
      acks += 1;
    },
    respond: async (message: object) => void answers.push(JSON.stringify(message)),
    command: { user_id: "U0MAYA", channel_id: HERE.channelId, text, trigger_id: trigger },
  });
  return { done, names: done.map(([name]) => name), read: answers.join("\n"), answers, acks };
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
  ])("opens the form of what it says, for the user whom it names: %s", async (command, change, emergency) => {
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
  ])("chooses the role or the organization that it names: %s", async (command, named) => {
    const { done } = await typed(command);
    expect(done[2]).toMatchObject(["prepareDraft", DRAFT, "U0MAYA", named]);
  });

  it.each([`roles ${NADIA} add ${"x".repeat(201)}`, `move ${NADIA} ${"x".repeat(201)}`, "deactivate"])(
    "that names what nothing can be called opens no form: %.60s",
    async (command) => {
      const { done, answers } = await typed(command);
      expect(done).toEqual([]);
      expect(answers).toHaveLength(1);
    },
  );

  it("undoes the request that it names, and opens nothing where it names none", async () => {
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
  ])("of many users opens the form of the kind that it says: bulk %s", async (word, kind) => {
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
      `grants ${NADIA}`,
      [
        ["subject", "U0MAYA", NADIA],
        ["ofSubject", "U0MAYA", someFacts()],
      ],
      "Temporary roles of",
    ],
    ["grants", [["all", "U0MAYA"]], "Temporary roles"],
    ["roles", [["roles", "U0MAYA"]], "No roles can be added"],
  ])(
    "asks for what it says as the person who types it, and says of a freeze: %s",
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
  ])("answers whether somebody may: %s", async (allowed, summary) => {
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
    "is turned as the command says, once, and each click of it is another attempt: %s",
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
  it.each(["freeze", "unfreeze", "user nadia", "undo CR-17", "bulk move", "help", "nonsense"])(
    "that comes a second time is acked, and does and says nothing: %s",
    async (text) => {
      expect(await typed(text, { isFirst: false })).toMatchObject({ done: [], answers: [], acks: 1 });
    },
  );

  it("that isn't known is given back, and does nothing", async () => {
    const { done, read } = await typed("deactivat nadia");
    expect(done).toEqual([]);
    expect(read).toContain("Unknown command");
    expect(read).toContain("/incydr deactivat nadia");
  });
});
