import { WebAPIRateLimitedError } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SlackSimulator } from "../../sandbox/slack/slack-simulator.ts";
import {
  acknowledgeAll,
  clientOf,
  createTestClock,
  errorOf,
  failureOf,
  reasonModal,
  startTestApp,
  type TestApp,
} from "./slack-test-app.ts";

let bench: TestApp;
let slack: SlackSimulator;
let clock: ReturnType<typeof createTestClock>;
beforeEach(async () => {
  clock = createTestClock();
  bench = await startTestApp(acknowledgeAll, { clock });
  slack = bench.slack;
});
afterEach(() => bench[Symbol.asyncDispose]());

const client = () => clientOf(slack);

async function payloadOfCommand(person = "maya") {
  const { delivery } = await slack.as(person).command("/incydr x", { in: "inc-4711" });
  const { trigger_id, response_url } = delivery.envelope.payload;
  return { trigger_id: String(trigger_id), response_url: String(response_url) };
}

const open = (trigger_id: string, more: object = {}) =>
  client().views.open({ trigger_id, view: reasonModal(more) });
const push = (trigger_id: string, more: object = {}) =>
  client().views.push({ trigger_id, view: reasonModal(more) });
const update = (at: { view_id: string; hash?: string } | { external_id: string }, more: object = {}) =>
  client().views.update({ ...at, view: reasonModal(more) });

/** Opens a modal on Maya's screen and returns its view. */
async function openModal(more: object = {}) {
  const { trigger_id } = await payloadOfCommand();
  const { view } = await open(trigger_id, more);
  return { view_id: view?.id ?? "", hash: view?.hash ?? "" };
}

describe("trigger ids", () => {
  test("a trigger id is used once", async () => {
    const { trigger_id } = await payloadOfCommand();
    await open(trigger_id);
    expect(await errorOf(open(trigger_id))).toBe("exchanged_trigger_id");
  });

  test("a trigger id expires after three seconds", async () => {
    const { trigger_id } = await payloadOfCommand();
    clock.advance(3001);
    expect(await errorOf(open(trigger_id))).toBe("expired_trigger_id");
  });

  test("a trigger id that Slack never made is invalid, and so is one from outside a modal for a push", async () => {
    expect(await errorOf(open("1.2.a"))).toBe("invalid_trigger_id");
    const { trigger_id } = await payloadOfCommand();
    expect(await errorOf(push(trigger_id))).toBe("invalid_trigger_id");
  });
});

describe("views", () => {
  test("an update with an old hash is a conflict, since each write makes a new hash", async () => {
    const view = await openModal();
    await update(view);
    expect(await errorOf(update(view))).toBe("hash_conflict");
  });

  test("an update of a closed view is not_found", async () => {
    const { view_id } = await openModal();
    await slack.as("maya").close();
    expect(await errorOf(update({ view_id }))).toBe("not_found");
  });

  test("an external id names one view at a time", async () => {
    await openModal({ external_id: "draft-7" });
    await update({ external_id: "draft-7" }, { title: { type: "plain_text", text: "New" } });
    expect(slack.as("maya").modal()?.title).toBe("New");
    await openModal({ external_id: "draft-8" });
    const { trigger_id } = await payloadOfCommand("theo");
    expect(await errorOf(open(trigger_id, { external_id: "draft-8" }))).toBe("duplicate_external_id");
  });

  test("at most three views lie on top of each other", async () => {
    const block = {
      type: "section",
      block_id: "s",
      text: { type: "plain_text", text: "more" },
      accessory: { type: "button", action_id: "more", text: { type: "plain_text", text: "More" } },
    };
    await openModal({ blocks: [block] });
    const maya = slack.as("maya");
    const pushMore = async () => {
      const result = await maya.click("More");
      if (!result.dispatched) throw new Error("The click wasn't sent.");
      return push(String(result.delivery.envelope.payload.trigger_id), { blocks: [block] });
    };
    await pushMore();
    const { view } = await pushMore();
    expect(view).toMatchObject({
      root_view_id: maya.modals()[0]?.id,
      previous_view_id: maya.modals()[1]?.id,
    });
    expect(await errorOf(pushMore())).toBe("push_limit_reached");
    await maya.close();
    expect(maya.modals()).toHaveLength(2);
  });

  test("an update keeps what was typed where block_id and action_id match, and nowhere else", async () => {
    const { view_id } = await openModal();
    const maya = slack.as("maya");
    await maya.fill({ Reason: "typed" });
    await update({ view_id });
    expect(maya.modal()?.fields).toMatchObject([{ label: "Reason", shown: "typed" }]);
    const [block] = reasonModal().blocks;
    await update({ view_id }, { blocks: [{ ...block, block_id: "reason-2" }] });
    expect(maya.modal()?.fields).toMatchObject([{ label: "Reason", shown: "" }]);
  });

  test("a submission that only acks closes the view, so its trigger can't push", async () => {
    await openModal();
    const result = await slack.as("maya").submit({ skipClientChecks: true });
    if (!result.dispatched) throw new Error("The submission wasn't sent.");
    expect(slack.as("maya").modal()).toBeUndefined();
    expect(await errorOf(push(String(result.delivery.envelope.payload.trigger_id)))).toBe("not_found");
  });

  test("the Home tab is published per person, with a hash, and only where it is enabled", async () => {
    const blocks = [{ type: "section", text: { type: "mrkdwn" as const, text: "*Queue*" } }];
    const home = { type: "home" as const, blocks };
    const { view } = await client().views.publish({ user_id: "U0MAYA", view: home });
    expect(slack.as("maya").home()?.plain).toContain("Queue");
    expect(slack.as("theo").home()).toBeUndefined();
    await client().views.publish({ user_id: "U0MAYA", view: home, hash: view?.hash ?? "" });
    const stale = client().views.publish({ user_id: "U0MAYA", view: home, hash: view?.hash ?? "" });
    expect(await errorOf(stale)).toBe("hash_conflict");
  });
});

describe("response URLs", () => {
  const text = { type: "plain_text" as const, text: "Go" };
  const GO = { type: "button" as const, action_id: "go", text };
  const answer = (url: string, body: object) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  test("the sixth use of a response URL fails", async () => {
    const { response_url } = await payloadOfCommand();
    for (let use = 1; use <= 5; use += 1)
      expect((await answer(response_url, { text: `${use}` })).status).toBe(200);
    const sixth = await answer(response_url, { text: "6" });
    expect(sixth.status).toBe(404);
    expect(await sixth.json()).toEqual({ ok: false, error: "used_url" });
    expect(slack.as("maya").sees("inc-4711")).toHaveLength(5);
  });

  test("a response URL fails after thirty minutes", async () => {
    const { response_url } = await payloadOfCommand();
    clock.advance(30 * 60 * 1000 + 1);
    expect(await (await answer(response_url, { text: "late" })).json()).toMatchObject({
      error: "expired_url",
    });
  });

  test("replace_original has no effect on the answer to a command, and a second ephemeral is appended", async () => {
    const { response_url } = await payloadOfCommand();
    await answer(response_url, { text: "Looking up…" });
    await answer(response_url, { text: "Found", replace_original: true });
    const seen = slack.as("maya").sees("inc-4711");
    expect(seen.map(({ plain }) => plain)).toEqual(["Looking up…", "Found"]);
  });

  test("the response URL of a click replaces or deletes the clicked ephemeral", async () => {
    const maya = slack.as("maya");
    const { response_url } = await payloadOfCommand();
    await answer(response_url, { text: "pick", blocks: [{ type: "actions", elements: [GO] }] });
    const [message] = maya.sees("inc-4711");
    if (!message) throw new Error("The answer isn't there.");
    const click = async () => {
      const result = await maya.click("Go", { message });
      if (!result.dispatched) throw new Error("The click wasn't sent.");
      expect(result.delivery.envelope.payload).not.toHaveProperty("message");
      return String(result.delivery.envelope.payload.response_url);
    };
    const [first, second] = [await click(), await click()];
    await answer(first, { text: "picked", replace_original: true });
    expect(maya.sees("inc-4711")).toMatchObject([{ plain: "picked", ephemeral: true }]);
    await answer(second, { delete_original: true });
    expect(maya.sees("inc-4711")).toEqual([]);
    slack.violations.assertNone();
  });

  test("an answer to a click that doesn't say whether it replaces is recorded", async () => {
    const maya = slack.as("maya");
    const blocks = [{ type: "actions" as const, elements: [GO] }];
    await client().chat.postMessage({ channel: "C0INC4711", text: "card", blocks });
    const result = await maya.click("Go", { message: await maya.waitForMessage("inc-4711", "Go") });
    if (!result.dispatched) throw new Error("The click wasn't sent.");
    await answer(String(result.delivery.envelope.payload.response_url), { text: "noted" });
    expect(slack.violations.entries).toMatchObject([{ kind: "ambiguous_response" }]);
  });

  test("a response URL reaches a channel without the bot", async () => {
    const maya = slack.as("maya");
    const { delivery } = await maya.command("/incydr x", { in: "no-bot-here" });
    await answer(String(delivery.envelope.payload.response_url), { text: "here too" });
    expect(maya.sees("no-bot-here")).toMatchObject([{ plain: "here too", ephemeral: true }]);
  });
});

describe("rates", () => {
  const rateLimit = async (call: Promise<unknown>) => {
    const error = await failureOf(call);
    if (error === undefined) return undefined;
    if (!(error instanceof WebAPIRateLimitedError)) throw error;
    return error.retryAfter;
  };

  test("a tier 2 method takes 20 calls a minute, and then names the time to wait", async () => {
    for (let call = 0; call < 20; call += 1) await client().usergroups.list();
    clock.advance(15_000);
    expect(await rateLimit(client().usergroups.list())).toBe(45);
    expect(slack.limits.refused.get("usergroups.list")).toBe(1);
    clock.advance(45_000);
    expect(await rateLimit(client().usergroups.list())).toBeUndefined();
  });

  test("a channel takes ten posts at once, then one a second, apart from other channels", async () => {
    const post = (channel: string) => client().chat.postMessage({ channel, text: "x" });
    for (let call = 0; call < 10; call += 1) await post("C0INC4711");
    expect(await rateLimit(post("C0INC4711"))).toBe(1);
    expect(await rateLimit(post("C0APPROVE"))).toBeUndefined();
    clock.advance(1000);
    expect(await rateLimit(post("C0INC4711"))).toBeUndefined();
  });

  test("rate limits can be switched off", async () => {
    slack.limits.enabled = false;
    for (let call = 0; call < 30; call += 1) await client().usergroups.list();
    expect(slack.limits.refused.size).toBe(0);
  });
});
