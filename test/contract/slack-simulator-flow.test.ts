import type { App } from "@slack/bolt";
import { afterEach, describe, expect, test } from "vitest";
import { reasonModal, startTestApp, type TestApp } from "./slack-test-app.ts";

const plain = (text: string) => ({ type: "plain_text" as const, text });

/** A small app with a command, a modal, a card, a shortcut and an answer to mentions. */
function register(app: App): void {
  app.command("/incydr", async ({ ack, body, client, command, respond }) => {
    if (command.text === "slow") return;
    if (command.text === "answer") {
      await ack({ text: "answered in the ack" });
      return;
    }
    await ack();
    if (command.text === "modal") {
      const ids = { callback_id: "deactivate", private_metadata: "draft-1", notify_on_close: true };
      await client.views.open({ trigger_id: body.trigger_id, view: reasonModal(ids) });
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
    const confirm = {
      ...{ title: plain("Sure?"), text: plain("It can't be undone.") },
      ...{ confirm: plain("Yes"), deny: plain("No") },
    };
    const button = { type: "button" as const, action_id: "approve", text: plain("Approve"), confirm };
    await client.chat.postMessage({
      channel: "C0INC4711",
      text: `Request by <@${body.user.id}>`,
      blocks: [
        { type: "section", text: plain(reason) },
        { type: "actions", elements: [button] },
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
  test("a command is answered by an ephemeral that only its person sees", async () => {
    bench = await startTestApp(register, { delivery });
    const { slack } = bench;
    const maya = slack.as("maya");
    const result = await maya.command("/incydr hello", { in: "inc-4711" });
    expect(result.acked).toBe(true);
    const answer = await maya.waitForMessage("inc-4711", "You typed hello");
    expect(answer.ephemeral).toBe(true);
    expect(slack.as("theo").sees("inc-4711")).toEqual([]);
  });

  test("an answer that comes with the ack is shown", async () => {
    bench = await startTestApp(register, { delivery });
    const maya = bench.slack.as("maya");
    await maya.command("/incydr answer", { in: "inc-4711" });
    expect(maya.sees("inc-4711").map(({ plain }) => plain)).toEqual(["answered in the ack"]);
  });

  test("a command that isn't acked in time shows operation_timeout", async () => {
    bench = await startTestApp(register, { delivery, ackTimeoutMs: 100 });
    const maya = bench.slack.as("maya");
    const result = await maya.command("/incydr slow", { in: "inc-4711" });
    expect(result).toMatchObject({ acked: false, reason: "timeout" });
    expect(maya.transcript("inc-4711")).toBe(
      'Slackbot (only you): /incydr failed with the error "operation_timeout"',
    );
  });

  test("a modal, its submission, a card, a confirmed click, an update and a reply work together", async () => {
    bench = await startTestApp(register, { delivery });
    const { slack } = bench;
    const maya = slack.as("maya");
    const theo = slack.as("theo");
    await maya.command("/incydr modal", { in: "inc-4711" });
    const modal = await maya.waitForModal(/Reason/);
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

  test("the closing of a modal reaches the app", async () => {
    bench = await startTestApp(register, { delivery });
    const maya = bench.slack.as("maya");
    await maya.command("/incydr modal", { in: "inc-4711" });
    await maya.waitForModal("Reason");
    expect(await maya.close()).toHaveLength(1);
    await maya.waitForMessage("inc-4711", "Nothing was asked.");
  });

  test("the message shortcut reaches the app with the message", async () => {
    bench = await startTestApp(register, { delivery });
    const jonas = bench.slack.as("jonas");
    const alert = jonas.post("inc-4711", "Exfiltration by nadia.petrov", { asBot: "Sentinel" });
    expect((await jonas.shortcut("Act on this user", { message: alert })).acked).toBe(true);
    await jonas.waitForMessage("inc-4711", "About: Exfiltration by nadia.petrov");
  });

  test("a mention reaches the app as an event", async () => {
    bench = await startTestApp(register, { delivery });
    const maya = bench.slack.as("maya");
    const { message, delivery: record } = await maya.mention("inc-4711", "hello?");
    expect(record?.outcome.acked).toBe(true);
    expect((await maya.waitForMessage("inc-4711", "Use /incydr.")).threadTs).toBe(message.ts);
  });
});
