import type { App } from "@slack/bolt";
import { afterEach, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "./slack-test-app.ts";

function register(app: App): void {
  app.command("/incydr", async ({ ack, body, client, command, respond }) => {
    if (command.text === "slow") return;
    if (command.text === "answer") {
      await ack({ text: "answered in the ack" });
      return;
    }
    await ack();
    if (command.text === "modal") {
      await client.views.open({
        trigger_id: body.trigger_id,
        view: {
          type: "modal",
          callback_id: "deactivate",
          private_metadata: "draft-1",
          title: { type: "plain_text", text: "Deactivate" },
          submit: { type: "plain_text", text: "Request" },
          notify_on_close: true,
          blocks: [
            {
              type: "input",
              block_id: "reason",
              label: { type: "plain_text", text: "Reason" },
              element: { type: "plain_text_input", action_id: "reason", multiline: true },
            },
          ],
        },
      });
      return;
    }
    await respond({ text: `You typed ${command.text}` });
  });
  app.view("deactivate", async ({ ack, body, client, view }) => {
    const reason = view.state.values.reason?.reason?.value ?? "";
    if (reason.trim() === "") {
      await ack({ response_action: "errors", errors: { reason: "Say why." } });
      return;
    }
    await ack();
    await client.chat.postMessage({
      channel: "C0INC4711",
      text: `Request by <@${body.user.id}>`,
      blocks: [
        { type: "section", text: { type: "plain_text", text: reason } },
        {
          type: "actions",
          elements: [
            {
              type: "button",
              action_id: "approve",
              value: "7",
              style: "primary",
              text: { type: "plain_text", text: "Approve" },
              confirm: {
                title: { type: "plain_text", text: "Sure?" },
                text: { type: "plain_text", text: "It can't be undone." },
                confirm: { type: "plain_text", text: "Yes" },
                deny: { type: "plain_text", text: "No" },
              },
            },
          ],
        },
      ],
    });
  });
  app.view({ callback_id: "deactivate", type: "view_closed" }, async ({ ack, body, client }) => {
    await ack();
    await client.chat.postEphemeral({ channel: "C0INC4711", user: body.user.id, text: "Nothing was asked." });
  });
  app.action("approve", async ({ ack, body, client }) => {
    await ack();
    if (body.type !== "block_actions" || !body.message || !body.channel) return;
    await client.chat.update({
      channel: body.channel.id,
      ts: body.message.ts,
      text: `Approved by <@${body.user.id}>`,
    });
    await client.chat.postMessage({
      channel: body.channel.id,
      thread_ts: body.message.ts,
      text: "Done &amp; verified",
    });
  });
  app.shortcut("act_on_user", async ({ ack, respond, shortcut }) => {
    await ack();
    if (shortcut.type !== "message_action") return;
    await respond({ text: `About: ${shortcut.message.text}` });
  });
  app.event("app_mention", async ({ event, client }) => {
    await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: "Use /incydr." });
  });
}

let bench: TestApp | undefined;
afterEach(async () => {
  await bench?.[Symbol.asyncDispose]();
  bench = undefined;
});

describe.each(["http", "socket"] as const)("a Bolt app over %s", (delivery) => {
  test("answers a command with an ephemeral that only the person sees", async () => {
    bench = await startTestApp(register, { delivery });
    const { slack } = bench;
    const maya = slack.as("maya");
    const result = await maya.command("/incydr hello", { in: "inc-4711" });
    expect(result.acked).toBe(true);
    const answer = await maya.waitForMessage("inc-4711", "You typed hello");
    expect(answer.ephemeral).toBe(true);
    expect(slack.as("theo").sees("inc-4711")).toEqual([]);
  });

  test("shows an answer that came with the ack", async () => {
    bench = await startTestApp(register, { delivery });
    const maya = bench.slack.as("maya");
    await maya.command("/incydr answer", { in: "inc-4711" });
    expect(maya.sees("inc-4711").map(({ plain }) => plain)).toEqual(["answered in the ack"]);
  });

  test("shows operation_timeout where a command isn't acked in time", async () => {
    bench = await startTestApp(register, { delivery, ackTimeoutMs: 100 });
    const maya = bench.slack.as("maya");
    const result = await maya.command("/incydr slow", { in: "inc-4711" });
    expect(result).toMatchObject({ acked: false, reason: "timeout" });
    expect(maya.transcript("inc-4711")).toBe(
      'Slackbot (only you): /incydr failed with the error "operation_timeout"',
    );
  });

  test("plays modal, submission, card, confirmed click, update and thread", async () => {
    bench = await startTestApp(register, { delivery });
    const { slack } = bench;
    const maya = slack.as("maya");
    const theo = slack.as("theo");
    await maya.command("/incydr modal", { in: "inc-4711" });
    const modal = await maya.waitForModal(/Deactivate/);
    expect(modal.privateMetadata).toBe("draft-1");
    expect(theo.modal()).toBeUndefined();

    expect(await maya.submit()).toMatchObject({
      dispatched: false,
      errors: { Reason: "Please complete this required field." },
    });
    await maya.fill({ Reason: "  " });
    expect(await maya.submit()).toMatchObject({ acked: true, closed: false, errors: { Reason: "Say why." } });
    expect(maya.modal()?.errors).toEqual({ Reason: "Say why." });
    await maya.fill({ Reason: "<!channel> *bold* &lt;" });
    expect(await maya.submit()).toMatchObject({ acked: true, closed: true });
    expect(maya.modal()).toBeUndefined();

    const card = await theo.waitForMessage("inc-4711", "<!channel> *bold* &lt;");
    expect(card.notification).toBe("Request by @Maya Lindqvist");
    const dismissed = await theo.click("Approve", { message: card, confirm: false });
    expect(dismissed).toMatchObject({ dispatched: false, dialog: { title: "Sure?", confirm: "Yes" } });
    expect(await theo.click("Approve", { message: card })).toMatchObject({ dispatched: true, acked: true });
    const reply = await maya.waitForMessage("inc-4711", "Done & verified");
    expect(reply.threadTs).toBe(card.ts);
    expect(maya.current(card)).toMatchObject({ plain: "Approved by @Theo Okafor", buttons: [], edits: 1 });
    await expect(theo.click("Approve", { message: card })).rejects.toThrow(/no button "Approve"/);
    expect(await theo.click("Approve", { message: card, stale: true })).toMatchObject({ acked: true });
    slack.violations.assertNone();
  });

  test("tells the app that a modal was closed", async () => {
    bench = await startTestApp(register, { delivery });
    const maya = bench.slack.as("maya");
    await maya.command("/incydr modal", { in: "inc-4711" });
    await maya.waitForModal("Deactivate");
    expect(await maya.close()).toHaveLength(1);
    await maya.waitForMessage("inc-4711", "Nothing was asked.");
  });

  test("hands an alert to the message shortcut", async () => {
    bench = await startTestApp(register, { delivery });
    const jonas = bench.slack.as("jonas");
    const alert = jonas.post("inc-4711", "Exfiltration by nadia.petrov", { asBot: "Sentinel" });
    expect((await jonas.shortcut("Act on this user", { message: alert })).acked).toBe(true);
    await jonas.waitForMessage("inc-4711", "About: Exfiltration by nadia.petrov");
  });

  test("delivers a mention as an event", async () => {
    bench = await startTestApp(register, { delivery });
    const maya = bench.slack.as("maya");
    const { message, delivery: record } = await maya.mention("inc-4711", "hello?");
    expect(record?.outcome.acked).toBe(true);
    expect((await maya.waitForMessage("inc-4711", "Use /incydr.")).threadTs).toBe(message.ts);
  });
});
