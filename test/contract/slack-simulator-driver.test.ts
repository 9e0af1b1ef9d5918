import type { App } from "@slack/bolt";
import { afterEach, describe, expect, test } from "vitest";
import { SUBMISSION_FAILED } from "../../sandbox/slack/driver/submit-view.ts";
import {
  acknowledgeAll,
  clientOf,
  reasonModal,
  startTestApp,
  TEST_MANIFEST,
  type TestApp,
} from "./slack-test-app.ts";

const plain = (text: string) => ({ type: "plain_text" as const, text });
const option = (text: string) => ({ text: plain(text), value: text.toLowerCase() });
const input = (label: string, element: object, more: object = {}) => ({
  type: "input",
  block_id: label.toLowerCase(),
  label: plain(label),
  element: { action_id: "value", ...element },
  ...more,
});

let bench: TestApp | undefined;
afterEach(async () => {
  await bench?.[Symbol.asyncDispose]();
  bench = undefined;
});

/** A simulated Slack whose app opens this modal on `/incydr`. The modal is open on Maya's screen. */
async function openFor(blocks: object[], register: (app: App) => void = acknowledgeAll, more: object = {}) {
  bench = await startTestApp(register);
  const maya = bench.slack.as("maya");
  const { delivery } = await maya.command("/incydr modal", { in: "inc-4711" });
  const trigger_id = String(delivery.envelope.payload.trigger_id);
  await clientOf(bench.slack).views.open({ trigger_id, view: reasonModal({ blocks, ...more }) as never });
  return { maya, slack: bench.slack };
}

/** The view of the last submission that the app got. */
function submitted(slack: TestApp["slack"]): unknown {
  const last = slack.deliveries.findLast(({ type }) => type === "view_submission");
  return last?.envelope.payload.view;
}

/** Maya fills in and submits a form. The app acks the submission with this answer, or never acks it. */
async function submitTo(answer: object | null) {
  const { maya, slack } = await openFor(
    [input("Reason", { type: "plain_text_input", min_length: 3 })],
    (app) => {
      app.command(/.*/, ({ ack }) => ack());
      // Some of these answers are wrong on purpose, so Bolt's types don't allow them.
      if (answer) app.view(/.*/, ({ ack }) => ack(answer as never));
    },
  );
  await maya.fill({ Reason: "because" });
  return { maya, slack, result: await maya.submit() };
}

describe("filling in", () => {
  test("every kind of field sends its value in Slack's shape", async () => {
    const { maya, slack } = await openFor([
      input("Reason", { type: "plain_text_input" }),
      input("Kind", { type: "static_select", options: [option("Add"), option("Remove")] }),
      input("Roles", {
        type: "multi_static_select",
        option_groups: [{ label: plain("g"), options: [option("One"), option("Two")] }],
      }),
      input("Mode", { type: "radio_buttons", options: [option("Now"), option("Later")] }),
      input("Notes", {
        type: "checkboxes",
        options: [option("A"), option("B")],
        initial_options: [option("A")],
      }),
      input("Person", { type: "users_select" }),
      input("People", { type: "multi_users_select", max_selected_items: 2 }),
      input("Nobody", { type: "multi_users_select" }, { optional: true }),
      input("Channel", { type: "conversations_select", default_to_current_conversation: true }),
      input("Until", { type: "datepicker", initial_date: "2026-12-01" }),
      input("Empty", { type: "static_select", options: [option("Add")] }, { optional: true }),
    ]);
    await maya.fill({ Reason: "why", Kind: "Remove", Roles: ["One", "Two"], Mode: "Later", Person: "nadia" });
    await maya.fill({ People: ["theo", "priya"] });
    await expect(maya.fill({ People: ["theo", "priya", "lena"] })).rejects.toThrow("At most 2 can be chosen");
    expect(await maya.submit()).toMatchObject({ closed: true });
    expect(submitted(slack)).toMatchObject({
      state: {
        values: {
          reason: { value: { type: "plain_text_input", value: "why" } },
          kind: { value: { type: "static_select", selected_option: option("Remove") } },
          roles: { value: { type: "multi_static_select", selected_options: [option("One"), option("Two")] } },
          mode: { value: { type: "radio_buttons", selected_option: option("Later") } },
          notes: { value: { type: "checkboxes", selected_options: [option("A")] } },
          person: { value: { type: "users_select", selected_user: "U0NADIA" } },
          people: { value: { type: "multi_users_select", selected_users: ["U0THEO", "U0PRIYA"] } },
          nobody: { value: { type: "multi_users_select", selected_users: [] } },
          channel: { value: { type: "conversations_select", selected_conversation: "C0INC4711" } },
          until: { value: { type: "datepicker", selected_date: "2026-12-01" } },
          empty: { value: { type: "static_select", selected_option: null } },
        },
      },
    });
  });

  test("an unknown field or option is an error that names what is there", async () => {
    const { maya } = await openFor([input("Kind", { type: "static_select", options: [option("Add")] })]);
    await expect(maya.fill({ Sort: "Add" })).rejects.toThrow(
      'There is no field "Sort" here. There is: "Kind".',
    );
    await expect(maya.fill({ Kind: "Drop" })).rejects.toThrow(
      'There is no option "Drop". The options are: "Add".',
    );
  });

  test("an external menu asks the app for options, from the least query length on", async () => {
    const register = (app: App) => {
      acknowledgeAll(app);
      app.options("value", async ({ ack, payload }) => {
        const names = ["Desktop User", "Desk Admin", "Auditor"].filter((name) =>
          name.startsWith(payload.value),
        );
        await ack({ options: names.map(option) });
      });
    };
    const roles = input("Roles", { type: "multi_external_select", min_query_length: 2 });
    const { maya, slack } = await openFor([roles], register);
    await expect(maya.fill({ Roles: "D" })).rejects.toThrow(/requests options from 2 letters on/);
    await expect(maya.fill({ Roles: { query: "Desk", pick: "Auditor" } })).rejects.toThrow(
      'Typing "Desk" offers "Desktop User", "Desk Admin", not "Auditor".',
    );
    await maya.fill({ Roles: ["Desktop", "Auditor"] });
    expect(maya.modal()?.fields).toMatchObject([{ shown: "Desktop User, Auditor" }]);
    const asked = slack.deliveries.findLast(({ type }) => type === "block_suggestion")?.envelope.payload;
    expect(asked).toMatchObject({
      ...{ type: "block_suggestion", action_id: "value", block_id: "roles", value: "Auditor" },
      view: { type: "modal" },
    });
  });

  test("a menu whose options come too late offers nothing", async () => {
    const { maya } = await openFor([input("Roles", { type: "external_select", min_query_length: 0 })]);
    await expect(maya.fill({ Roles: "Auditor" })).rejects.toThrow(/offers nothing/);
  });

  test.each<[string, object]>([
    ["101 options", { options: Array.from({ length: 101 }, (_, index) => option(`Role ${index}`)) }],
    ["a text of 76 characters", { options: [option("x".repeat(76))] }],
    ["a value of 151 characters", { options: [{ text: plain("One"), value: "x".repeat(151) }] }],
    ["an empty text", { options: [option("")] }],
    ["a group without options", { option_groups: [{ label: plain("g"), options: [] }] }],
    [
      "a group with a label of 76 characters",
      { option_groups: [{ label: plain("g".repeat(76)), options: [option("One")] }] },
    ],
    ["options and groups", { options: [], option_groups: [] }],
    ["an unknown property", { options: [{ ...option("One"), hint: "x" }] }],
  ])("a menu whose answer has %s offers nothing, and the answer is a violation", async (_what, answer) => {
    const { maya, slack } = await openFor(
      [input("Roles", { type: "external_select", min_query_length: 0 })],
      (app) => {
        acknowledgeAll(app);
        // These answers are wrong on purpose, so Bolt's types don't allow them.
        app.options("value", ({ ack }) => ack(answer as never));
      },
    );
    expect(await maya.typeIn("Roles", "x")).toEqual([]);
    expect(slack.violations.entries).toMatchObject([{ where: "block_suggestion" }]);
  });

  test("a person can read the options of a menu in groups without choosing one", async () => {
    const groups = [
      { label: plain("a"), options: [option("One")] },
      { label: plain("b"), options: [option("Two"), option("Three")] },
    ];
    const { maya } = await openFor(
      [
        input("Roles", { type: "external_select", min_query_length: 1 }),
        input("Kind", { type: "static_select", options: [option("Add")] }),
      ],
      (app) => {
        acknowledgeAll(app);
        app.options("value", ({ ack }) => ack({ option_groups: groups }));
      },
    );
    expect(await maya.typeIn("Roles", "x")).toEqual(["One", "Two", "Three"]);
    expect(maya.modal()?.fields[0]?.shown).toBe("");
    await expect(maya.typeIn("Roles", "")).rejects.toThrow("from 1 letters on");
    await expect(maya.typeIn("Kind", "x")).rejects.toThrow("no external menu");
  });

  test("a choice tells the app only where the element dispatches", async () => {
    const kind = { type: "static_select", options: [option("Add"), option("Remove")] };
    const { maya, slack } = await openFor([
      input("Quiet", kind),
      input("Loud", kind, { dispatch_action: true }),
      { type: "section", block_id: "s", text: plain("Pick"), accessory: { ...kind, action_id: "pick" } },
    ]);
    expect(await maya.choose("Quiet", "Add")).toEqual({ dispatched: false, acked: false });
    expect(await maya.choose("Loud", "Add")).toMatchObject({ dispatched: true, acked: true });
    await maya.fill({ Pick: "Remove" });
    const actions = slack.deliveries
      .filter(({ type }) => type === "block_actions")
      .map(({ envelope }) => envelope.payload);
    expect(actions).toMatchObject([
      { actions: [{ block_id: "loud", selected_option: option("Add") }], container: { type: "view" } },
      { actions: [{ action_id: "pick", selected_option: option("Remove") }] },
    ]);
    expect(actions[0]).not.toHaveProperty("response_url");
    expect(actions[0]).not.toHaveProperty("channel");
  });
});

describe("submitting", () => {
  const reason = input("Reason", { type: "plain_text_input", min_length: 3 });

  test("the client refuses a short or missing value by itself, unless the submission is forged", async () => {
    const mail = input("Mail", { type: "email_text_input" }, { optional: true });
    const { maya, slack } = await openFor([reason, mail]);
    await maya.fill({ Reason: "x", Mail: "nobody" });
    expect(await maya.submit()).toEqual({
      dispatched: false,
      acked: false,
      closed: false,
      errors: { Reason: "Must be at least 3 characters.", Mail: "Must be a valid email address." },
    });
    expect(submitted(slack)).toBeUndefined();
    expect(await maya.submit({ skipClientChecks: true })).toMatchObject({ dispatched: true, closed: true });
  });

  test("the error of a field goes when the field is changed, and the errors of other fields stay", async () => {
    const { maya } = await openFor([reason, input("Mail", { type: "email_text_input" })]);
    await maya.submit();
    await maya.fill({ Reason: "because" });
    expect(maya.modal()?.errors).toEqual({ Mail: "Please complete this required field." });
  });

  test("a forged payload reaches the app unchanged", async () => {
    const { maya, slack } = await openFor([reason]);
    await maya.fill({ Reason: "real" });
    const tamper = (payload: Record<string, unknown>) => ({ ...payload, user: { id: "U0THEO" } });
    await maya.submit({ tamper });
    expect(slack.deliveries.at(-1)?.envelope.payload.user).toEqual({ id: "U0THEO" });
  });

  test.each<[string, object | null, number]>([
    ["late", null, 0],
    ["an error for a missing block", { response_action: "errors", errors: { nowhere: "x" } }, 1],
    ["empty errors", { response_action: "errors", errors: {} }, 1],
    ["an unknown action", { response_action: "close" }, 1],
    ["an invalid view", { response_action: "update", view: { type: "modal" } }, 1],
  ])("an ack that is %s leaves the modal open with a banner", async (_what, answer, violations) => {
    const { maya, slack, result } = await submitTo(answer);
    expect(result).toMatchObject({ dispatched: true, closed: false });
    expect(maya.modal()?.banner).toBe(SUBMISSION_FAILED);
    expect(maya.modal()?.fields).toMatchObject([{ shown: "because" }]);
    expect(slack.violations.entries).toHaveLength(violations);
  });

  test.each([
    ["update", 1],
    ["push", 2],
  ])("an ack may %s a view", async (response_action, depth) => {
    const { maya } = await submitTo({ response_action, view: reasonModal({ title: plain("Second") }) });
    expect(maya.modal()).toMatchObject({ title: "Second", depth });
  });

  test("an ack may clear the whole stack of modals", async () => {
    const { maya, result } = await submitTo({ response_action: "clear" });
    expect(result).toMatchObject({ closed: true });
    expect(maya.modals()).toEqual([]);
  });

  test("only a view with notify_on_close reports its closing, and whether all views were closed", async () => {
    const { maya, slack } = await openFor([reason]);
    expect(await maya.close()).toEqual([]);
    const { delivery } = await maya.command("/incydr modal", { in: "inc-4711" });
    const trigger_id = String(delivery.envelope.payload.trigger_id);
    const view = reasonModal({ notify_on_close: true, clear_on_close: true });
    await clientOf(slack).views.open({ trigger_id, view });
    const [closed] = await maya.close();
    expect(closed?.delivery.envelope.payload).toMatchObject({ type: "view_closed", is_cleared: true });
    expect(closed?.delivery.envelope.payload).not.toHaveProperty("trigger_id");
  });
});

describe("clicking", () => {
  const button = (text: string, more: object = {}) => ({
    type: "button" as const,
    action_id: text.toLowerCase(),
    text: plain(text),
    ...more,
  });

  async function card(register: ((app: App) => void) | null, ...elements: ReturnType<typeof button>[]) {
    // Without listeners no click is acked.
    bench = register ? await startTestApp(register) : await startTestApp(() => {}, { ackTimeoutMs: 150 });
    const { slack } = bench;
    const blocks = [{ type: "actions" as const, block_id: "decide", elements }];
    await clientOf(slack).chat.postMessage({ channel: "C0INC4711", text: "card", blocks });
    const theo = slack.as("theo");
    const message = await theo.waitForMessage("inc-4711", (each) => each.buttons.length > 0);
    return { slack, theo, message };
  }

  test("a click sends block_actions in Slack's shape", async () => {
    const approve = button("Approve", { value: "7", style: "primary" });
    const { slack, theo, message } = await card(acknowledgeAll, approve);
    await theo.click("Approve", { message });
    expect(slack.deliveries.at(-1)?.envelope.payload).toMatchObject({
      type: "block_actions",
      user: { id: "U0THEO", username: "theo.okafor", name: "theo.okafor", team_id: "T0HARBOR" },
      api_app_id: "A0INCYDR",
      container: { type: "message", message_ts: message.ts, channel_id: "C0INC4711", is_ephemeral: false },
      trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]+$/),
      team: { id: "T0HARBOR", domain: "harborlight" },
      channel: { id: "C0INC4711", name: "inc-4711" },
      message: { bot_id: "B0INCYDR", ts: message.ts, user: "U0BOT", blocks: [{ block_id: "decide" }] },
      state: { values: {} },
      response_url: expect.stringContaining("/actions/T0HARBOR/"),
      actions: [{ type: "button", action_id: "approve", block_id: "decide", value: "7", style: "primary" }],
    });
  });

  test("an unacknowledged click shows a warning, and the button can be clicked again", async () => {
    const { theo, message } = await card(null, button("Approve"));
    const result = await theo.click("Approve", { message });
    expect(result).toMatchObject({ dispatched: true, acked: false, reason: "timeout" });
    expect(theo.current(message)?.warning).toMatch(/^Operation timed out/);
    expect(await theo.click("Approve", { message })).toMatchObject({ acked: false });
  });

  test("two clicks at once both arrive", async () => {
    const { slack, theo, message } = await card(acknowledgeAll, button("Approve"));
    await Promise.all([theo.click("Approve", { message }), theo.click("Approve", { message })]);
    expect(slack.deliveries.filter(({ type }) => type === "block_actions")).toHaveLength(2);
  });

  test("a click on a button with a URL is sent to the app too", async () => {
    const link = button("Open", { url: "https://harborlight.example" });
    const { theo, message } = await card(acknowledgeAll, link);
    expect(await theo.click("Open", { message })).toMatchObject({ dispatched: true, acked: true });
  });

  test("a click of another company's employee has their own team", async () => {
    bench = await startTestApp(acknowledgeAll);
    const { slack } = bench;
    const blocks = [{ type: "actions" as const, elements: [button("Approve")] }];
    await clientOf(slack).chat.postMessage({ channel: "C0PARTNER", text: "card", blocks });
    const casey = slack.as("casey");
    await casey.click("Approve", { message: await casey.waitForMessage("partner-project", "Approve") });
    expect(slack.deliveries.at(-1)?.envelope.payload).toMatchObject({
      user: { id: "U0CASEY", team_id: "T0PARTNER" },
      team: { id: "T0PARTNER" },
    });
  });
});

describe("undeclared and impossible actions", () => {
  test("an action that the manifest doesn't declare is refused and not delivered", async () => {
    const features = { ...TEST_MANIFEST.features, shortcuts: [] };
    const settings = { event_subscriptions: { bot_events: [] }, interactivity: { is_enabled: false } };
    bench = await startTestApp(acknowledgeAll, { manifest: { ...TEST_MANIFEST, features, settings } });
    const { slack } = bench;
    const maya = slack.as("maya");
    const message = maya.post("inc-4711", "alert", { asBot: true });
    await expect(maya.command("/other x", { in: "inc-4711" })).rejects.toThrow(
      /declares no command "\/other"/,
    );
    await expect(maya.shortcut("Act on this user", { message })).rejects.toThrow(/interactivity/);
    await expect(maya.mention("inc-4711", "hi")).rejects.toThrow(/subscribe to app_mention/);
    await expect(maya.openHome()).rejects.toThrow(/subscribe to app_home_opened/);
    expect(await slack.admin.addToGroup("insider-risk-leads", "maya")).toBeUndefined();
    expect(slack.deliveries).toEqual([]);
  });

  test("a command in a thread, outside one's channels, or of a deactivated person is refused", async () => {
    bench = await startTestApp(acknowledgeAll);
    const maya = bench.slack.as("maya");
    const thread = maya.post("inc-4711", "alert");
    await expect(maya.command("/incydr x", { in: "inc-4711", thread })).rejects.toThrow(
      /not supported in threads/,
    );
    await expect(maya.command("/incydr x", { in: "inc-4712" })).rejects.toThrow(/isn't in #inc-4712/);
    await expect(bench.slack.as("olga").command("/incydr x", { in: "general" })).rejects.toThrow(
      /deactivated/,
    );
  });
});

test("a wait that fails names the visible messages", async () => {
  bench = await startTestApp(acknowledgeAll);
  const maya = bench.slack.as("maya");
  maya.post("inc-4711", "something else");
  await expect(maya.waitForMessage("inc-4711", /Verified/, { timeoutMs: 10 })).rejects.toThrow(
    /no message in #inc-4711 that matches \/Verified\/ after 10 ms\. Visible:\nMaya Lindqvist: something else/,
  );
});
