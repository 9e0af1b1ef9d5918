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
const OLD_FORM = {
  ...{ type: "view_submission", user: USER, response_url: "https://hooks.slack.com/x" },
  view: { callback_id: "from_yesterday", blocks: [{ type: "input", block_id: "reason" }] },
};
const OLD_BUTTON = {
  ...{ type: "block_actions", user: USER, actions: [{ action_id: "from_yesterday" }] },
  // Fields beside the person that can't be read.
  ...{ container: { channel_id: "not a channel" }, channel: 5, trigger_id: "1.1.a" },
};

/**
 * Delivers a body twice, to one bot or to two replicas. `admitted` has the bodies that Bolt got, and `told` the people
 * who got a direct message.
 */
interface Posted {
  readonly channel: string;
  readonly unfurl_links?: boolean;
  readonly unfurl_media?: boolean;
}

async function deliverTwice(body: object, { replicas = 1 } = {}) {
  const admitted: ReceiverEvent["body"][] = [];
  const acks: unknown[] = [];
  const told: string[] = [];
  const logged: string[] = [];
  const claimed = new Set<string>();
  const tell = ({ channel, unfurl_links, unfurl_media }: Posted) => {
    expect([unfurl_links, unfurl_media]).toEqual([false, false]);
    told.push(channel);
  };
  const deps = {
    claimDelivery: async (id: string) => !claimed.has(id) && claimed.add(id).size > 0,
    api: {
      posting: { chat: { postMessage: async (message: Posted) => tell(message) } },
    },
    log: (_what: string, error: Error) => void logged.push(error.message),
  } as unknown as SlackDeps; // nothing else is asked
  const bots = Array.from({ length: replicas }, () => createAdmitDelivery({ apiUrl: null, deps }));
  for (const admit of replicas === 1 ? [...bots, ...bots] : bots) {
    const event = { body: structuredClone(body), ack: async (answer?: unknown) => void acks.push(answer) };
    await admit(event as ReceiverEvent, async ({ body: given, ack }) => {
      admitted.push(given);
      await ack(`answer ${admitted.length}`);
    });
  }
  return { admitted, acks, told, logged };
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
])("a listener gets no field of %s that the bot doesn't read", async (_what, body) => {
  const { admitted } = await deliverTwice({ ...body, token: "legacy-verification-token" });
  expect(admitted[0]).toMatchObject(body);
  expect(admitted[0]).not.toHaveProperty("token");
});

it("a form of another version is answered at its first field alone", async () => {
  const { admitted, acks, told, logged } = await deliverTwice(OLD_FORM);
  const errors = { reason: expect.stringContaining("is from another version of the bot") };
  const ack = { response_action: "errors", errors };
  expect({ admitted, acks, told }).toEqual({ admitted: [], acks: [ack, ack], told: [] });
  expect(logged).toEqual([expect.stringContaining("from_yesterday")]);
});

it.each([1, 2])(
  "a click on a button of another version is answered once by direct message, at %i replicas",
  async (replicas) => {
    const { admitted, acks, told } = await deliverTwice(OLD_BUTTON, { replicas });
    expect({ admitted, acks, told }).toEqual({
      admitted: [],
      acks: [undefined, undefined],
      told: ["U0MAYA"],
    });
  },
);
