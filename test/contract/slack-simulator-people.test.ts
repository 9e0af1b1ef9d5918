import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SlackSimulator } from "../../sandbox/slack/slack-simulator.ts";
import { acknowledgeAll, clientOf, startTestApp, type TestApp } from "./slack-test-app.ts";

let bench: TestApp;
let slack: SlackSimulator;
beforeEach(async () => {
  bench = await startTestApp(acknowledgeAll);
  slack = bench.slack;
});
afterEach(() => bench[Symbol.asyncDispose]());

const texts = (person: string, channel: string) =>
  slack
    .as(person)
    .sees(channel)
    .map(({ plain }) => plain);

describe("visibility", () => {
  test("only members see a private channel", () => {
    slack.as("maya").post("inc-4711", "secret");
    expect(texts("theo", "inc-4711")).toEqual(["secret"]);
    expect(texts("nadia", "inc-4711")).toEqual([]);
  });

  test("every employee sees a public channel, and no guest or stranger does", async () => {
    await slack.admin.removeFromChannel("general", "sam");
    slack.as("maya").post("general", "hello all");
    expect(texts("sam", "general")).toEqual(["hello all"]);
    expect(texts("gil", "general")).toEqual([]);
    expect(texts("casey", "general")).toEqual([]);
  });

  test("a new member sees earlier messages, and a removed one sees no message", async () => {
    slack.as("maya").post("inc-4711", "before");
    await slack.admin.addToChannel("inc-4711", "nadia");
    expect(texts("nadia", "inc-4711")).toEqual(["before"]);
    await slack.admin.removeFromChannel("inc-4711", "theo");
    expect(texts("theo", "inc-4711")).toEqual([]);
  });

  test("a message that was seen stays as it was when it changes later", async () => {
    const { ts = "" } = await clientOf(slack).chat.postMessage({ channel: "C0INC4711", text: "one" });
    const [before] = slack.as("maya").sees("inc-4711");
    await clientOf(slack).chat.update({ channel: "C0INC4711", ts, text: "two" });
    expect(before?.plain).toBe("one");
    expect(before && slack.as("maya").current(before)?.plain).toBe("two");
  });

  test("a message names groups and channels by their present names, as its reader may see them", async () => {
    const text = "<#C0APPROVE> <!subteam^S0LEADS>";
    await clientOf(slack).chat.postMessage({ channel: "C0GENERAL", text });
    expect(texts("theo", "general")).toEqual(["#insider-risk-approvals @insider-risk-leads"]);
    expect(texts("nadia", "general")).toEqual(["a private channel @insider-risk-leads"]);
    await slack.admin.renameGroup("insider-risk-leads", "leads");
    await slack.admin.addToChannel("insider-risk-approvals", "nadia");
    expect(texts("nadia", "general")).toEqual(["#insider-risk-approvals @leads"]);
    expect(texts("theo", "general")).toEqual(["#insider-risk-approvals @leads"]);
  });

  test("a seen message can't be changed", async () => {
    const blocks = [{ type: "section", text: { type: "plain_text", text: "one" } }];
    await clientOf(slack).chat.postMessage({ channel: "C0INC4711", text: "one", blocks });
    const [block] = slack.as("maya").sees("inc-4711")[0]?.blocks ?? [];
    expect(() => Object.assign(block?.type === "section" ? (block.text ?? {}) : {}, { text: "two" })).toThrow(
      TypeError,
    );
    expect(texts("theo", "inc-4711")).toEqual(["one"]);
  });

  test("a transcript shows replies under their message", async () => {
    const message = slack.as("jonas").post("inc-4711", "alert", { asBot: "Sentinel" });
    slack.as("maya").post("inc-4711", "lunch?");
    slack.as("theo").reply(message, "on it");
    await clientOf(slack).chat.postEphemeral({ channel: "C0INC4711", user: "U0MAYA", text: "psst" });
    expect(slack.as("maya").transcript("inc-4711")).toBe(
      "Sentinel: alert\n    ↳ Theo Okafor: on it\nMaya Lindqvist: lunch?\nincydr (only you): psst",
    );
  });
});

describe("changes by other people", () => {
  test("a group's change is an event that names the added and removed members", async () => {
    const added = await slack.admin.addToGroup("insider-risk-leads", "maya");
    expect(added?.envelope.payload).toMatchObject({
      type: "event_callback",
      team_id: "T0HARBOR",
      api_app_id: "A0INCYDR",
      event_id: expect.stringMatching(/^Ev/),
      authorizations: [{ team_id: "T0HARBOR", user_id: "U0BOT", is_bot: true, is_enterprise_install: false }],
      event: {
        type: "subteam_members_changed",
        subteam_id: "S0LEADS",
        added_users: ["U0MAYA"],
        added_users_count: 1,
      },
    });
    const removed = await slack.admin.removeFromGroup("insider-risk-leads", "theo");
    expect(removed?.envelope.payload.event).toMatchObject({
      removed_users: ["U0THEO"],
      removed_users_count: 1,
    });
    const { users } = await clientOf(slack).usergroups.users.list({ usergroup: "S0LEADS" });
    expect(users).toEqual(["U0PRIYA", "U0LENA", "U0OLGA", "U0MAYA"]);
  });

  test("a changed e-mail, a deactivation and a channel's new visibility show in the Web API", async () => {
    const { users, conversations } = clientOf(slack);
    const read = async (user: string) => (await users.info({ user })).user;
    const email = "nadia.new@harborlight.example";
    await slack.admin.changeEmail("nadia", email);
    expect(await read("U0NADIA")).toMatchObject({ profile: { email }, is_email_confirmed: true });
    await slack.admin.confirmEmail("nadia", false);
    expect(await read("U0NADIA")).toMatchObject({ is_email_confirmed: false });
    await slack.admin.deactivate("sam");
    expect(await read("U0SAM")).toMatchObject({ deleted: true });
    slack.admin.setVisibility("inc-4711", "public");
    slack.admin.share("inc-4711", ["T0PARTNER"]);
    const { channel } = await conversations.info({ channel: "C0INC4711" });
    expect(channel).toMatchObject({ is_private: false, is_ext_shared: true });
  });

  test("a deleted message is gone for everybody", async () => {
    await clientOf(slack).chat.postMessage({ channel: "C0INC4711", text: "card" });
    const [card] = slack.as("maya").sees("inc-4711");
    if (!card) throw new Error("The card isn't there.");
    slack.admin.deleteMessage(card);
    expect(texts("theo", "inc-4711")).toEqual([]);
  });

  test("opening the Home tab is an event with the published view", async () => {
    const blocks = [{ type: "divider" as const }];
    await clientOf(slack).views.publish({ user_id: "U0MAYA", view: { type: "home", blocks } });
    const opened = await slack.as("maya").openHome();
    expect(opened?.envelope.payload.event).toMatchObject({
      type: "app_home_opened",
      user: "U0MAYA",
      tab: "home",
      view: { type: "home" },
    });
  });
});

test("a message shortcut sends the message, and a global one no place", async () => {
  const alert = slack.as("jonas").post("inc-4711", "alert", { asBot: "Sentinel" });
  const onMessage = await slack.as("jonas").shortcut("Act on this user", { message: alert });
  expect(onMessage.delivery.envelope.payload).toMatchObject({
    type: "message_action",
    callback_id: "act_on_user",
    message_ts: alert.ts,
    message: { type: "message", text: "alert", bot_id: "B0ALERTS", ts: alert.ts },
    channel: { id: "C0INC4711", name: "inc-4711" },
    trigger_id: expect.any(String),
    response_url: expect.any(String),
  });
  const { delivery } = await slack.as("jonas").globalShortcut("New request");
  expect(delivery.envelope.payload).toMatchObject({ type: "shortcut", callback_id: "new_request" });
  for (const absent of ["channel", "message", "response_url"]) {
    expect(delivery.envelope.payload).not.toHaveProperty(absent);
  }
});
