import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseLongJsonBody } from "../../../src/incydr/http/json-body.ts";
import { readServerErrorDetail } from "../../../src/incydr/http/server-error-detail.ts";
import { someUser, startIncydr } from "./recorded-incydr.ts";
import { openClient } from "./recording-server.ts";

describe("the size of an answer is bounded", () => {
  const bomb = Buffer.alloc(64 * 1024 * 1024, " ");

  test.each([
    ["gzip", gzipSync(bomb)],
    ["br", brotliCompressSync(bomb)],
  ])("also once it is unpacked: %s", async (encoding, packed) => {
    const server = createServer((request, response) => {
      if (request.url?.startsWith("/v1/oauth")) {
        response.end(JSON.stringify({ access_token: "incydr-token-1", expires_in: 900 }));
        return;
      }
      response.writeHead(200, { "Content-Encoding": encoding }).end(packed);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // listening on TCP
    await using client = openClient(`http://127.0.0.1:${port}`);
    await expect(client.users.getUser(someUser)).rejects.toMatchObject({
      code: "unexpected_answer",
      message: expect.stringContaining("too large"),
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([200, 404, 500])(
    "and so is how deep it nests: an answer of %i is none of Incydr's",
    async (status) => {
      const deep = `${'[{"a":'.repeat(5000)}1${"}]".repeat(5000)}`;
      await using incydr = await startIncydr(() => ({ status, text: deep }));
      await expect(incydr.users.listRoles({ deadlineMs: 20_000 })).rejects.toMatchObject({
        code: status === 500 ? "unavailable" : "unexpected_answer",
      });
    },
  );
});

test("JSON is read as deep as Incydr nests, and brackets within texts don't count", async () => {
  const text = JSON.stringify({
    note: "[[[".repeat(500),
    quoted: '"[{\\'.repeat(500),
    list: [[[{ a: [] }]]],
  });
  expect(await parseLongJsonBody(text)).toEqual(JSON.parse(text));
  await expect(parseLongJsonBody("[".repeat(65) + "]".repeat(65))).rejects.toThrow(SyntaxError);
  await expect(parseLongJsonBody('{"a": "')).rejects.toThrow(SyntaxError);
});

test.each([
  ["backslashes", "\\".repeat(65_536)],
  ["nested arrays", "[".repeat(65_536)],
  ["nested objects", '{"a":'.repeat(13_000)],
  ["escaped quotes", `"${'\\"'.repeat(32_000)}"`],
  ["a long description", JSON.stringify([{ name: "X", description: "y ".repeat(30_000) }])],
])("an error body of 64 KB of %s becomes at most 500 characters", (_, body) => {
  const { text: detail } = readServerErrorDetail(body, (text) => text);
  expect(detail?.length ?? 0).toBeLessThanOrEqual(500);
});
