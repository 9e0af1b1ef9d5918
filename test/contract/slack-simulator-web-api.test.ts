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

const IN = { channel: "C0INC4711" };
const post = (more: object = {}) => client().chat.postMessage({ ...IN, text: "x", ...more } as never); // some calls are wrong on purpose
const update = (ts: string | undefined, text = "y") => client().chat.update({ ...IN, ts: ts ?? "", text });

function withScopes(...bot: string[]): object {
  return { ...TEST_MANIFEST, oauth_config: { scopes: { bot } } };
}

describe("tokens and scopes", () => {
  test("a call without a token, with an unknown one, or with the app's is refused", async () => {
    const bare = await fetch(`${slack.apiUrl}auth.test`, { method: "POST" });
    expect(await bare.json()).toEqual({ ok: false, error: "not_authed" });
    expect(await errorOf(clientOf(slack, "xoxb-other").auth.test())).toBe("invalid_auth");
    expect(await errorOf(clientOf(slack, slack.appToken).auth.test())).toBe("not_allowed_token_type");
    expect(await errorOf(client().apps.connections.open())).toBe("not_allowed_token_type");
  });

  test("auth.test names the bot and its team", async () => {
    expect(await client().auth.test()).toMatchObject({
      team_id: "T0HARBOR",
      user_id: "U0BOT",
      bot_id: "B0INCYDR",
    });
  });

  test("each answer names the scopes of a known token in a header", async () => {
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

  test("a method without its scope is refused, with the needed and the granted scopes", async () => {
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

describe("posting", () => {
  test.each([
    ["a private channel without the bot", "C0NOBOT"],
    ["a missing channel", "C0NOWHERE"],
    ["a missing person", "U0NOBODY"],
  ])("a post to %s is refused as channel_not_found", async (_where, channel) => {
    expect(await errorOf(post({ channel }))).toBe("channel_not_found");
  });

  test("a post to a public channel without the bot is refused as not_in_channel", async () => {
    await slack.admin.removeFromChannel("general", "bot");
    expect(await errorOf(post({ channel: "C0GENERAL" }))).toBe("not_in_channel");
  });

  test("an archived channel refuses a post as is_archived, and an update as is_inactive", async () => {
    const { ts } = await post();
    await slack.admin.archive("inc-4711");
    expect(await errorOf(post())).toBe("is_archived");
    expect(await errorOf(update(ts))).toBe("is_inactive");
  });

  test("a direct conversation takes posts only with the messages tab on", async () => {
    const { channel } = await client().conversations.open({ users: "U0MAYA" });
    await post({ channel: "U0MAYA", text: "hello" });
    await post({ channel: channel?.id, text: "again" });
    const seen = slack.as("maya").sees("dm");
    expect(seen.map(({ plain }) => plain)).toEqual(["hello", "again"]);
    const manifest = { ...TEST_MANIFEST, features: { ...TEST_MANIFEST.features, app_home: {} } };
    await using closed = await startSlackSimulator({ manifest });
    const refused = clientOf(closed).chat.postMessage({ channel: "U0MAYA", text: "x" });
    expect(await errorOf(refused)).toBe("messages_tab_disabled");
  });

  test("an ephemeral reaches only a member, is seen by nobody else and is not in the history", async () => {
    const { chat, conversations } = client();
    await chat.postEphemeral({ ...IN, user: "U0MAYA", text: "psst" });
    expect(slack.as("maya").sees("inc-4711")).toMatchObject([{ plain: "psst", ephemeral: true }]);
    expect(slack.as("theo").sees("inc-4711")).toEqual([]);
    expect((await conversations.history(IN)).messages).toEqual([]);
    const refused = chat.postEphemeral({ ...IN, user: "U0NADIA", text: "psst" });
    expect(await errorOf(refused)).toBe("user_not_in_channel");
  });

  test("a post without text and blocks is refused as no_text", async () => {
    expect(await errorOf(post({ text: undefined }))).toBe("no_text");
  });

  test("a post of blocks without a fallback text is taken, and recorded", async () => {
    await post({ text: undefined, blocks: [{ type: "divider" }] });
    expect(slack.violations.entries).toMatchObject([{ kind: "missing_fallback_text" }]);
  });

  test("a text is cut above 40,000 characters in a post and refused above 4,000 in an update", async () => {
    const { ts, message } = await post({ text: "x".repeat(40_001) });
    expect(message?.text).toHaveLength(40_000);
    expect(await errorOf(update(ts, "x".repeat(4001)))).toBe("msg_too_long");
  });

  test("a reply to a reply, or to a missing message, is refused", async () => {
    const { ts } = await post();
    const reply = await post({ thread_ts: ts });
    expect(await errorOf(post({ thread_ts: reply.ts }))).toBe("cannot_reply_to_message");
    expect(await errorOf(post({ thread_ts: "1.000001" }))).toBe("thread_not_found");
  });
});

describe("changing messages", () => {
  const blocks = [{ type: "section", text: { type: "plain_text" as const, text: "block" } }];

  test("the bot can change and delete only its own messages, and no ephemeral", async () => {
    const { ts } = slack.as("maya").post("inc-4711", "mine");
    expect(await errorOf(update(ts))).toBe("cant_update_message");
    expect(await errorOf(client().chat.delete({ ...IN, ts }))).toBe("cant_delete_message");
    const { message_ts } = await client().chat.postEphemeral({ ...IN, user: "U0MAYA", text: "x" });
    expect(await errorOf(update(message_ts))).toBe("message_not_found");
    expect(await errorOf(update("1.0"))).toBe("message_not_found");
  });

  test("an update with text and no blocks takes the blocks away", async () => {
    const { ts } = await post({ blocks });
    await update(ts, "text only");
    expect(slack.as("maya").sees("inc-4711")).toMatchObject([{ plain: "text only", blocks: [], edits: 1 }]);
  });

  test("a deleted message is seen by nobody, and an update of it is refused as message_not_found", async () => {
    const { ts = "" } = await post();
    await client().chat.delete({ ...IN, ts });
    expect(slack.as("maya").sees("inc-4711")).toEqual([]);
    expect(await errorOf(update(ts))).toBe("message_not_found");
  });
});

describe("reading", () => {
  test("the history is newest first, pages by cursor, shows metadata on request and hides replies", async () => {
    const { conversations } = client();
    const metadata = { event_type: "request", event_payload: { id: 7 } };
    const { ts = "" } = await post({ text: "1", metadata });
    await post({ text: "reply", thread_ts: ts });
    for (const text of ["2", "3"]) await post({ text });
    const page = await conversations.history({ ...IN, limit: 2 });
    expect(page.messages?.map(({ text }) => text)).toEqual(["3", "2"]);
    const next = { limit: 2, cursor: page.response_metadata?.next_cursor ?? "", include_all_metadata: true };
    const rest = await conversations.history({ ...IN, ...next });
    expect(rest.messages).toMatchObject([{ text: "1", metadata, reply_count: 1 }]);
    expect(rest.has_more).toBe(false);
    const since = await conversations.history({ ...IN, oldest: ts });
    expect(since.messages?.map(({ text }) => text)).toEqual(["3", "2"]);
    const thread = await conversations.replies({ ...IN, ts });
    expect(thread.messages?.map(({ text }) => text)).toEqual(["1", "reply"]);
  });

  test("a guest, a stranger and a deactivated person are shown as such, and only an employee is found by e-mail", async () => {
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

  test("a group keeps its deactivated members", async () => {
    const { usergroups } = await client().usergroups.list({ include_users: true });
    const leads = usergroups?.find(({ handle }) => handle === "insider-risk-leads");
    expect(leads?.users).toEqual(["U0THEO", "U0PRIYA", "U0LENA", "U0OLGA"]);
    expect((await client().usergroups.users.list({ usergroup: "S0LEADS" })).users).toEqual(leads?.users);
    expect(await errorOf(client().usergroups.users.list({ usergroup: "S0NONE" }))).toBe("no_such_subteam");
  });

  test("a channel is shown as shared or private, and its members come by pages", async () => {
    const info = async (channel: string) => (await client().conversations.info({ channel })).channel;
    const shared_team_ids = ["T0HARBOR", "T0PARTNER"];
    expect(await info("C0PARTNER")).toMatchObject({ is_ext_shared: true, shared_team_ids });
    const ours = { is_private: true, is_ext_shared: false, is_member: true };
    expect(await info("C0INC4711")).toMatchObject(ours);
    const first = await client().conversations.members({ ...IN, limit: 3 });
    expect(first.members).toEqual(["U0MAYA", "U0THEO", "U0JONAS"]);
    const cursor = first.response_metadata?.next_cursor ?? "";
    expect((await client().conversations.members({ ...IN, cursor })).members).toEqual(["U0BOT"]);
    const listed = await client().conversations.list({ types: "private_channel" });
    expect(listed.channels?.map(({ name }) => name)).not.toContain("no-bot-here");
  });

  test("a permalink names channel and message", async () => {
    const { ts = "" } = await post();
    const { permalink } = await client().chat.getPermalink({ ...IN, message_ts: ts });
    expect(permalink).toBe(`https://harborlight.slack.com/archives/C0INC4711/p${ts.replace(".", "")}`);
  });
});

test("the README lists exactly the methods that are simulated", () => {
  const readme = readFileSync(new URL("../../sandbox/slack/README.md", import.meta.url), "utf8");
  const [, table = ""] = readme.split("## Web API methods");
  const listed = [...table.matchAll(/^\| `([\w.]+)` *\|/gm)].map(([, method]) => method);
  expect(listed.toSorted()).toEqual(Object.keys(API_METHODS).toSorted());
});
