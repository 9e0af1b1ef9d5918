import type { RequestListener } from "node:http";
import { expect, it } from "vitest";
import { isOutage } from "../../../src/app/is-outage.ts";
import { readBotIdentity } from "../../../src/app/read-bot-identity.ts";
import { createGroupDirectory } from "../../../src/authorization/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { createChannelDirectory } from "../../../src/slack/directory/channel-directory.ts";
import {
  createPeopleDirectory,
  type SlackPeopleDirectory,
} from "../../../src/slack/directory/people-directory.ts";
import { createSlackGroups } from "../../../src/slack/directory/slack-groups.ts";
import { createFileDelivery } from "../../../src/slack/posting/file-delivery.ts";
import { createPoster } from "../../../src/slack/posting/post-once.ts";
import { createOpenSocket } from "../../../src/slack/receivers/open-socket.ts";
import { asConnectionError, retryAfterMs, tokenRefusal } from "../../../src/slack/receivers/socket-errors.ts";
import { createSlackApi } from "../../../src/slack/web-api/slack-api.ts";
import { slackFailure } from "../../../src/slack/web-api/slack-failure.ts";
import { silentLogger } from "../../contract/slack-test-app.ts";
import { someRequest } from "../../support/domain-objects.ts";
import { answering, serve } from "../../support/http-server.ts";
import { createMemoryGroups } from "../../support/memory-groups.ts";
import { createMemoryPostedMessages } from "../../support/memory-posted-messages.ts";

/** Serves the Web API with one answer to every call; resolves to its address. */
const serveApi = async (answer: RequestListener) => `${await serve(answer)}/api/`;

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

const post = (apiUrl: string) =>
  thrownBy(
    createSlackApi({ token: "xoxb-1", apiUrl }).posting.chat.postMessage({ channel: "C1", text: "x" }),
  );

const identify = (apiUrl: string) => readBotIdentity(createSlackApi({ token: "xoxb-1", apiUrl }).reading);

function openSocket(apiUrl: string): Promise<unknown> {
  const open = createOpenSocket({
    ...{ appToken: "xapp-1", apiUrl, timeoutMs: 60_000, logger: silentLogger },
    clock: systemClock,
  });
  return thrownBy(open({ signal: new AbortController().signal, onEnvelope: () => {} }));
}

/** Begins an answer, and breaks the connection before its end. */
const cut: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-length": "500" });
  response.write('{"ok":tr', () => response.destroy());
};

it.each<[string, string, RequestListener]>([
  ["a page", "unexpected_answer", answering(200, "<html>Sign in to the guest network</html>")],
  ["a word like a refusal", "unexpected_answer", answering(200, "not_authed")],
  ["nothing", "unexpected_answer", answering(200)],
  ["null", "unexpected_answer", answering(200, "null")],
  ["a number", "unexpected_answer", answering(200, "1")],
  ["a list", "unexpected_answer", answering(200, "[]")],
  ["an empty object", "unexpected_answer", answering(200, "{}")],
  ["no error beside ok: false", "unexpected_answer", answering(200, '{"ok":false}')],
  ["an error that is null", "unexpected_answer", answering(200, '{"ok":false,"error":null}')],
  ["the error internal_error", "internal_error", answering(200, '{"ok":false,"error":"internal_error"}')],
  ["204", "http_204", answering(204)],
  ["404", "http_404", answering(404, "no such page")],
  ["503", "http_503", answering(503, "down")],
  ["a connection that breaks in the middle of an answer", "UND_ERR_SOCKET", cut],
  ["a connection that breaks at once", "UND_ERR_SOCKET", (request) => request.socket.destroy()],
])("%s from Slack is an outage, at a start, in a job and in Socket Mode", async (_what, code, answer) => {
  const apiUrl = await serveApi(answer);
  const [posted, started, opened] = [
    await post(apiUrl),
    await thrownBy(identify(apiUrl)),
    await openSocket(apiUrl),
  ];
  expect(slackFailure(posted)).toEqual({ kind: "unreachable", code });
  expect(started).toMatchObject({ code: "slack_unreachable", reason: code });
  expect([posted, started].map(isOutage)).toEqual([true, true]);
  expect(asConnectionError(opened).reason).toBe(code);
  expect(tokenRefusal(opened)).toBeNull();
});

it("a 429 without a time to wait is an outage of one second", async () => {
  const apiUrl = await serveApi(answering(429));
  const posted = await post(apiUrl);
  expect(slackFailure(posted)).toEqual({ kind: "unreachable", code: "ratelimited" });
  expect(isOutage(posted)).toBe(true);
  expect(retryAfterMs(await openSocket(apiUrl))).toBe(1_000);
});

it("an unknown error is an outage at a start", async () => {
  const apiUrl = await serveApi(answering(200, '{"ok":false,"error":"brand_new"}'));
  const error = await thrownBy(identify(apiUrl));
  expect(error).toMatchObject({ code: "slack_unreachable", reason: "brand_new" });
  expect(isOutage(error)).toBe(true);
});

it("an identity without a user is an outage at a start, and no refusal of the token", async () => {
  const apiUrl = await serveApi(answering(200, '{"ok":true}'));
  expect(await thrownBy(identify(apiUrl))).toMatchObject({ code: "slack_unreachable" });
});

it("a successful answer without its content is an outage, and leads to no conclusion", async () => {
  const apiUrl = await serveApi(answering(200, '{"ok":true}'));
  const { reading, posting } = createSlackApi({ token: "xoxb-1", apiUrl });
  const source = createSlackGroups(reading);
  const groups = createGroupDirectory({
    ...{ source, record: createMemoryGroups().record, named: () => [] },
    clock: systemClock,
  });
  const people = createPeopleDirectory({ client: reading, clock: systemClock, teamId: "T1", groups });
  const channels = createChannelDirectory({ client: reading, people, botUserId: "U1", clock: systemClock });
  const api = { reading, posting };
  const postedMessages = createMemoryPostedMessages();
  const poster = createPoster({ api, postedMessages });
  const files = createFileDelivery({ api, postedMessages });
  const place = { channelId: "C1", threadTs: null };
  const errors = [
    await thrownBy(source.read()),
    await thrownBy(people.idsByEmail("nadia@harborlight.example")),
    await thrownBy(people.hasOutsider(["U2"])),
    await thrownBy(people.hasOutsider(Array.from({ length: 40 }, (_, index) => `U${index}`))),
    await thrownBy(channels.facts("C1")),
    await thrownBy(poster.post("card:1", place, { text: "x", blocks: [] })),
    // The second post searches for the first one, because the outcome of the first one is unknown.
    await thrownBy(poster.post("card:1", place, { text: "x", blocks: [] })),
    await thrownBy(
      files.deliver("list", "U2", { name: "a.csv", holds: { kind: "users", request: someRequest() } }),
    ),
  ];
  expect(errors.map(isOutage)).toEqual(errors.map(() => true));
  expect(errors.map(String).filter((text) => text.includes("chat.postMessage"))).toHaveLength(1);
});

it("a channel without a list of members is not read as an empty one", async () => {
  const channel = { id: "C1", name: "inc", is_private: true, is_member: true };
  const apiUrl = await serveApi(answering(200, JSON.stringify({ ok: true, channel })));
  const { reading } = createSlackApi({ token: "xoxb-1", apiUrl });
  const people = { hasOutsider: async () => false } as unknown as SlackPeopleDirectory; // the rest isn't asked
  const channels = createChannelDirectory({ client: reading, people, botUserId: "U1", clock: systemClock });
  expect(isOutage(await thrownBy(channels.facts("C1")))).toBe(true);
});

it("the token of a person is refused, since it is no bot's", async () => {
  const apiUrl = await serveApi(answering(200, '{"ok":true,"user_id":"U1","team_id":"T1"}'));
  expect(await thrownBy(identify(apiUrl))).toMatchObject({ slackCode: "not_a_bot_token" });
});
