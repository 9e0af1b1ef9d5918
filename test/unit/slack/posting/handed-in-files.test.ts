import type { RequestListener } from "node:http";
import { WebAPIPlatformError } from "@slack/web-api";
import { beforeEach, expect, test } from "vitest";
import { BulkFileError } from "../../../../src/change-requests/index.ts";
import { createHandedInFiles } from "../../../../src/slack/posting/handed-in-files.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { answering, serve } from "../../../support/http-server.ts";

/** The host that stands for Slack's, its answer to each request, and the requests. */
let host: string;
let answer: RequestListener;
let asked: { readonly path: string; readonly authorization: string | undefined }[];
beforeEach(async () => {
  answer = csv("user\n");
  asked = [];
  host = await serve((request, response) => {
    asked.push({ path: request.url ?? "", authorization: request.headers.authorization });
    answer(request, response);
  });
});

const csv = (body: string | Buffer) => answering(200, body, { "content-type": "text/csv" });

/**
 * The files of a Slack that describes each file like this; `apiUrl` is the configured address, by default the stand-in.
 */
function readFrom(info: () => Promise<unknown>, apiUrl: string | null = `${host}/api/`): Promise<string> {
  const api = { reading: { files: { info } } } as unknown as SlackApi; // nothing else is asked
  return createHandedInFiles({ api, token: "xoxb-secret", apiUrl }).read("F1", "U0MAYA");
}

/** Reads Maya's file of 20 bytes at `f.csv`, with these changed fields. */
function read(file: Record<string, unknown> = {}, apiUrl?: null): Promise<string> {
  const whole = { user: "U0MAYA", size: 20, url_private: `${host}/f.csv`, ...file };
  return readFrom(async () => ({ ok: true, file: whole }), apiUrl);
}

test("a file is read from Slack's host with the bot's token, at the address for downloads", async () => {
  answer = csv("user\nann@x.example\n");
  const url_private_download = `${host}/files/download/leavers.csv`;
  expect(await read({ url_private_download })).toBe("user\nann@x.example\n");
  expect(asked).toEqual([{ path: "/files/download/leavers.csv", authorization: "Bearer xoxb-secret" }]);
});

test.for([
  "https://files.slack.com.evil.example/f.csv",
  "https://files.slack.com@evil.example/f.csv",
  "http://files.slack.com/f.csv",
  "https://files.slack.com:8443/f.csv",
  "https://slack-files.example/f.csv",
  "file:///etc/passwd",
  "nowhere",
  "the sandbox's host, which isn't configured",
])("the token is not sent to %s", async (address) => {
  const file = address.startsWith("the sandbox") ? {} : { url_private_download: address };
  await expect(read(file, null)).rejects.toMatchObject({ data: { kind: "elsewhere" } });
  expect(asked).toEqual([]);
});

test("the token is not sent to a host to which Slack's own redirects", async () => {
  let wasLed = false;
  const elsewhere = await serve((_request, response) => {
    wasLed = true;
    response.end("user\n");
  });
  answer = answering(302, "", { location: `${elsewhere}/` });
  await expect(read()).rejects.toMatchObject({ data: { kind: "unreadable" } });
  expect(wasLed).toBe(false);
});

test("a file of exactly 1 MB is read", async () => {
  answer = csv(Buffer.alloc(1_048_576, "a"));
  expect(await read({ size: 1_048_576 })).toHaveLength(1_048_576);
});

test.for([
  ["has no known owner", { user: undefined }, "of_another"],
  ["another person uploaded", { user: "U0SAM" }, "of_another"],
  ["is larger than 1 MB by its description", { size: 1_048_577 }, "too_large"],
] as const)("a file that %s is refused without being fetched", async ([, file, kind]) => {
  await expect(read(file)).rejects.toMatchObject({ data: { kind } });
  expect(asked).toEqual([]);
});

test.for<[string, RequestListener, object]>([
  ["is larger than described", csv(Buffer.alloc(1_048_577, "a")), { kind: "too_large" }],
  ["is a spreadsheet", answering(200, Buffer.from([0x50, 0x4b, 3, 4, 0, 0])), { kind: "no_text" }],
  ["is a picture", answering(200, Buffer.from([0x89, 0x50, 0x4e, 0x47])), { kind: "no_text" }],
  ["is a web page by its type", page("Sign in", "text/html; charset=utf-8"), { kind: "web_page" }],
  [
    "is a web page by its beginning",
    page("\uFEFF\n<!DOCTYPE html><title>Sign in</title>", "text/plain"),
    { kind: "web_page" },
  ],
  [
    "is a web page by its beginning in capitals",
    page("<HTML><body>Sign in", "application/octet-stream"),
    { kind: "web_page" },
  ],
  ["can't be fetched", answering(403), { kind: "unreadable", detail: "Slack answered 403." }],
])("a file that %s is refused", async ([, answered, data]) => {
  answer = answered;
  await expect(read()).rejects.toMatchObject({ data });
});

function page(body: string, type: string): RequestListener {
  return answering(200, body, { "content-type": type });
}

test("a file that Slack can't describe now is not refused, and is read later", async () => {
  const outage = new WebAPIPlatformError({ ok: false, error: "internal_error" });
  await expect(readFrom(() => Promise.reject(outage))).rejects.toBe(outage);
});

test("a file that the bot can't read for want of a scope is refused with the scope", async () => {
  const refusal = { ok: false, error: "missing_scope", needed: "files:read" };
  const reading = readFrom(() => Promise.reject(new WebAPIPlatformError(refusal as never))); // Slack's own type lacks it
  await expect(reading).rejects.toThrow(BulkFileError);
  await expect(reading).rejects.toMatchObject({ data: { kind: "missing_scope", scopes: "files:read" } });
});
