import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SlackSimulator, startSlackSimulator } from "../../sandbox/slack/slack-simulator.ts";
import { API_METHODS } from "../../sandbox/slack/web-api/web-api.ts";
import { clientOf, errorOf, refusalOf, TEST_MANIFEST } from "./slack-test-app.ts";

let slack: SlackSimulator;
beforeEach(async () => {
  slack = await startSlackSimulator({ manifest: TEST_MANIFEST, rateLimits: false });
});
afterEach(() => slack[Symbol.asyncDispose]());

const client = () => clientOf(slack);

function withScopes(...bot: string[]): object {
  return { ...TEST_MANIFEST, oauth_config: { scopes: { bot } } };
}

describe("who calls", () => {
  test("a call without a token, with an unknown one, or with the app's is refused", async () => {
    const bare = await fetch(`${slack.apiUrl}auth.test`, { method: "POST" });
    expect(await bare.json()).toEqual({ ok: false, error: "not_authed" });
    expect(await errorOf(clientOf(slack, "xoxb-other").auth.test())).toBe("invalid_auth");
    expect(await errorOf(clientOf(slack, slack.appToken).auth.test())).toBe("not_allowed_token_type");
    expect(await errorOf(client().apps.connections.open())).toBe("not_allowed_token_type");
  });

  test("auth.test says who the bot is", async () => {
    expect(await client().auth.test()).toMatchObject({
      team_id: "T0HARBOR",
      user_id: "U0BOT",
      bot_id: "B0INCYDR",
    });
  });

  test("an answer and a refusal name the scopes of the token in a header, unless the token is unknown", async () => {
    const scopesOf = async (token: string, method: string) => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${slack.apiUrl}${method}`, { method: "POST", headers });
      return answer.headers.get("x-oauth-scopes")?.split(",");
    };
    expect(await scopesOf(slack.botToken, "auth.test")).toEqual(
      expect.arrayContaining(["commands", "chat:write"]),
    );
    expect(await scopesOf(slack.botToken, "conversations.info")).toContain("groups:read");
    expect(await scopesOf(slack.appToken, "apps.connections.open")).toEqual(["connections:write"]);
    expect(await scopesOf("xoxb-other", "auth.test")).toBeUndefined();
  });

  test("an unknown method is refused and recorded", async () => {
    expect(await errorOf(client().reactions.list())).toBe("unknown_method");
    expect(() => slack.violations.assertNone()).toThrow(/reactions\.list: unknown_method/);
  });

  test("a method without its scope is refused, with what is needed and granted", async () => {
    await using poor = await startSlackSimulator({ manifest: withScopes("commands") });
    const refusal = await refusalOf(clientOf(poor).chat.postMessage({ channel: "C0INC4711", text: "x" }));
    expect(refusal).toMatchObject({ error: "missing_scope", needed: "chat:write", provided: "commands" });
    expect(poor.violations.entries).toMatchObject([{ kind: "missing_scope", where: "chat.postMessage" }]);
  });

  test("a private channel needs groups:read where a public one needs channels:read", async () => {
    await using publicOnly = await startSlackSimulator({ manifest: withScopes("channels:read") });
    const { conversations } = clientOf(publicOnly);
    expect((await conversations.info({ channel: "C0GENERAL" })).ok).toBe(true);
    expect(await refusalOf(conversations.members({ channel: "C0INC4711" }))).toMatchObject({
      error: "missing_scope",
      needed: "groups:read",
    });
  });

  test("e-mail addresses are shown only with users:read.email", async () => {
    await using poor = await startSlackSimulator({ manifest: withScopes("users:read") });
    expect((await clientOf(poor).users.info({ user: "U0MAYA" })).user?.profile?.email).toBeUndefined();
    expect((await client().users.info({ user: "U0MAYA" })).user?.profile?.email).toBe(
      "maya.lindqvist@harborlight.example",
    );
  });
});

describe("where the bot may post", () => {
  test.each([
    ["a private channel it isn't in", "C0NOBOT", "channel_not_found"],
    ["a channel that doesn't exist", "C0NOWHERE", "channel_not_found"],
    ["a person that doesn't exist", "U0NOBODY", "channel_not_found"],
  ])("%s: refused", async (_where, channel, error) => {
    expect(await errorOf(client().chat.postMessage({ channel, text: "x" }))).toBe(error);
  });

  test("a public channel it isn't in: not_in_channel", async () => {
    await slack.admin.removeFromChannel("general", "bot");
    expect(await errorOf(client().chat.postMessage({ channel: "C0GENERAL", text: "x" }))).toBe(
      "not_in_channel",
    );
  });

  test("an archived channel: is_archived, and is_inactive for an update", async () => {
    const { ts = "" } = await client().chat.postMessage({ channel: "C0INC4711", text: "x" });
    await slack.admin.archive("inc-4711");
    expect(await errorOf(client().chat.postMessage({ channel: "C0INC4711", text: "x" }))).toBe("is_archived");
    expect(await errorOf(client().chat.update({ channel: "C0INC4711", ts, text: "y" }))).toBe("is_inactive");
  });

  test("a person's direct conversation, only with the messages tab on", async () => {
    const { channel } = await client().conversations.open({ users: "U0MAYA" });
    await client().chat.postMessage({ channel: "U0MAYA", text: "hello" });
    await client().chat.postMessage({ channel: channel?.id ?? "", text: "again" });
    expect(
      slack
        .as("maya")
        .sees("dm")
        .map(({ plain }) => plain),
    ).toEqual(["hello", "again"]);
    const manifest = { ...TEST_MANIFEST, features: { ...TEST_MANIFEST.features, app_home: {} } };
    await using closed = await startSlackSimulator({ manifest });
    const refused = clientOf(closed).chat.postMessage({ channel: "U0MAYA", text: "x" });
    expect(await errorOf(refused)).toBe("messages_tab_disabled");
  });

  test("an ephemeral only for a member, seen by nobody else and absent from the history", async () => {
    const { chat, conversations } = client();
    await chat.postEphemeral({ channel: "C0INC4711", user: "U0MAYA", text: "psst" });
    expect(slack.as("maya").sees("inc-4711")).toMatchObject([{ plain: "psst", ephemeral: true }]);
    expect(slack.as("theo").sees("inc-4711")).toEqual([]);
    expect((await conversations.history({ channel: "C0INC4711" })).messages).toEqual([]);
    const refused = chat.postEphemeral({ channel: "C0INC4711", user: "U0NADIA", text: "psst" });
    expect(await errorOf(refused)).toBe("user_not_in_channel");
  });
});

describe("what the bot may post", () => {
  test("nothing: no_text", async () => {
    // The SDK's type rules this call out; a program can still make it.
    const call = client().chat.postMessage({ channel: "C0INC4711" } as never);
    expect(await errorOf(call)).toBe("no_text");
  });

  test("blocks without a fallback text are taken, and recorded", async () => {
    const blocks = [{ type: "divider" }];
    const call = { channel: "C0INC4711", blocks };
    await client().chat.postMessage(call as never);
    expect(slack.violations.entries).toMatchObject([{ kind: "missing_fallback_text" }]);
  });

  test("a text is cut above 40,000 characters when posted and refused above 4,000 when updated", async () => {
    const { ts = "", message } = await client().chat.postMessage({
      channel: "C0INC4711",
      text: "x".repeat(40_001),
    });
    expect(message?.text).toHaveLength(40_000);
    const update = client().chat.update({ channel: "C0INC4711", ts, text: "x".repeat(4001) });
    expect(await errorOf(update)).toBe("msg_too_long");
  });

  test("a reply to a reply, or to a message that never was, is refused", async () => {
    const channel = "C0INC4711";
    const { ts = "" } = await client().chat.postMessage({ channel, text: "parent" });
    const reply = await client().chat.postMessage({ channel, text: "reply", thread_ts: ts });
    const toReply = client().chat.postMessage({ channel, text: "x", thread_ts: reply.ts ?? "" });
    expect(await errorOf(toReply)).toBe("cannot_reply_to_message");
    const toNothing = client().chat.postMessage({ channel, text: "x", thread_ts: "1.000001" });
    expect(await errorOf(toNothing)).toBe("thread_not_found");
  });
});

describe("changing messages", () => {
  const channel = "C0INC4711";
  const blocks = [{ type: "section", text: { type: "plain_text" as const, text: "block" } }];

  test("only the bot's own can be changed or deleted, and no ephemeral", async () => {
    const { ts } = slack.as("maya").post("inc-4711", "mine");
    expect(await errorOf(client().chat.update({ channel, ts, text: "y" }))).toBe("cant_update_message");
    expect(await errorOf(client().chat.delete({ channel, ts }))).toBe("cant_delete_message");
    const { message_ts = "" } = await client().chat.postEphemeral({ channel, user: "U0MAYA", text: "x" });
    expect(await errorOf(client().chat.update({ channel, ts: message_ts, text: "y" }))).toBe(
      "message_not_found",
    );
    expect(await errorOf(client().chat.update({ channel, ts: "1.0", text: "y" }))).toBe("message_not_found");
  });

  test("text without blocks takes the blocks away", async () => {
    const { ts = "" } = await client().chat.postMessage({ channel, text: "t", blocks });
    await client().chat.update({ channel, ts, text: "text only" });
    expect(slack.as("maya").sees("inc-4711")).toMatchObject([{ plain: "text only", blocks: [], edits: 1 }]);
  });

  test("a deleted message is out of sight, and its ts answers message_not_found", async () => {
    const { ts = "" } = await client().chat.postMessage({ channel, text: "t" });
    await client().chat.delete({ channel, ts });
    expect(slack.as("maya").sees("inc-4711")).toEqual([]);
    expect(await errorOf(client().chat.update({ channel, ts, text: "y" }))).toBe("message_not_found");
  });
});

describe("reading", () => {
  test("the history is newest first, pages by cursor, shows metadata on request and hides replies", async () => {
    const channel = "C0INC4711";
    const metadata = { event_type: "request", event_payload: { id: 7 } };
    const first = await client().chat.postMessage({ channel, text: "1", metadata });
    await client().chat.postMessage({ channel, text: "reply", thread_ts: first.ts ?? "" });
    await client().chat.postMessage({ channel, text: "2" });
    await client().chat.postMessage({ channel, text: "3" });
    const page = await client().conversations.history({ channel, limit: 2 });
    expect(page.messages?.map(({ text }) => text)).toEqual(["3", "2"]);
    const cursor = page.response_metadata?.next_cursor ?? "";
    const rest = await client().conversations.history({
      channel,
      limit: 2,
      cursor,
      include_all_metadata: true,
    });
    expect(rest.messages).toMatchObject([{ text: "1", metadata, reply_count: 1 }]);
    expect(rest.has_more).toBe(false);
    const since = await client().conversations.history({ channel, oldest: first.ts ?? "" });
    expect(since.messages?.map(({ text }) => text)).toEqual(["3", "2"]);
    const thread = await client().conversations.replies({ channel, ts: first.ts ?? "" });
    expect(thread.messages?.map(({ text }) => text)).toEqual(["1", "reply"]);
  });

  test("people: a guest, a stranger without e-mail, a deactivated one who is found by id alone", async () => {
    const info = async (user: string) => (await client().users.info({ user })).user;
    expect(await info("U0GIL")).toMatchObject({ is_restricted: true, is_ultra_restricted: true });
    expect(await info("U0CASEY")).toMatchObject({ team_id: "T0PARTNER", is_stranger: true });
    expect((await info("U0CASEY"))?.profile?.email).toBeUndefined();
    expect(await info("U0OLGA")).toMatchObject({ deleted: true });
    const lookup = (email: string) => client().users.lookupByEmail({ email });
    expect((await lookup("Maya.Lindqvist@Harborlight.example")).user?.id).toBe("U0MAYA");
    expect(await errorOf(lookup("olga.novak@harborlight.example"))).toBe("users_not_found");
    expect(await errorOf(lookup("casey.quinn@partner.example"))).toBe("users_not_found");
    expect(await errorOf(info("U0NOBODY"))).toBe("user_not_found");
  });

  test("groups keep their deactivated members", async () => {
    const { usergroups } = await client().usergroups.list({ include_users: true });
    const leads = usergroups?.find(({ handle }) => handle === "insider-risk-leads");
    expect(leads?.users).toEqual(["U0THEO", "U0PRIYA", "U0LENA", "U0OLGA"]);
    expect((await client().usergroups.users.list({ usergroup: "S0LEADS" })).users).toEqual(leads?.users);
    expect(await errorOf(client().usergroups.users.list({ usergroup: "S0NONE" }))).toBe("no_such_subteam");
  });

  test("channels: shared, private, members by pages", async () => {
    const info = async (channel: string) => (await client().conversations.info({ channel })).channel;
    expect(await info("C0PARTNER")).toMatchObject({
      is_ext_shared: true,
      shared_team_ids: ["T0HARBOR", "T0PARTNER"],
    });
    expect(await info("C0INC4711")).toMatchObject({
      is_private: true,
      is_ext_shared: false,
      is_member: true,
    });
    const first = await client().conversations.members({ channel: "C0INC4711", limit: 3 });
    expect(first.members).toEqual(["U0MAYA", "U0THEO", "U0JONAS"]);
    const cursor = first.response_metadata?.next_cursor ?? "";
    expect((await client().conversations.members({ channel: "C0INC4711", cursor })).members).toEqual([
      "U0BOT",
    ]);
    const listed = await client().conversations.list({ types: "private_channel" });
    expect(listed.channels?.map(({ name }) => name)).not.toContain("no-bot-here");
  });

  test("a permalink names channel, message and thread", async () => {
    const channel = "C0INC4711";
    const { ts = "" } = await client().chat.postMessage({ channel, text: "1" });
    const { permalink } = await client().chat.getPermalink({ channel, message_ts: ts });
    expect(permalink).toBe(`https://harborlight.slack.com/archives/C0INC4711/p${ts.replace(".", "")}`);
  });
});

test("the README lists exactly the methods that are simulated", () => {
  const readme = readFileSync(new URL("../../sandbox/slack/README.md", import.meta.url), "utf8");
  const [, table = ""] = readme.split("## Web API methods");
  const listed = [...table.matchAll(/^\| `([\w.]+)` *\|/gm)].map(([, method]) => method);
  expect(listed.toSorted()).toEqual(Object.keys(API_METHODS).toSorted());
});
