import { afterAll, beforeAll, expect, test } from "vitest";
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
/** A plain text with this number of characters. */
const chars = (count: number) => plain("x".repeat(count));
const mrkdwn = { type: "mrkdwn", text: "x" };
const section = { type: "section", text: plain("hello") };
const button = (more: object = {}) => ({ type: "button", action_id: "b", text: plain("Go"), ...more });
const actions = (...elements: object[]) => ({ type: "actions", elements });
const option = (text: string, more: object = {}) => ({ text: plain(text), value: text, ...more });
const menu = (more: object) => actions({ type: "static_select", action_id: "m", ...more });
const times = (count: number, make: (index: number) => object) =>
  Array.from({ length: count }, (_, i) => make(i));
const options = (count: number) => times(count, (i) => option(`o${i}`));
const confirming = (more: object) =>
  actions(
    button({
      confirm: {
        title: plain("Sure?"),
        text: plain("Really"),
        confirm: plain("Yes"),
        deny: plain("No"),
        ...more,
      },
    }),
  );
const paragraph = (text: string) => ({ type: "rich_text_section", elements: [{ type: "text", text }] });
const cell = { type: "raw_text", text: "x" };
const input = (element: object, more: object = {}) => ({
  ...{ type: "input", label: plain("L"), element: { type: "plain_text_input", ...element } },
  ...more,
});

let slack: SlackSimulator;
beforeAll(async () => {
  slack = await startSlackSimulator({ manifest: TEST_MANIFEST, rateLimits: false });
});
afterAll(() => slack[Symbol.asyncDispose]());

function post(blocks: unknown) {
  // The SDK's types also refuse the faults of these tests.
  return clientOf(slack).chat.postMessage({ channel: "C0INC4711", text: "t", blocks: blocks as never });
}

test.each<[what: string, blocks: object | object[], pointer: string]>([
  ["more than 50 blocks", times(51, () => section), "/blocks"],
  ["a block_id twice", times(2, () => ({ ...section, block_id: "a" })), "/blocks/1/block_id"],
  ["a block_id of 256 characters", { ...section, block_id: "x".repeat(256) }, "/blocks/0/block_id"],
  ["an action_id twice in a block", actions(button(), button()), "/blocks/0"],
  ["an unknown property", { ...section, colour: "red" }, "/blocks/0"],
  ["an unknown block", { type: "sektion", text: plain("x") }, "/blocks/0/type"],
  ["an empty text", { type: "section", text: plain("") }, "/blocks/0/text/text"],
  ["a text of 3001 characters", { type: "section", text: chars(3001) }, "/blocks/0/text/text"],
  ["a section without text and fields", { type: "section" }, "/blocks/0"],
  ["eleven fields", { type: "section", fields: times(11, () => plain("x")) }, "/blocks/0/fields"],
  ["a field of 2001 characters", { type: "section", fields: [chars(2001)] }, "/blocks/0/fields/0/text"],
  ["a header of 151 characters", { type: "header", text: chars(151) }, "/blocks/0/text/text"],
  ["a header in mrkdwn", { type: "header", text: mrkdwn }, "/blocks/0/text/type"],
  [
    "26 elements in an actions block",
    actions(...times(26, (i) => button({ action_id: `b${i}` }))),
    "/blocks/0/elements",
  ],
  [
    "eleven elements in a context",
    { type: "context", elements: times(11, () => plain("x")) },
    "/blocks/0/elements",
  ],
  [
    "a text input in an actions block",
    actions({ type: "plain_text_input", action_id: "t" }),
    "/blocks/0/elements/0/type",
  ],
  ["a file input in a message", input({ type: "file_input" }), "/blocks"],
  ["an image without a source", { type: "image", alt_text: "x" }, "/blocks/0"],
  [
    "an image without alt text",
    { type: "image", image_url: "https://harborlight.example/a.png" },
    "/blocks/0/alt_text",
  ],
  ["an alert in a message", { type: "alert", text: plain("x") }, "/blocks/0"],
  [
    "markdown of 12001 characters in all",
    [6001, 6000].map((count) => ({ type: "markdown", text: "x".repeat(count) })),
    "/blocks",
  ],
  ["two tables", times(2, () => ({ type: "table", rows: [[cell]] })), "/blocks/1"],
  ["a table of 21 columns", { type: "table", rows: [times(21, () => cell)] }, "/blocks/0/rows/0"],
  [
    "a table with an empty cell",
    { type: "table", rows: [[{ ...cell, text: "" }]] },
    "/blocks/0/rows/0/0/text",
  ],
  ["a table of 101 rows", { type: "table", rows: times(101, () => [cell]) }, "/blocks/0/rows"],
  [
    "10,001 characters in the cells of a table",
    { type: "table", rows: [[{ ...cell, text: "x".repeat(10_001) }]] },
    "/blocks",
  ],
  ["a data table of one row", { type: "data_table", caption: "c", rows: [[cell]] }, "/blocks/0/rows"],
])("a message with %s is refused", async (_what, blocks, pointer) => {
  await expectRefused(blocks, pointer);
});

test.each<[what: string, block: object, pointer: string]>([
  ["a button text of 76 characters", actions(button({ text: chars(76) })), "text/text"],
  ["a button text in mrkdwn", actions(button({ text: mrkdwn })), "text/type"],
  ["a button value of 2001 characters", actions(button({ value: "x".repeat(2001) })), "value"],
  ["a button style of its own", actions(button({ style: "default" })), "style"],
  [
    "an accessibility label of 76 characters",
    actions(button({ accessibility_label: "x".repeat(76) })),
    "accessibility_label",
  ],
  ["a confirm title of 101 characters", confirming({ title: chars(101) }), "confirm/title/text"],
  ["a confirm text of 301 characters", confirming({ text: chars(301) }), "confirm/text/text"],
  ["a confirm button of 31 characters", confirming({ deny: chars(31) }), "confirm/deny/text"],
  ["101 options", menu({ options: options(101) }), "options"],
  [
    "options and groups together",
    menu({ options: options(1), option_groups: [{ label: plain("g"), options: [option("b")] }] }),
    "",
  ],
  ["an option text of 76 characters", menu({ options: [option("x".repeat(76))] }), "options/0/text/text"],
  [
    "an option value of 151 characters",
    menu({ options: [option("a", { value: "x".repeat(151) })] }),
    "options/0/value",
  ],
  ["an initial option that isn't offered", menu({ options: options(1), initial_option: option("b") }), ""],
  [
    "a placeholder of 151 characters",
    menu({ options: options(1), placeholder: chars(151) }),
    "placeholder/text",
  ],
  ["eleven radio buttons", actions({ type: "radio_buttons", options: options(11) }), "options"],
  ["six options in an overflow menu", actions({ type: "overflow", options: options(6) }), "options"],
])("an element with %s is refused", async (_what, block, pointer) => {
  await expectRefused(block, `/blocks/0/elements/0${pointer && `/${pointer}`}`);
});

/** Posts blocks of which Slack refuses this part. */
async function expectRefused(blocks: object | object[], pointer: string) {
  slack.violations.clear();
  const refusal = await refusalOf(post([blocks].flat()));
  expect(refusal.error).toBe("invalid_blocks");
  expect(refusal.errors).toContainEqual(expect.stringContaining(`[json-pointer:${pointer}]`));
  expect(refusal.response_metadata).toMatchObject({ messages: [expect.stringMatching(/^\[ERROR\] /)] });
  expect(slack.violations.entries).toMatchObject([{ kind: "invalid_blocks", where: "chat.postMessage" }]);
}

test("a message whose blocks aren't JSON is refused", async () => {
  expect((await refusalOf(post("[{"))).error).toBe("invalid_blocks_format");
});

test("a message with more than 13,200 characters in its blocks is refused", async () => {
  const blocks = times(5, () => ({ type: "section", text: chars(2900) }));
  expect((await refusalOf(post(blocks))).error).toBe("msg_blocks_too_long");
});

test.each<[what: string, blocks: object[]]>([
  ["50 blocks", times(50, () => section)],
  ["a header of 150 characters", [{ type: "header", text: chars(150) }]],
  ["25 elements in an actions block", [actions(...times(25, (i) => button({ action_id: `b${i}` })))]],
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
    "a table of texts and dates",
    [
      {
        type: "table",
        column_settings: [{ is_wrapped: true }],
        rows: times(20, () => [
          cell,
          {
            type: "rich_text",
            elements: [
              {
                type: "rich_text_section",
                elements: [{ type: "date", timestamp: 1, format: "{date}", fallback: "1970" }],
              },
            ],
          },
        ]),
      },
    ],
  ],
  ["a data table", [{ type: "data_table", caption: "c", rows: times(2, () => [cell]) }]],
  ["a card", [{ type: "card", title: mrkdwn, actions: [button()] }]],
  ["the same action_id in two blocks", [actions(button()), actions(button())]],
])("a message with %s is taken", async (_what, blocks) => {
  expect((await post(blocks)).ok).toBe(true);
});

test("Slack makes the block_ids and action_ids that the app doesn't give", async () => {
  const { message } = await post([section, actions({ type: "button", text: plain("Go") })]);
  expect(message?.blocks).toMatchObject([
    { block_id: expect.stringMatching(/.+/) },
    { elements: [{ action_id: expect.stringMatching(/.+/) }] },
  ]);
});

/** Opens a modal with these changes after a command of Maya's. */
async function open(change: object) {
  await using bench = await startTestApp(acknowledgeAll);
  const { delivery } = await bench.slack.as("maya").command("/incydr x", { in: "inc-4711" });
  const trigger_id = String(delivery.envelope.payload.trigger_id);
  const view = reasonModal(change) as never; // the SDK's types refuse these faults too
  const refusal = await refusalOf(clientOf(bench.slack).views.open({ trigger_id, view }));
  return { refusal, violations: bench.slack.violations.entries };
}

test.each<[what: string, change: object, pointer: string]>([
  ["a title of 25 characters", { title: chars(25) }, "/view/title/text"],
  ["a submit text of 25 characters", { submit: chars(25) }, "/view/submit/text"],
  ["an input and no submit text", { submit: undefined }, "/view/submit"],
  ["private metadata of 3001 characters", { private_metadata: "x".repeat(3001) }, "/view/private_metadata"],
  ["a callback_id of 256 characters", { callback_id: "x".repeat(256) }, "/view/callback_id"],
  ["101 blocks", { blocks: times(101, () => section) }, "/view/blocks"],
  ["a table", { blocks: [{ type: "table", rows: [[cell]] }] }, "/view/blocks/0"],
  ["an unknown property", { colour: "red" }, "/view"],
  ["a label in mrkdwn", { blocks: [input({}, { label: mrkdwn })] }, "/view/blocks/0/label/type"],
  ["two elements with focus", { blocks: times(2, () => input({ focus_on_load: true })) }, "/view/blocks"],
  [
    "a min_length above max_length",
    { blocks: [input({ min_length: 5, max_length: 2 })] },
    "/view/blocks/0/element",
  ],
])("a modal with %s is refused", async (_what, change, pointer) => {
  const { refusal, violations } = await open(change);
  expect(refusal.error).toBe("invalid_arguments");
  expect(JSON.stringify(refusal.response_metadata)).toContain(`[json-pointer:${pointer}]`);
  expect(violations).toMatchObject([{ kind: "invalid_arguments", where: "views.open" }]);
});

test("a modal of more than 250 KB is refused", async () => {
  const { refusal } = await open({ blocks: times(90, () => ({ type: "section", text: chars(3000) })) });
  expect(refusal.error).toBe("view_too_large");
});
