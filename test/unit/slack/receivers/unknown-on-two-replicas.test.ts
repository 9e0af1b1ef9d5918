import { expect, it } from "vitest";
import type { SlackDeps } from "../../../../src/slack/listeners/slack-deps.ts";
import { createAdmitDelivery } from "../../../../src/slack/receivers/admit-deliveries.ts";

it("tells a person once that their click is of another version, though two replicas get it", async () => {
  const claimed = new Set<string>();
  const told: unknown[] = [];
  const deps = {
    claimDelivery: async (id: string) => !claimed.has(id) && claimed.add(id).size > 0,
    api: {
      posting: { chat: { postMessage: async ({ channel }: { channel: string }) => told.push(channel) } },
    },
    log: () => {},
  } as unknown as SlackDeps; // nothing else is asked
  const acks: null[] = [];
  const body = {
    type: "block_actions",
    user: { id: "U0MAYA" },
    trigger_id: "1.1.a",
    actions: [{ action_id: "from_yesterday" }],
  };
  for (const admit of [1, 2].map(() => createAdmitDelivery({ apiUrl: null, deps }))) {
    const event = { body, ack: async () => void acks.push(null) };
    await admit(event, () => Promise.reject(new Error("Bolt has no listener for it.")));
  }
  expect(acks).toHaveLength(2);
  expect(told).toEqual(["U0MAYA"]);
});
