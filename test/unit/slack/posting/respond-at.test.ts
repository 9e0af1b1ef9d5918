import { json } from "node:stream/consumers";
import { expect, it } from "vitest";
import {
  AnswerNotTakenError,
  NO_RESPONSE_URL,
  NoResponseUrlError,
  respondAt,
} from "../../../../src/slack/posting/respond-at.ts";
import { message } from "../../../../src/slack/texts/message.ts";
import { answering, serve } from "../../../support/http-server.ts";

const DONE = message("Done.", []);

it("a message is shown to its person alone, and replaces no message", async () => {
  const sent: unknown[] = [];
  const url = await serve((request, response) => {
    json(request).then((body) => {
      sent.push({ type: request.headers["content-type"], body });
      response.end("ok");
    });
  });
  await respondAt(url, DONE);
  const shown = {
    response_type: "ephemeral",
    replace_original: false,
    unfurl_links: false,
    unfurl_media: false,
  };
  const body = { ...shown, ...DONE };
  expect(sent).toEqual([{ type: "application/json", body }]);
});

it.each([
  [200, "ok"],
  [200, ""],
  [200, '{"ok": true}'],
] as const)("a message whose response URL answers %i with “%s” counts as taken", async (status, body) => {
  await expect(respondAt(await serve(answering(status, body)), DONE)).resolves.toBeUndefined();
});

it.each([
  [200, '{"ok": false, "error": "expired_url"}'],
  [200, "<html>Sign in</html>"],
  [302, ""],
  [404, "expired_url"],
  [429, ""],
  [500, ""],
] as const)(
  "a message whose response URL answers %i with “%s” does not count as taken",
  async (status, body) => {
    const headers = { location: "/elsewhere" };
    const sent = respondAt(await serve(answering(status, body, headers)), DONE);
    await expect(sent).rejects.toThrow(AnswerNotTakenError);
  },
);

it("a message whose response URL gives no answer, half an answer or no connection is given up", async () => {
  const silent = await serve(() => {});
  await expect(respondAt(silent, DONE, { timeoutMs: 50 })).rejects.toThrow(/abort/);
  const half = await serve(
    (_, response) => void response.writeHead(200, { "content-length": "9" }).write("o"),
  );
  await expect(respondAt(half, DONE, { timeoutMs: 50 })).rejects.toThrow(/abort/);
  const cut = await serve((request) => void request.socket.destroy());
  await expect(respondAt(cut, DONE)).rejects.toThrow(/hang up|ECONNRESET/);
  await expect(respondAt(NO_RESPONSE_URL, DONE)).rejects.toThrow(NoResponseUrlError);
});
