import { createServer, type RequestListener } from "node:http";
import { WebAPIPlatformError } from "@slack/web-api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BulkFileError } from "../../../../src/change-requests/index.ts";
import { createHandedInFiles } from "../../../../src/slack/posting/handed-in-files.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";

/** The host that stands for Slack's; it answers as each test says. */
let answer: RequestListener = () => {};
let asked: { readonly path: string; readonly authorization: string | undefined }[] = [];
const server = createServer((request, response) => {
  asked.push({ path: request.url ?? "", authorization: request.headers.authorization });
  answer(request, response);
});
let host = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  host = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => void server.close());

/** Reads a file of which Slack says this; `apiUrl` is what is configured, the stand-in unless said. */
function read(file: Record<string, unknown>, apiUrl: string | null = `${host}/api/`): Promise<string> {
  const info = async () => ({ ok: true, file: { user: "U0MAYA", size: 20, ...file } });
  const api = { reading: { files: { info } } } as unknown as SlackApi; // nothing else is asked
  return createHandedInFiles({ api, token: "xoxb-secret", apiUrl }).read("F1", "U0MAYA");
}
const answering =
  (
    body: string | Buffer,
    headers: Record<string, string> = { "content-type": "text/csv" },
  ): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, headers).end(body);

test("a file is read from Slack's host, with the bot's token", async () => {
  answer = answering("user\nann@x.example\n");
  expect(await read({ url_private_download: `${host}/files/download/leavers.csv` })).toBe(
    "user\nann@x.example\n",
  );
  expect(asked).toEqual([{ path: "/files/download/leavers.csv", authorization: "Bearer xoxb-secret" }]);
});

describe("wherever else it lies, the token isn't sent there:", () => {
  test.for([
    "https://files.slack.com.evil.example/f.csv",
    "https://files.slack.com@evil.example/f.csv",
    "http://files.slack.com/f.csv",
    "https://files.slack.com:8443/f.csv",
    "https://slack-files.example/f.csv",
    "file:///etc/passwd",
    "nowhere",
  ])("%s", async (address) => {
    await expect(read({ url_private_download: address }, null)).rejects.toMatchObject({
      data: { kind: "elsewhere" },
    });
    expect(asked).toEqual([]);
  });

  test("the sandbox's host, where nothing is configured", async () => {
    await expect(read({ url_private: `${host}/f.csv` }, null)).rejects.toMatchObject({
      data: { kind: "elsewhere" },
    });
    expect(asked).toEqual([]);
  });

  test("a host that Slack's own sends on to", async () => {
    let wasLed = false;
    const elsewhere = createServer((_request, response) => {
      wasLed = true;
      response.end("user\n");
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    const at = elsewhere.address();
    const port = typeof at === "object" ? at?.port : 0;
    answer = (_request, response) =>
      void response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end();
    await expect(read({ url_private: `${host}/f.csv` })).rejects.toMatchObject({
      data: { kind: "unreadable" },
    });
    expect(wasLed).toBe(false);
    elsewhere.close();
  });
});

test("of two addresses the one for downloads is read", async () => {
  answer = answering("user\n");
  await read({ url_private: `${host}/page`, url_private_download: `${host}/download` });
  expect(asked.map(({ path }) => path)).toEqual(["/download"]);
});

test("a file of exactly 1 MB is read", async () => {
  answer = answering(Buffer.alloc(1_048_576, "a"));
  expect(await read({ size: 1_048_576, url_private: `${host}/f.csv` })).toHaveLength(1_048_576);
});

test("a file of which Slack can't be asked now isn't refused as gone, and is read later", async () => {
  const outage = new WebAPIPlatformError({ ok: false, error: "internal_error" });
  const info = () => Promise.reject(outage);
  const api = { reading: { files: { info } } } as unknown as SlackApi; // nothing else is asked
  const reading = createHandedInFiles({ api, token: "xoxb-secret", apiUrl: null }).read("F1", "U0MAYA");
  await expect(reading).rejects.toBe(outage);
});

describe("a file is refused that", () => {
  test("has no known owner", async () => {
    await expect(read({ user: undefined, url_private: `${host}/f.csv` })).rejects.toMatchObject({
      data: { kind: "of_another" },
    });
    expect(asked).toEqual([]);
  });

  test("somebody else uploaded", async () => {
    await expect(read({ user: "U0SAM", url_private: `${host}/f.csv` })).rejects.toMatchObject({
      data: { kind: "of_another" },
    });
    expect(asked).toEqual([]);
  });

  test("is said to be larger than 1 MB", async () => {
    await expect(read({ size: 1_048_577, url_private: `${host}/f.csv` })).rejects.toMatchObject({
      data: { kind: "too_large" },
    });
    expect(asked).toEqual([]);
  });

  test("is larger than it is said to be", async () => {
    answer = answering(Buffer.alloc(1_048_577, "a"));
    await expect(read({ url_private: `${host}/f.csv` })).rejects.toMatchObject({
      data: { kind: "too_large" },
    });
  });

  test.for([
    ["a spreadsheet", Buffer.from([0x50, 0x4b, 3, 4, 0, 0])],
    ["a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ] as const)("is no text: %s", async ([, body]) => {
    answer = answering(body, {});
    await expect(read({ url_private: `${host}/f.csv` })).rejects.toMatchObject({ data: { kind: "no_text" } });
  });

  test.for([
    ["by its type", "Sign in", "text/html; charset=utf-8"],
    ["by its beginning", "\uFEFF\n<!DOCTYPE html><title>Sign in</title>", "text/plain"],
    ["by its beginning, in capitals", "<HTML><body>Sign in", "application/octet-stream"],
  ] as const)("is a web page %s", async ([, body, type]) => {
    answer = answering(body, { "content-type": type });
    await expect(read({ url_private: `${host}/f.csv` })).rejects.toMatchObject({
      data: { kind: "web_page" },
    });
  });

  test("can't be fetched", async () => {
    answer = (_request, response) => void response.writeHead(403).end();
    await expect(read({ url_private: `${host}/f.csv` })).rejects.toMatchObject({
      data: { kind: "unreadable", detail: "Slack answered 403." },
    });
  });
});

test("a file that the bot may not read for want of a scope is refused with the scope", async () => {
  const refusal = { ok: false, error: "missing_scope", needed: "files:read" };
  const info = () => Promise.reject(new WebAPIPlatformError(refusal as never)); // Slack's own type lacks it
  const api = { reading: { files: { info } } } as unknown as SlackApi; // nothing else is asked
  const reading = createHandedInFiles({ api, token: "xoxb-secret", apiUrl: null }).read("F1", "U0MAYA");
  await expect(reading).rejects.toThrow(BulkFileError);
  await expect(reading).rejects.toMatchObject({ data: { kind: "missing_scope", scopes: "files:read" } });
});
