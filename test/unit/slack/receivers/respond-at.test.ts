import { expect, it } from "vitest";
import { respondAt } from "../../../../src/slack/receivers/respond-at.ts";
import { answering, serve } from "../../../support/http-server.ts";

it.each([
  [200, "ok", true],
  [200, '{"ok": false, "error": "expired_url"}', false],
  [200, "<html>Sign in</html>", false],
  [404, "expired_url", false],
  [500, "", false],
] as const)(
  "a message whose response URL answers %i with “%s” counts as taken: %s",
  async (status, body, isTaken) => {
    const respond = respondAt(await serve(answering(status, body)));
    const sent = respond({ text: "Done." }).then(
      () => true,
      () => false,
    );
    expect(await sent).toBe(isTaken);
  },
);
