import { createServer } from "node:http";
import type { ReceiverEvent } from "@slack/bolt";
import { expect, it } from "vitest";
import type { SlackDeps } from "../../../../src/slack/listeners/slack-deps.ts";
import { createAdmitDelivery } from "../../../../src/slack/receivers/admit-deliveries.ts";
import { respondAt } from "../../../../src/slack/receivers/respond-at.ts";

const FORM = {
  ...{ type: "view_submission", user: { id: "U0MAYA" }, response_url: "https://hooks.slack.com/x" },
  view: { callback_id: "from_yesterday", blocks: [{ type: "input", block_id: "reason" }] },
};

/** Delivers this once; resolves to how it was acknowledged, who was told by direct message, and what was logged. */
async function deliver(body: object) {
  const acks: unknown[] = [];
  const told: string[] = [];
  const logged: string[] = [];
  const deps = {
    claimDelivery: async () => true,
    api: {
      posting: { chat: { postMessage: async ({ channel }: { channel: string }) => told.push(channel) } },
    },
    log: (_what: string, error: Error) => void logged.push(error.message),
  } as unknown as SlackDeps; // nothing else is asked
  const admit = createAdmitDelivery({ apiUrl: null, deps });
  const event = { body, ack: async (answer?: unknown) => void acks.push(answer) };
  await admit(event as ReceiverEvent, () => Promise.reject(new Error("Bolt has no listener for it.")));
  return { acks, told, logged };
}

it("a form of another version is answered at its first field, and by no second answer", async () => {
  const { acks, told, logged } = await deliver(FORM);
  const errors = { reason: expect.stringContaining("is from another version of the bot") };
  expect(acks).toEqual([{ response_action: "errors", errors }]);
  expect(told).toEqual([]);
  expect(logged).toEqual([expect.stringContaining("from_yesterday")]);
});

it("a button of another version is answered by direct message, though a field beside the person can't be read", async () => {
  const body = {
    ...{ type: "block_actions", user: { id: "U0MAYA" }, actions: [{ action_id: "from_yesterday" }] },
    ...{ container: { channel_id: "not a channel" }, channel: 5, trigger_id: "1.1.a" },
  };
  expect(await deliver(body)).toMatchObject({ acks: [undefined], told: ["U0MAYA"] });
});

it.each([
  [200, "ok", true],
  [200, '{"ok": false, "error": "expired_url"}', false],
  [200, "<html>Sign in</html>", false],
  [404, "expired_url", false],
  [500, "", false],
] as const)(
  "an answer to a response URL that gives %i with “%s” counts as taken: %s",
  async (status, body, isTaken) => {
    await using server = createServer((_request, response) => void response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const respond = respondAt(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`);
    const sent = respond({ text: "Done." }).then(
      () => true,
      () => false,
    );
    expect(await sent).toBe(isTaken);
  },
);
