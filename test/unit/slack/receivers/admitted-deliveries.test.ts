import type { ReceiverEvent } from "@slack/bolt";
import { expect, it } from "vitest";
import type { SlackDeps } from "../../../../src/slack/listeners/slack-deps.ts";
import { createAdmitDelivery } from "../../../../src/slack/receivers/admit-deliveries.ts";

const USER = { id: "U0MAYA" };
const MENU = {
  ...{ type: "block_suggestion", user: USER, action_id: "draft_org", value: "Sal" },
  view: { private_metadata: "0b0f5a5e-0000-4000-8000-000000000000" },
};
const EVENT = { event: { type: "subteam_members_changed", subteam_id: "S0LEADS" } };
const COMMAND = {
  ...{ command: "/incydr", text: "help", user_id: USER.id, channel_id: "C0APPROVE", trigger_id: "1.1.a" },
  response_url: "https://hooks.slack.com/commands/1",
};

/** Delivers this twice to one bot; resolves to the bodies that Bolt got, and to the acks. */
async function deliverTwice(body: object) {
  const admitted: ReceiverEvent["body"][] = [];
  const acks: unknown[] = [];
  const admit = createAdmitDelivery({ apiUrl: null, deps: {} as SlackDeps }); // nothing of it is asked
  for (const _time of [1, 2]) {
    const event = { body: structuredClone(body), ack: async (answer?: unknown) => void acks.push(answer) };
    await admit(event as ReceiverEvent, async ({ body: given, ack }) => {
      admitted.push(given);
      await ack(`answer ${admitted.length}`);
    });
  }
  return { admitted, acks };
}

it("a menu that asks for the same letters again is given options again", async () => {
  const { admitted, acks } = await deliverTwice(MENU);
  expect(admitted).toHaveLength(2);
  expect(acks).toEqual(["answer 1", "answer 2"]);
});

it("a group's second change, whose event looks like the first one, is read from Slack again", async () => {
  expect((await deliverTwice(EVENT)).admitted).toHaveLength(2);
});

it("a command that Slack repeats is carried out once, and acknowledged each time", async () => {
  const { admitted, acks } = await deliverTwice(COMMAND);
  expect(admitted).toHaveLength(1);
  expect(acks).toEqual(["answer 1", "answer 1"]);
});

it.each([
  ["a menu", MENU],
  ["an event", EVENT],
  ["a command", COMMAND],
])("no field that the bot doesn't read reaches a listener with %s", async (_what, body) => {
  const { admitted } = await deliverTwice({ ...body, token: "legacy-verification-token" });
  expect(admitted[0]).toMatchObject(body);
  expect(admitted[0]).not.toHaveProperty("token");
});
