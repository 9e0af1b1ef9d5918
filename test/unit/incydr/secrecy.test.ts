import { inspect } from "node:util";
import { expect, test } from "vitest";
import { createIncydrClient, createReader } from "../../../src/incydr/index.ts";
import { refusal, someUser, startIncydr, startIncydrWithClock } from "./recorded-incydr.ts";
import {
  openClient,
  type RecordedRequest,
  type Reply,
  startRecordingServer,
  testSecret,
} from "./recording-server.ts";

const basic = btoa(`key-test:${testSecret}`);

function everythingOf(value: unknown): string {
  const seen = inspect(value, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });
  return `${seen}\n${JSON.stringify(value)}\n${String(value)}`;
}

/** Faults whose answers contain the client's request. */
const faults: Record<string, (request: RecordedRequest) => Reply> = {
  "an echo of the headers with 400": ({ headers }) => ({
    status: 400,
    json: [{ name: "X", description: headers.authorization }],
  }),
  "an echo with 403 as text": ({ headers }) => ({ status: 403, text: JSON.stringify(headers) }),
  "an echo with 500 as HTML": ({ headers }) => ({ status: 500, text: `<p>${headers.authorization}</p>` }),
  "an echo as an unexpected answer": ({ headers }) => ({ json: { echo: headers.authorization } }),
  "a redirect": () => ({ status: 302, headers: { Location: "http://127.0.0.1:9/" } }),
  "a 401": () => ({ status: 401 }),
  "a drop": () => "drop",
};

test.each(Object.entries(faults))("no error shows the secret or a token after %s", async (_, respond) => {
  for (const atTheToken of [false, true]) {
    const events: unknown[] = [];
    const note = (event: unknown) => void events.push(event);
    const hooks = { onRequest: note, onResponse: note, onRetry: note, onWait: note };
    await using incydr = await startIncydrWithClock(respond, { hooks });
    if (atTheToken) incydr.respondToTokens(respond);
    const errors = await Promise.allSettled([
      incydr.users.getUser(someUser),
      incydr.users.deactivate(someUser, { repeatIfUnknown: false }),
      incydr.users.listRoles(),
    ]);
    const isAccepted = respond === faults["an echo as an unexpected answer"];
    expect(errors.every(({ status }) => status === "rejected" || isAccepted)).toBe(true);
    const shown = everythingOf(errors) + everythingOf(events);
    for (const secret of [testSecret, basic, "incydr-token-1", "incydr-token-2"])
      expect(shown).not.toContain(secret);
  }
});

const spellings: Record<string, (text: string) => string> = {
  "as JSON": (text) => text,
  "as JSON with escapes": (text) =>
    text.replaceAll("=", "\\u003d").replaceAll("/", "\\/").replaceAll("+", "\\u002B"),
  "as JSON within JSON": (text) => JSON.stringify({ problem: "X", description: text }),
  "as text with escapes": (text) => `Bad request: ${text.replaceAll("/", "\\/").replaceAll("=", "\\u003D")}`,
  "as a query": (text) => `Bad query: ${encodeURIComponent(text)}`,
  "as HTML": (text) =>
    `<p>${text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("+", "&#43;").replaceAll("/", "&#x2F;")}</p>`,
  "beyond what is shown": (text) => `${"x".repeat(495)}${text}`,
};

test.each(Object.entries(spellings))(
  "no error shows a secret or token with odd characters, echoed %s",
  async (_, spelled) => {
    const secret = 'pass"word\\x/+=&7';
    const token = "v1/tok+en/abc==";
    const echo = ({ headers }: RecordedRequest): Reply => {
      const sent = String(headers.authorization).split(" ")[1] ?? "";
      const description = `no ${sent}, ${atob(sent.startsWith("v1/") ? "" : sent)}`;
      return {
        status: 403,
        headers: { "X-Request-Id": sent },
        text: spelled(JSON.stringify({ problem: sent, description })),
      };
    };
    for (const atTheToken of [false, true]) {
      await using incydr = await startIncydr(echo, { clientSecret: secret });
      incydr.respondToTokens(atTheToken ? echo : () => ({ json: { access_token: token, expires_in: 900 } }));
      const error = await refusal(incydr.users.getUser(someUser));
      const shown = everythingOf(error) + (error instanceof Error ? error.message : "");
      const sensitive = atTheToken
        ? ["word\\\\x", "/+=&", btoa(`key-test:${secret}`).slice(4, -4)]
        : ["tok+en", "tok", "en/abc"];
      for (const part of sensitive) expect(shown).not.toContain(part);
    }
  },
);

test("neither a client nor a reader shows the secret or the token if it is inspected", async () => {
  await using server = await startRecordingServer(() => ({ json: { userId: someUser } }));
  await using client = openClient(server.url);
  await client.users.getUser(someUser);
  const shown = everythingOf(client) + everythingOf(createReader(client));
  for (const secret of [testSecret, basic, "incydr-token-1"]) expect(shown).not.toContain(secret);
});

test("a URL to which the secret would go in the open, or with more in it than a host, is refused", () => {
  const open = (url: string) => () => createIncydrClient({ url, clientId: "id", clientSecret: testSecret });
  for (const url of [
    "http://api.us.code42.com",
    "api.us.code42.com",
    "",
    "ftp://api.us.code42.com",
    "https://user:pass@api.us.code42.com",
    "https://api.us.code42.com/v1",
    "https://api.us.code42.com/?a=b",
  ]) {
    expect(open(url), url).toThrow(expect.objectContaining({ code: "invalid" }));
  }
  for (const url of [
    "https://api.us.code42.com",
    "https://api.us.code42.com/",
    "http://127.0.0.1:8080",
    "http://localhost:1",
  ]) {
    expect(open(url), url).not.toThrow();
  }
});

test("a proxy named in the environment never sees a request", async () => {
  await using proxy = await startRecordingServer(() => ({ status: 418 }));
  await using server = await startRecordingServer(() => ({ json: { userId: someUser } }));
  process.env.HTTP_PROXY = proxy.url;
  try {
    await using client = openClient(server.url);
    await client.users.getUser(someUser);
  } finally {
    delete process.env.HTTP_PROXY;
  }
  expect(proxy.requests).toEqual([]);
});
