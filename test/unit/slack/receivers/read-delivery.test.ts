import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { NO_RESPONSE_URL } from "../../../../src/slack/posting/respond-at.ts";
import { createReadDelivery, type Delivery } from "../../../../src/slack/receivers/read-delivery.ts";
import { everyPayload, type RawDelivery } from "../../../support/raw-deliveries.ts";
import { everyEntryPoint } from "../../../support/registered-listeners.ts";

const API_ORIGIN = "http://127.0.0.1:8080";
const RESPONSE_URL = `${API_ORIGIN}/actions/T0/1/x`;
const readDelivery = createReadDelivery({ apiUrl: `${API_ORIGIN}/api/` });
const PAYLOADS = everyPayload({
  ...{ slackUserId: "U0MAYA", channelId: "C0APPROVE", responseUrl: RESPONSE_URL },
  privateMetadata: "0b0f5a5e-0000-4000-8000-000000000000",
});

/** The kind and id of a payload, such as `block_actions approve`. */
function nameOf({ payload }: RawDelivery): string {
  const { command, text, type, event, actions, view, action_id, callback_id } = payload as Record<
    string,
    never
  >; // as above
  if (command) return `${command} ${text}`;
  const { type: eventType } = (event ?? {}) as { type?: string };
  if (eventType) return `event ${eventType}`;
  const [action] = (actions ?? []) as { action_id: string }[];
  const { callback_id: viewId } = (view ?? {}) as { callback_id?: string };
  return `${type} ${action?.action_id ?? action_id ?? callback_id ?? viewId}`;
}

function payloadOf(name: string): Record<string, unknown> {
  const found = PAYLOADS.find((each) => nameOf(each) === name);
  if (!found) throw new Error(`There is no payload ${name}.`);
  return structuredClone(found.payload) as Record<string, unknown>;
}

test("each listener of the bot is reached by a payload that is read here", () => {
  const entryPoints = everyEntryPoint().filter(
    (entryPoint) => !entryPoint.startsWith("job ") && entryPoint !== "command /incydr",
  );
  const names = PAYLOADS.map(nameOf)
    .map((name) => name.replace("block_actions", "action").replace("message_action", "shortcut"))
    .map((name) => name.replace("block_suggestion", "options"));
  expect(entryPoints.filter((entryPoint) => !names.includes(entryPoint))).toEqual([]);
});

test.for(
  PAYLOADS.filter((each) => nameOf(each) !== "view_submission draft_notice").map(
    (each) => [nameOf(each), each] as const,
  ),
)("the whole payload %s of Slack's is known", ([, { payload }]) => {
  expect(readDelivery(payload)).toMatchObject({ is: "known" });
});

describe("a payload without a needed field", () => {
  it.each([
    ["/incydr roles", "user_id", "user_id"],
    ["/incydr roles", "trigger_id", "trigger_id"],
    ["/incydr roles", "channel_id", "channel_id"],
    ["block_actions approve", "user", "user"],
    ["block_actions approve", "trigger_id", "trigger_id"],
    ["block_actions approve", "actions", "actions"],
    ["view_submission draft_form", "user", "user"],
    ["view_submission draft_form", "view", "view"],
    ["message_action act_on_user", "message", "message"],
    ["message_action act_on_user", "channel", "channel"],
    ["message_action act_on_user", "message_ts", "message_ts"],
    ["event subteam_updated", "event", "event"],
  ])("the payload %s without %s is malformed at the path %s", (name, field, path) => {
    const { [field]: _, ...rest } = payloadOf(name);
    const read = readDelivery(rest);
    expect(read).toMatchObject({ is: "malformed", path });
  });

  it.each([
    ["block_actions approve", "actions.0.action_ts", undefined],
    ["block_actions approve", "actions.0.block_id", undefined],
    ["block_actions approve", "user.id", undefined],
    ["block_actions approve", "user.id", "U0 MAYA"],
    ["view_submission draft_form", "view.state.values", undefined],
    ["view_submission draft_form", "view.private_metadata", undefined],
    ["view_submission draft_form", "view.title", undefined],
    ["view_submission draft_form", "view.state.values.reason.value.value", 5],
    ["event subteam_updated", "event.subteam", undefined],
    ["event subteam_updated", "event.subteam.id", 5],
  ])("the payload %s is malformed at the field %s if that is %j", (name, path, value) => {
    const body = payloadOf(name);
    const fields = path.split(".");
    const last = fields.pop() ?? "";
    // Every field on the way is an object in a whole payload.
    const parent = fields.reduce((each, field) => each[field] as Record<string, unknown>, body);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
    expect(readDelivery(body)).toMatchObject({ is: "malformed", path });
  });
});

test("a listener gets the fields that the bot reads, and no others", () => {
  const read = readDelivery({ ...payloadOf("block_actions approve"), authorizations: [null], enterprise: 5 });
  expect(read.is === "known" && Object.keys(read.body).sort()).toEqual(
    ["actions", "channel", "container", "message", "response_url", "trigger_id", "type", "user"].sort(),
  );
});

test.for([
  ["https://hooks.slack.com/actions/T0/1/x", "https://hooks.slack.com/actions/T0/1/x"],
  [RESPONSE_URL, RESPONSE_URL],
  ["https://hooks.slack.com.example/actions", NO_RESPONSE_URL],
  ["https://hooks.slack.com@169.254.169.254/latest", NO_RESPONSE_URL],
  ["http://hooks.slack.com/actions/T0/1/x", NO_RESPONSE_URL],
  ["http://127.0.0.1:9/none", NO_RESPONSE_URL],
  ["file:///etc/passwd", NO_RESPONSE_URL],
  ["nowhere", NO_RESPONSE_URL],
  [undefined, NO_RESPONSE_URL],
] as const)("for the response URL %s the bot uses %s", ([given, used]) => {
  const read = readDelivery({ ...payloadOf("block_actions approve"), response_url: given });
  expect(read).toMatchObject({ is: "known", body: { response_url: used } });
});

test.for([
  [
    "block_actions approve",
    { actions: [{ action_id: "from_yesterday" }] },
    "button",
    "from_yesterday",
    "empty",
  ],
  ["block_actions approve", { channel: undefined, view: { id: "V1" } }, "button", "approve", "empty"],
  ["view_submission draft_form", { view: { callback_id: "old_form" } }, "form", "old_form", "view"],
  ["view_closed draft_notice", { view: { callback_id: "draft_form" } }, "form", "draft_form", "empty"],
  ["block_suggestion draft_org", { action_id: "old_menu" }, "menu", "old_menu", "options"],
  ["message_action act_on_user", { callback_id: "old" }, "shortcut", "old", "empty"],
  ["message_action act_on_user", { type: "shortcut" }, "shortcut", "act_on_user", "empty"],
  ["message_action act_on_user", { type: "dialog_submission" }, "interaction", "act_on_user", "empty"],
  ["/incydr roles", { command: "/old" }, "command", "/old", "empty"],
  ["block_actions approve", { actions: [{ action_id: "a\n\u202Eb" }] }, "button", "a??b", "empty"],
] as const)(
  "the payload %s with %j is an unknown %s with the id %s, acknowledged as %s",
  ([name, more, what, id, ack]) => {
    const read = readDelivery({ ...payloadOf(name), ...more });
    expect(read).toMatchObject({ is: "unknown", what, id, ack, sender: { slackUserId: "U0MAYA" } });
  },
);

test("an event that the bot doesn't listen for, and a notice of Slack's without a person, are ignored", () => {
  expect(readDelivery({ type: "event_callback", event: { type: "message" } })).toEqual({ is: "ignored" });
  expect(readDelivery({ type: "app_rate_limited", minute_rate_limited: 1 })).toEqual({ is: "ignored" });
});

test("no payload makes its reading fail, and no value of it is in the refusal", () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom("__proto__", "constructor", "toString"),
  );
  const key = fc.constantFrom(
    "type",
    "user",
    "actions",
    "view",
    "channel",
    "command",
    "event",
    "callback_id",
  );
  const spoilt = fc
    .tuple(fc.constantFrom(...PAYLOADS), fc.dictionary(key, value, { maxKeys: 3 }))
    .map(([{ payload }, more]) => ({ ...payload, ...more }));
  fc.assert(
    fc.property(fc.oneof(spoilt, value), (body) => {
      const kinds: Delivery["is"][] = ["known", "ignored", "unknown", "malformed"];
      const read = readDelivery(body);
      expect(kinds).toContain(read.is);
      if (read.is === "malformed") expect(read.path).toMatch(/^[\x20-\x7E]{0,100}$/);
    }),
    { numRuns: 2_000 },
  );
});
