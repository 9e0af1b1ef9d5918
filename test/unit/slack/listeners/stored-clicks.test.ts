import { expect, it } from "vitest";
import { ACTION_IDS, VIEW_IDS } from "../../../../src/slack/ids/registrations.ts";
import { LISTENERS } from "../../../../src/slack/listeners/listeners.ts";
import { denialFormView, REASON_BLOCK } from "../../../../src/slack/views/reason-form-view.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { CARD, click, SHOWN, send, setUpListeners } from "../../../support/heard-listeners.ts";

const AWAY = new Error("The database is away.");

/** The id under which the one click is stored. */
function idOf({ done }: { readonly done: readonly [string, ...unknown[]][] }): string {
  const [[, job] = []] = done;
  return (job as { click: { clickId: string } }).click.clickId; // the job of a click
}

it.each([
  ...(["approve", "cancel", "renew", "ratify", "pause", "resume", "stop"] as const),
  ...(["list", "revokeNow"] as const),
])("a click on %s that can't be stored is not acked, so that Slack says so", async (name) => {
  const { hear, steps } = setUpListeners({ fails: AWAY });
  const actionId = ACTION_IDS[name];
  await expect(hear(LISTENERS.buttons[actionId], click(actionId))).rejects.toThrow(AWAY);
  expect(steps).toEqual(["enqueue"]);
});

it("a click has one id for all its deliveries, and differs by person, time, request and button", async () => {
  const pressed = async (name: "approve" | "cancel", more: Parameters<typeof click>[1] = {}) =>
    idOf(await setUpListeners().hear(LISTENERS.buttons[ACTION_IDS[name]], click(ACTION_IDS[name], more)));
  const first = await pressed("approve");
  expect(await pressed("approve")).toBe(first);
  const others = [
    await pressed("approve", { body: { user: { id: "U0PRIYA" } } }),
    await pressed("approve", { action: { action_ts: "18.5" } }),
    await pressed("approve", { action: { value: "8" } }),
    await pressed("cancel"),
  ];
  expect(new Set([first, ...others]).size).toBe(5);
});

/** Sends the form that asks why CR-7 is denied. */
function sendReason(reason: string, sent: { viewId?: string; by?: string } = {}, fails: Error | null = null) {
  const opened = { requestId: 7, shownSnapshot: SHOWN, place: CARD };
  const metadata = denialFormView(someRequest({ id: 7 }), opened).private_metadata ?? "";
  const values = { [REASON_BLOCK]: { value: { type: "plain_text_input", value: reason } } };
  return send(LISTENERS.submissions[VIEW_IDS.denialForm], { metadata, values, ...sent }, { fails });
}

it("a reason has one id for all deliveries of its form, and differs by form and person", async () => {
  const first = idOf(await sendReason("Not now"));
  expect(idOf(await sendReason("Not now"))).toBe(first);
  const others = [
    idOf(await sendReason("Not now", { viewId: "V2" })),
    idOf(await sendReason("Not now", { by: "U0PRIYA" })),
  ];
  expect(new Set([first, ...others]).size).toBe(3);
});

it.each([
  ["can't be stored", "Not now", AWAY, ["enqueue", "acked"]],
  ["is empty", "", null, ["acked"]],
  ["is blank", "  ", null, ["acked"]],
])("a reason that %s stays in its form, with an error", async (_what, reason, fails, expected) => {
  const { acks, steps } = await sendReason(reason, {}, fails);
  expect(acks).toMatchObject([{ response_action: "errors" }]);
  expect(steps).toEqual(expected);
});
