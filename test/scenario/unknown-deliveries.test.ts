import { describe, expect, test } from "vitest";
import { deliver, everyPayload, type RawDelivery } from "../support/raw-deliveries.ts";
import { auditLength } from "../support/scenario-audit.ts";
import { answerTo, refusedClick } from "../support/scenario-effects.ts";
import { APPROVALS, makeRequest } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";
import { withAction } from "../support/tampers.ts";

const NADIA = "nadia.petrov@harborlight.example";

describe.each(["http", "socket"] as const)("over %s", (delivery) => {
  const world = useWorld({ delivery });

  /** The whole payload of one kind, with another id, and a response URL of Slack. */
  async function unknown(
    type: string,
    change: (payload: Record<string, unknown>) => object,
  ): Promise<RawDelivery> {
    const maya = world().slack.as("maya");
    let responseUrl = "";
    await answerTo(maya, APPROVALS, async () => {
      const { delivery } = await maya.command("/incydr help", { in: APPROVALS });
      responseUrl = String(delivery.envelope.payload.response_url);
    });
    const payloads = everyPayload({
      ...{ slackUserId: "U0MAYA", channelId: "C0APPROVE", privateMetadata: "" },
      responseUrl,
    });
    const found = payloads.find(({ payload }) => (payload.type ?? payload.command) === type);
    if (!found) throw new Error(`There is no payload of the type ${type}.`);
    return { ...found, payload: { ...found.payload, ...change(structuredClone({ ...found.payload })) } };
  }

  const isLogged = (id: string) =>
    world().log.some((line) => line.includes("unknown_delivery") && line.includes(id));

  test.for([
    ["block_actions", "button", { actions: [{ action_id: "from_yesterday" }] }, "from_yesterday"],
    ["message_action", "shortcut", { callback_id: "old_shortcut" }, "old_shortcut"],
    ["/incydr", "command", { command: "/old" }, "/old"],
  ] as const)(
    "a payload %s of a %s that this version doesn't know is acknowledged, answered once and logged",
    async ([type, what, change, id]) => {
      const maya = world().slack.as("maya");
      const sent = await unknown(type, () => change);
      const answer = await answerTo(maya, APPROVALS, async () => {
        expect(await deliver(world().slack, sent)).toMatchObject({ status: 200 });
      });
      expect(answer.plain).toContain(`This ${what} is from another version of the bot. Nothing was done.`);
      expect(isLogged(id)).toBe(true);
      // The bot acknowledges the repeated delivery, and does not answer it again.
      const seen = maya.sees(APPROVALS).length;
      expect(await deliver(world().slack, sent)).toMatchObject({ status: 200 });
      await untilQuiet(world());
      expect(maya.sees(APPROVALS)).toHaveLength(seen);
    },
  );

  test("a form that this version doesn't know is replaced by a notice", async () => {
    const sent = await unknown("view_submission", ({ view }) => ({
      view: { ...(view as object), callback_id: "old_form" },
    }));
    const { status, body } = await deliver(world().slack, sent);
    expect(status).toBe(200);
    expect(body).toMatchObject({ response_action: "update", view: { type: "modal" } });
    expect(JSON.stringify(body)).toContain("This form is from another version of the bot.");
    expect(isLogged("old_form")).toBe(true);
  });

  test("a form that this version doesn't know keeps what was typed if it has a field", async () => {
    const blocks = [{ type: "divider" }, { type: "input", block_id: "why" }];
    const sent = await unknown("view_submission", ({ view }) => ({
      view: { ...(view as object), callback_id: "old_form", blocks },
    }));
    expect(await deliver(world().slack, sent)).toEqual({
      status: 200,
      body: {
        response_action: "errors",
        errors: { why: expect.stringContaining("This form is from another version of the bot.") },
      },
    });
  });

  test("a menu that this version doesn't know gets an empty list", async () => {
    const sent = await unknown("block_suggestion", () => ({ action_id: "old_menu" }));
    expect(await deliver(world().slack, sent)).toEqual({ status: 200, body: { options: [] } });
    expect(isLogged("old_menu")).toBe(true);
  });

  test.for([
    ["view_closed", "form", { view: { callback_id: "old_closing" } }, "old_closing"],
    [
      "message_action",
      "shortcut",
      { type: "shortcut", callback_id: "old_global", response_url: undefined, channel: undefined },
      "old_global",
    ],
    [
      "block_actions",
      "button",
      {
        actions: [{ action_id: "in_a_view" }],
        view: { id: "V1" },
        channel: undefined,
        container: undefined,
        response_url: undefined,
      },
      "in_a_view",
    ],
  ] as const)(
    "a payload %s without a response URL leads to a direct message about the unknown %s",
    async ([type, what, change, id]) => {
      const maya = world().slack.as("maya");
      const earlier = maya.sees("dm").length;
      expect(await deliver(world().slack, await unknown(type, () => change))).toMatchObject({ status: 200 });
      const told = await maya.waitForMessage("dm", () => maya.sees("dm").length > earlier);
      expect(told.plain).toContain(`This ${what} is from another version of the bot.`);
      expect(isLogged(id)).toBe(true);
    },
  );

  test("a payload without a field that the code needs is refused, answered and logged without its values", async () => {
    const maya = world().slack.as("maya");
    const sent = await unknown("block_actions", () => ({
      actions: [{ action_id: "approve", value: "a secret" }],
    }));
    const answer = await answerTo(maya, APPROVALS, async () => {
      expect(await deliver(world().slack, sent)).toMatchObject({ status: 200 });
    });
    expect(answer.plain).toContain("Slack sent incomplete data. Nothing was done.");
    expect(
      world().log.some((line) => line.includes("malformed_delivery") && line.includes("actions.0.")),
    ).toBe(true);
    expect(world().log.join("\n")).not.toContain("a secret");
  });

  test("a payload that names nobody is refused, and an event that nobody listens for is acknowledged", async () => {
    const nobody = await unknown("block_actions", () => ({ user: { id: 5 } }));
    expect(await deliver(world().slack, nobody)).toMatchObject({ status: delivery === "http" ? 400 : 200 });
    const events: object[] = [
      { type: "event_callback", event: { type: "message" } },
      { type: "app_rate_limited" },
    ];
    for (const payload of events)
      expect(await deliver(world().slack, { kind: "events_api", payload: { ...payload } })).toMatchObject({
        status: 200,
      });
  });

  test.for([
    ["approve", ""],
    ["approve", "1; drop table"],
    ["approve", "0x1"],
    ["approve", "9007199254740993"],
    ["revoke_now", "not a number"],
    ["extend", "not a number"],
    ["undo", "not a number"],
    ["subject_deactivate", "two@x.example and three@x.example"],
  ] as const)(
    "the button %s with a value that the bot never gives it is audited and answered, once",
    async ([actionId, value]) => {
      const { slack } = world();
      const theo = slack.as("theo");
      const { card } = await makeRequest(world(), { command: `/incydr roles ${NADIA} add Alert Emails` });
      const { plain } = await refusedClick(world(), "Approve", card, {
        by: "theo",
        rejected: { action: actionId, fault: "forged" },
        tamper: withAction({ action_id: actionId, value }),
      });
      expect(plain).toContain("This button doesn't belong to this bot. Nothing was done.");
      const seen = theo.sees(APPROVALS).length;
      const after = await auditLength(world());
      for (const each of slack.deliveries.slice(-1)) await slack.redeliver(each);
      await untilQuiet(world());
      expect(theo.sees(APPROVALS)).toHaveLength(seen);
      expect(await auditLength(world())).toBe(after);
    },
  );
});
