import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SlackSimulator, startSlackSimulator } from "../../sandbox/slack/slack-simulator.ts";
import {
  acknowledgeAll,
  clientOf,
  reasonModal,
  refusalOf,
  startTestApp,
  TEST_MANIFEST,
} from "./slack-test-app.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const section = { type: "section", text: plain("hello") };
const button = (more: object = {}) => ({ type: "button", action_id: "b", text: plain("Go"), ...more });
const actions = (...elements: object[]) => ({ type: "actions", elements });
const option = (text: string, more: object = {}) => ({ text: plain(text), value: text, ...more });
const menu = (more: object) => actions({ type: "static_select", action_id: "m", ...more });
const times = (count: number, make: (index: number) => object) =>
  Array.from({ length: count }, (_, i) => make(i));
const confirm = { title: plain("Sure?"), text: plain("Really"), confirm: plain("Yes"), deny: plain("No") };
const paragraph = (text: string) => ({ type: "rich_text_section", elements: [{ type: "text", text }] });

let slack: SlackSimulator;
beforeAll(async () => {
  slack = await startSlackSimulator({ manifest: TEST_MANIFEST, rateLimits: false });
});
afterAll(() => slack[Symbol.asyncDispose]());

function post(blocks: unknown) {
  // The faults under test are such that the SDK's types would refuse them too.
  return clientOf(slack).chat.postMessage({ channel: "C0INC4711", text: "t", blocks: blocks as never });
}

const REFUSED: [rule: string, blocks: unknown[], pointer: string][] = [
  ["more than 50 blocks", times(51, () => section), "/blocks"],
  [
    "a block_id twice",
    [
      { ...section, block_id: "a" },
      { ...section, block_id: "a" },
    ],
    "/blocks/1/block_id",
  ],
  ["a block_id of 256 characters", [{ ...section, block_id: "x".repeat(256) }], "/blocks/0/block_id"],
  ["an action_id twice in a block", [actions(button(), button())], "/blocks/0"],
  ["an unknown property", [{ ...section, colour: "red" }], "/blocks/0"],
  ["an unknown block", [{ type: "sektion", text: plain("x") }], "/blocks/0/type"],
  ["an empty text", [{ type: "section", text: plain("") }], "/blocks/0/text/text"],
  ["a text of 3001 characters", [{ type: "section", text: plain("x".repeat(3001)) }], "/blocks/0/text/text"],
  ["a section without text and fields", [{ type: "section" }], "/blocks/0"],
  ["eleven fields", [{ type: "section", fields: times(11, () => plain("x")) }], "/blocks/0/fields"],
  [
    "a field of 2001 characters",
    [{ type: "section", fields: [plain("x".repeat(2001))] }],
    "/blocks/0/fields/0/text",
  ],
  ["a header of 151 characters", [{ type: "header", text: plain("x".repeat(151)) }], "/blocks/0/text/text"],
  ["a header in mrkdwn", [{ type: "header", text: { type: "mrkdwn", text: "x" } }], "/blocks/0/text/type"],
  [
    "26 elements in an actions block",
    [actions(...times(26, (i) => button({ action_id: `b${i}` })))],
    "/blocks/0/elements",
  ],
  [
    "eleven elements in a context",
    [{ type: "context", elements: times(11, () => plain("x")) }],
    "/blocks/0/elements",
  ],
  [
    "a button text of 76 characters",
    [actions(button({ text: plain("x".repeat(76)) }))],
    "/blocks/0/elements/0/text/text",
  ],
  [
    "a button text in mrkdwn",
    [actions(button({ text: { type: "mrkdwn", text: "x" } }))],
    "/blocks/0/elements/0/text/type",
  ],
  [
    "a button value of 2001 characters",
    [actions(button({ value: "x".repeat(2001) }))],
    "/blocks/0/elements/0/value",
  ],
  ["a button style of its own", [actions(button({ style: "default" }))], "/blocks/0/elements/0/style"],
  [
    "an accessibility label of 76 characters",
    [actions(button({ accessibility_label: "x".repeat(76) }))],
    "/blocks/0/elements/0/accessibility_label",
  ],
  [
    "a confirm title of 101 characters",
    [actions(button({ confirm: { ...confirm, title: plain("x".repeat(101)) } }))],
    "/blocks/0/elements/0/confirm/title/text",
  ],
  [
    "a confirm text of 301 characters",
    [actions(button({ confirm: { ...confirm, text: plain("x".repeat(301)) } }))],
    "/blocks/0/elements/0/confirm/text/text",
  ],
  [
    "a confirm button of 31 characters",
    [actions(button({ confirm: { ...confirm, deny: plain("x".repeat(31)) } }))],
    "/blocks/0/elements/0/confirm/deny/text",
  ],
  [
    "101 options in a menu",
    [menu({ options: times(101, (i) => option(`o${i}`)) })],
    "/blocks/0/elements/0/options",
  ],
  [
    "options and groups together",
    [menu({ options: [option("a")], option_groups: [{ label: plain("g"), options: [option("b")] }] })],
    "/blocks/0/elements/0",
  ],
  [
    "an option text of 76 characters",
    [menu({ options: [option("x".repeat(76))] })],
    "/blocks/0/elements/0/options/0/text/text",
  ],
  [
    "an option value of 151 characters",
    [menu({ options: [option("a", { value: "x".repeat(151) })] })],
    "/blocks/0/elements/0/options/0/value",
  ],
  [
    "an initial option that isn't offered",
    [menu({ options: [option("a")], initial_option: option("b") })],
    "/blocks/0/elements/0",
  ],
  [
    "a placeholder of 151 characters",
    [menu({ options: [option("a")], placeholder: plain("x".repeat(151)) })],
    "/blocks/0/elements/0/placeholder/text",
  ],
  [
    "eleven radio buttons",
    [actions({ type: "radio_buttons", options: times(11, (i) => option(`o${i}`)) })],
    "/blocks/0/elements/0/options",
  ],
  [
    "six options in an overflow menu",
    [actions({ type: "overflow", options: times(6, (i) => option(`o${i}`)) })],
    "/blocks/0/elements/0/options",
  ],
  [
    "a text input in an actions block",
    [actions({ type: "plain_text_input", action_id: "t" })],
    "/blocks/0/elements/0/type",
  ],
  [
    "a file input in a message",
    [{ type: "input", label: plain("F"), element: { type: "file_input" } }],
    "/blocks",
  ],
  ["an image without a source", [{ type: "image", alt_text: "x" }], "/blocks/0"],
  [
    "an image without alt text",
    [{ type: "image", image_url: "https://harborlight.example/a.png" }],
    "/blocks/0/alt_text",
  ],
  ["an alert in a message", [{ type: "alert", text: plain("x") }], "/blocks/0"],
  [
    "markdown of 12001 characters in all",
    [
      { type: "markdown", text: "x".repeat(6001) },
      { type: "markdown", text: "x".repeat(6000) },
    ],
    "/blocks",
  ],
  ["two tables", times(2, () => ({ type: "table", rows: [[{ type: "raw_text", text: "x" }]] })), "/blocks/1"],
  [
    "a table of 21 columns",
    [{ type: "table", rows: [times(21, () => ({ type: "raw_text", text: "x" }))] }],
    "/blocks/0/rows/0",
  ],
  [
    "a data table of one row",
    [{ type: "data_table", caption: "c", rows: [[{ type: "raw_text", text: "x" }]] }],
    "/blocks/0/rows",
  ],
];

describe("a message is refused for", () => {
  test.each(REFUSED)("%s", async (_rule, blocks, pointer) => {
    slack.violations.clear();
    const refusal = await refusalOf(post(blocks));
    expect(refusal.error).toBe("invalid_blocks");
    expect(refusal.errors).toContainEqual(expect.stringContaining(`[json-pointer:${pointer}]`));
    expect(refusal.response_metadata).toMatchObject({ messages: [expect.stringMatching(/^\[ERROR\] /)] });
    expect(slack.violations.entries).toMatchObject([{ kind: "invalid_blocks", where: "chat.postMessage" }]);
  });

  test("blocks that aren't JSON", async () => {
    expect((await refusalOf(post("[{"))).error).toBe("invalid_blocks_format");
  });

  test("blocks of more than 13,200 characters together", async () => {
    const blocks = times(5, () => ({ type: "section", text: plain("x".repeat(2900)) }));
    expect((await refusalOf(post(blocks))).error).toBe("msg_blocks_too_long");
  });
});

describe("a message is taken with", () => {
  test.each<[string, unknown[]]>([
    ["50 blocks", times(50, () => section)],
    [
      "every limit used up",
      [
        { type: "header", text: plain("x".repeat(150)) },
        actions(...times(25, (i) => button({ action_id: `b${i}` }))),
      ],
    ],
    [
      "rich text",
      [
        {
          type: "rich_text",
          elements: [paragraph("a"), { type: "rich_text_list", style: "bullet", elements: [paragraph("b")] }],
        },
      ],
    ],
    ["an option value of 150 characters", [menu({ options: [option("a", { value: "x".repeat(150) })] })]],
    [
      "a data table",
      [{ type: "data_table", caption: "c", rows: times(2, () => [{ type: "raw_text", text: "x" }]) }],
    ],
    ["a card", [{ type: "card", title: { type: "mrkdwn", text: "x" }, actions: [button()] }]],
    ["the same action_id in two blocks", [actions(button()), actions(button())]],
  ])("%s", async (_what, blocks) => {
    expect((await post(blocks)).ok).toBe(true);
  });

  test("block_ids and action_ids made by Slack where the app gives none", async () => {
    const { message } = await post([section, actions({ type: "button", text: plain("Go") })]);
    expect(message?.blocks).toMatchObject([
      { block_id: expect.stringMatching(/.+/) },
      { elements: [{ action_id: expect.stringMatching(/.+/) }] },
    ]);
  });
});

const VIEWS_REFUSED: [rule: string, change: object, pointer: string][] = [
  ["a title of 25 characters", { title: plain("x".repeat(25)) }, "/view/title/text"],
  ["a submit text of 25 characters", { submit: plain("x".repeat(25)) }, "/view/submit/text"],
  ["an input without submit", { submit: undefined }, "/view/submit"],
  ["private metadata of 3001 characters", { private_metadata: "x".repeat(3001) }, "/view/private_metadata"],
  ["a callback_id of 256 characters", { callback_id: "x".repeat(256) }, "/view/callback_id"],
  ["101 blocks", { blocks: times(101, () => section) }, "/view/blocks"],
  ["a table", { blocks: [{ type: "table", rows: [[{ type: "raw_text", text: "x" }]] }] }, "/view/blocks/0"],
  ["an unknown property", { colour: "red" }, "/view"],
  [
    "a label in mrkdwn",
    {
      blocks: [
        { type: "input", label: { type: "mrkdwn", text: "x" }, element: { type: "plain_text_input" } },
      ],
    },
    "/view/blocks/0/label/type",
  ],
  [
    "two elements with focus",
    {
      blocks: times(2, (i) => ({
        type: "input",
        label: plain(`L${i}`),
        element: { type: "plain_text_input", focus_on_load: true },
      })),
    },
    "/view/blocks",
  ],
  [
    "a min_length above max_length",
    {
      blocks: [
        {
          type: "input",
          label: plain("L"),
          element: { type: "plain_text_input", min_length: 5, max_length: 2 },
        },
      ],
    },
    "/view/blocks/0/element",
  ],
];

describe("a modal is refused for", () => {
  test.each(VIEWS_REFUSED)("%s", async (_rule, change, pointer) => {
    await using bench = await startTestApp(acknowledgeAll);
    const { delivery } = await bench.slack.as("maya").command("/incydr x", { in: "inc-4711" });
    const trigger_id = String(delivery.envelope.payload.trigger_id);
    const refusal = await refusalOf(
      clientOf(bench.slack).views.open({ trigger_id, view: reasonModal(change) as never }),
    );
    expect(refusal.error).toBe("invalid_arguments");
    expect(JSON.stringify(refusal.response_metadata)).toContain(`[json-pointer:${pointer}]`);
    expect(bench.slack.violations.entries).toMatchObject([
      { kind: "invalid_arguments", where: "views.open" },
    ]);
  });

  test("more than 250 KB", async () => {
    await using bench = await startTestApp(acknowledgeAll);
    const { delivery } = await bench.slack.as("maya").command("/incydr x", { in: "inc-4711" });
    const trigger_id = String(delivery.envelope.payload.trigger_id);
    const blocks = times(90, () => ({ type: "section", text: plain("x".repeat(3000)) }));
    const call = clientOf(bench.slack).views.open({ trigger_id, view: reasonModal({ blocks }) as never });
    expect((await refusalOf(call)).error).toBe("view_too_large");
  });
});
