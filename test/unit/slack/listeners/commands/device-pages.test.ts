import type { Button, KnownBlock, TableBlock } from "@slack/types";
import fc from "fast-check";
import { expect, it } from "vitest";
import { checkBlocks } from "../../../../../sandbox/slack/blocks/validate-blocks.ts";
import { DEVICES_ON_A_PAGE, listedAgent, listedDevice } from "../../../../../src/change-requests/index.ts";
import { type Agent, createList, type Device } from "../../../../../src/incydr/index.ts";
import { runButton } from "../../../../../src/slack/listeners/commands/incydr-command.ts";
import { setUpListeners } from "../../../../support/heard-listeners.ts";
import { readable } from "../../block-texts.ts";

const LONGEST_BLOCKS = 13_200;
const NADIA = "300000000000000001";

/** Texts behind the number of a device. */
const HOSTILE = [
  "\u202Eנועה לוי\u2066",
  "x".repeat(10_000),
  "\\".repeat(300),
  "a\n\u0007\r\nActive, 🔴 critical | none",
  "<!channel> <@U0NADIA|nadia> <https://evil.example|Incydr> *bold* &lt;",
  "👩‍👩‍👧‍👦".repeat(40),
  "",
];

interface Shown {
  readonly blocks: readonly KnownBlock[];
  /** The numbers in the names of the listed items. */
  readonly listed: readonly number[];
  readonly title: string;
  readonly buttons: ReadonlyMap<string, string>;
}

/** A person who types commands and clicks the buttons of the answers. Incydr lists `total` items. */
function setUp(total: number, { texts = HOSTILE, complete = true } = {}) {
  const requested: { who: string; filter: object }[] = [];
  const items = Array.from({ length: total }, (_, index) => {
    const text = `LT-${index} ${texts[index % texts.length] ?? ""}`;
    return {
      ...{ name: text, osHostname: text, osName: text, osVersion: text, version: text, appVersion: text },
      ...{
        active: index % 2 === 0,
        blocked: null,
        alertState: index % 4,
        agentHealthIssueTypes: [text, text],
      },
      lastConnected: index % 3 === 0 ? null : new Date(index * 86_400_000),
    };
  });
  const lists = async (_slackUserId: string, who: string, filter: object) => {
    requested.push({ who, filter });
    const list = createList([...items], { complete, skipped: [] });
    return { userId: NADIA, username: "nadia.petrov@harborlight.example", list };
  };
  const { hear } = setUpListeners({ parts: () => ({ lookUps: { devices: lists, agents: lists } }) });
  /** The answer to a command, as if the text were the value of a button. */
  async function run(text: string): Promise<Shown> {
    const { done } = await hear(runButton, {
      body: {
        user: { id: "U0MAYA" },
        channel: { id: "C0INC" },
        container: {},
        response_url: "",
        trigger_id: "1",
      },
      action: { value: text },
    });
    const [, message] = done.findLast(([name]) => name === "respond") ?? [];
    const { blocks } = message as { blocks: KnownBlock[] }; // the listener answers with a message
    const table = blocks.find((block): block is TableBlock => block.type === "table");
    const buttons = blocks.flatMap((block) => (block.type === "actions" ? block.elements : [])) as Button[];
    return {
      ...{ blocks, title: readable(blocks.slice(0, 1)) },
      listed: (table?.rows.slice(1) ?? []).map(([name]) => Number(/^“?LT-(\d+)/.exec(readable([name]))?.[1])),
      buttons: new Map(buttons.map(({ text: { text: label }, value = "" }) => [label, value])),
    };
  }
  return { run, requested };
}

/** The pages from `first` on, by the clicks on a button. */
async function pagesFrom(run: (text: string) => Promise<Shown>, first: string, button: "Next" | "Previous") {
  const pages: Shown[] = [];
  for (let text: string | undefined = first; text !== undefined; ) {
    const page = await run(text);
    pages.push(page);
    text = page.buttons.get(button);
  }
  return pages;
}

const numbers = (total: number) => Array.from({ length: total }, (_, index) => index);

it.each(["devices", "agents"])(
  "the pages of 300 %s with hostile names are valid, and have each once",
  async (command) => {
    const { run } = setUp(300);
    const pages = await pagesFrom(run, `${command} ${NADIA} --active`, "Next");
    expect(pages).toHaveLength(300 / DEVICES_ON_A_PAGE);
    expect(pages.flatMap(({ listed }) => listed)).toEqual(numbers(300));
    for (const [index, { blocks, title }] of pages.entries()) {
      expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
      const first = index * DEVICES_ON_A_PAGE + 1;
      expect(title).toContain(`300 ${command} of nadia.petrov@harborlight.example with these filters`);
      expect(title).toContain(`, ${first}–${first + DEVICES_ON_A_PAGE - 1} shown`);
    }
    const back = await pagesFrom(run, `${command} ${NADIA} --page 20`, "Previous");
    expect(back.reverse().flatMap(({ listed }) => listed)).toEqual(numbers(300));
  },
);

it("the pages of any number of devices have each device once, in Incydr's order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(100), fc.array(fc.string({ unit: "binary" })), async (total, texts) => {
      const pages = await pagesFrom(setUp(total, { texts }).run, `devices ${NADIA}`, "Next");
      expect(pages.flatMap(({ listed }) => listed)).toEqual(numbers(total));
    }),
    { numRuns: 30 },
  );
});

it("each page is read from Incydr again with the same filter and order, for the same user id", async () => {
  const { run, requested } = setUp(40);
  await pagesFrom(run, "devices @Nadia --inactive --unblocked --sort LAST-connected --desc", "Next");
  const filter = { active: false, blocked: false, sortKey: "lastConnected", sortDir: "desc" };
  expect(requested).toEqual([
    { who: "@Nadia", filter },
    { who: NADIA, filter },
    { who: NADIA, filter },
  ]);
});

it("the stored answer of a page is small for texts and issues of any size, and counts all issues", () => {
  const text = "x".repeat(10_000);
  const issues = Array.from({ length: 1_000 }, () => text);
  const agent = { name: text, osHostname: text, osName: text, appVersion: text, active: true } as Agent; // only these fields are read
  const listed = listedAgent({ ...agent, agentHealthIssueTypes: issues, lastConnected: null });
  expect(JSON.stringify(listed).length).toBeLessThan(3_000);
  expect(listed.issues.length + (listed.moreIssues ?? 0)).toBe(1_000);
  const device = { name: text, osHostname: text, osName: text, osVersion: text, version: text } as Device; // as above
  expect(JSON.stringify(listedDevice({ ...device, lastConnected: null })).length).toBeLessThan(1_500);
});

it("a page beyond the end is the last one", async () => {
  const { listed, buttons, title } = await setUp(31).run(`agents ${NADIA} --page 999`);
  expect(listed).toEqual([30]);
  expect(title).toContain(", 31 shown");
  expect([...buttons]).toEqual([["Previous", `agents ${NADIA} --page 2`]]);
  const empty = await setUp(0).run(`agents ${NADIA} --page 2`);
  expect(empty.title).toBe("Incydr lists no agents of nadia.petrov@harborlight.example.");
});

it("each page of a list that may be incomplete says so", async () => {
  const pages = await pagesFrom(setUp(20, { complete: false }).run, `devices ${NADIA}`, "Next");
  expect(pages).toHaveLength(2);
  for (const { blocks } of pages) {
    expect(readable(blocks)).toContain("At least 20 devices");
    expect(readable(blocks)).toContain("There may be more devices.");
  }
});
