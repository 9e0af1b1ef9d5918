import { describe, expect, it } from "vitest";
import { ACTION_IDS, MENU_IDS, VIEW_IDS } from "../../../../src/slack/ids/registrations.ts";
import { LISTENERS } from "../../../../src/slack/listeners/listeners.ts";
import { CHOICE_BLOCKS } from "../../../../src/slack/views/choose-subject-view.ts";
import { denialFormView, REASON_BLOCK } from "../../../../src/slack/views/reason-form-view.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import {
  CARD,
  DRAFT,
  press,
  SHOWN,
  send,
  setUpListeners,
  shortcut,
} from "../../../support/heard-listeners.ts";

const CLICK = { clickId: expect.any(String), requestId: 7, slackUserId: "U0THEO", place: CARD };

describe("each button of a card that leaves a job", () => {
  it.each<[keyof typeof ACTION_IDS, object]>([
    [
      "approve",
      { kind: "decide", click: { ...CLICK, shownSnapshot: SHOWN, verdict: "approval", reason: null } },
    ],
    ["cancel", { kind: "cancel", click: CLICK }],
    ["renew", { kind: "renew", click: CLICK }],
    ["ratify", { kind: "ratify", click: { ...CLICK, event: "ratify", reason: null } }],
    ["pause", { kind: "control_bulk", click: CLICK, control: "pause" }],
    ["resume", { kind: "control_bulk", click: CLICK, control: "resume" }],
    ["stop", { kind: "control_bulk", click: CLICK, control: "stop" }],
    ["list", { kind: "send_list", click: CLICK }],
    ["revokeNow", { kind: "revoke_grants", click: CLICK }],
  ])(
    "asks for what its name says, of its request, for the person, and nothing else: %s",
    async (name, job) => {
      const { done, acks } = await press(ACTION_IDS[name]);
      expect(done).toEqual([["enqueue", job]]);
      expect(acks).toHaveLength(1);
    },
  );
});

it("a click is answered in the channel of its container where Slack names no other", async () => {
  const { done } = await setUpListeners().hear(LISTENERS.buttons[ACTION_IDS.cancel], {
    body: { user: { id: "U0THEO" }, container: { channel_id: "C0INC" }, trigger_id: "1.2" },
    action: { action_id: ACTION_IDS.cancel, action_ts: "17.5", value: "7", block_id: "buttons" },
  });
  expect(done).toMatchObject([["enqueue", { click: { place: { channelId: "C0INC", threadTs: null } } }]]);
});

describe("each button of a card that asks why", () => {
  it.each([
    ["deny", "openDenial", VIEW_IDS.denialForm],
    ["dispute", "openDispute", VIEW_IDS.disputeForm],
  ] as const)("checks what its name says, and opens its own form: %s", async (name, checks, form) => {
    const { done, acks } = await press(ACTION_IDS[name]);
    expect(done).toMatchObject([
      [checks, { requestId: 7, slackUserId: "U0THEO", shownSnapshot: SHOWN }],
      ["open", { callback_id: form }],
    ]);
    const [, [, view] = []] = done;
    const metadata = (view as { private_metadata: string }).private_metadata; // as it was just matched
    expect(JSON.parse(metadata)).toEqual({ requestId: 7, shownSnapshot: SHOWN, place: CARD });
    expect(acks).toHaveLength(1);
  });
});

describe("each button under a looked-up user", () => {
  it.each([
    ["deactivate", "deactivate"],
    ["activate", "activate"],
    ["move", "move"],
    ["addRoles", "add_roles"],
    ["removeRoles", "remove_roles"],
    ["replaceRoles", "replace_roles"],
  ] as const)("opens the form of the change that it names, for that user: %s", async (name, kind) => {
    const who = "300000000000000001";
    const { done, names } = await press(ACTION_IDS[name], who);
    expect(names).toEqual(["startDraft", "open", "prepareDraft"]);
    const place = { channelId: CARD.channelId, threadTs: null };
    expect(done[0]).toEqual(["startDraft", { slackUserId: "U0THEO", place, who, kind }]);
    const choice = { who, kind, role: null, org: null, undoes: null };
    expect(done[2]).toEqual(["prepareDraft", DRAFT, "U0THEO", choice]);
  });
});

describe("the other buttons", () => {
  it("Undo opens the form of what undoes its request, and names no change and nobody", async () => {
    const { done, names } = await press(ACTION_IDS.undo);
    expect(names).toEqual(["startDraft", "open", "prepareDraft"]);
    expect(done[0]).toEqual(["startDraft", { slackUserId: "U0THEO", place: CARD, who: null, kind: null }]);
    const choice = { who: "", kind: null, role: null, org: null, undoes: 7 };
    expect(done[2]).toEqual(["prepareDraft", DRAFT, "U0THEO", choice]);
  });

  it("Extend asks where its request belongs, and extends it there", async () => {
    const { done, names } = await press(ACTION_IDS.extend);
    expect(names).toEqual(["placeOf", "startDraft", "open", "prepareDraft"]);
    const choice = { who: "", kind: "add_roles", role: null, org: null, undoes: null, extends: 7 };
    expect(done[3]).toEqual(["prepareDraft", DRAFT, "U0THEO", choice]);
  });

  it("a link is acked and does nothing, for it opens by itself", async () => {
    expect(await press(ACTION_IDS.openLink)).toMatchObject({ acks: [null], done: [] });
  });
});

describe("each form", () => {
  it.each([
    [VIEW_IDS.changeForm, "submitDraft"],
    [VIEW_IDS.bulkForm, "submitBulk"],
    [VIEW_IDS.bulkInput, "give"],
  ] as const)("is taken as what it is, of its draft, from the person who sends it: %s", async (id, takes) => {
    const { done, acks } = await send(LISTENERS.submissions[id], {});
    expect(done).toEqual([[takes, DRAFT, "U0THEO", expect.any(Object)]]);
    expect(acks).toHaveLength(1);
  });

  it.each([
    [
      VIEW_IDS.denialForm,
      { kind: "decide", click: { ...CLICK, shownSnapshot: SHOWN, verdict: "denial", reason: "Not so" } },
    ],
    [VIEW_IDS.disputeForm, { kind: "ratify", click: { ...CLICK, event: "dispute", reason: "Not so" } }],
  ] as const)("that asks why leaves the job that it is named for, with the reason: %s", async (id, job) => {
    const opened = { requestId: 7, shownSnapshot: SHOWN, place: CARD };
    const metadata = denialFormView(someRequest(), opened).private_metadata ?? "";
    const values = { [REASON_BLOCK]: { value: { type: "plain_text_input", value: " Not so " } } };
    const { done, acks } = await send(LISTENERS.submissions[id], { metadata, values });
    expect(done).toEqual([["enqueue", job]]);
    expect(acks).toEqual([null]);
  });

  it.each([
    ["add_roles", { kind: "add_roles", emergency: false }],
    ["emergency", { kind: "deactivate", emergency: true }],
  ])("that asks whom it is about goes on with that user and that change: %s", async (chosen, kind) => {
    const values = {
      [CHOICE_BLOCKS.who]: { value: { value: "nadia@harborlight.example" } },
      [CHOICE_BLOCKS.kind]: { value: { selected_option: { value: chosen } } },
    };
    const { done, acks } = await send(LISTENERS.submissions[VIEW_IDS.chooseSubject], { values });
    const choice = { who: "nadia@harborlight.example", role: null, org: null, undoes: null, ...kind };
    expect(done).toEqual([["prepareDraft", DRAFT, "U0THEO", choice]]);
    expect(acks).toMatchObject([{ response_action: "update", view: { private_metadata: DRAFT } }]);
  });
});

it("a modal that is closed before its form came ends its draft, and its opener is told", async () => {
  const { done, acks } = await send(LISTENERS.closings[VIEW_IDS.notice], {});
  const notice = { kind: "nothing_requested", why: "form_closed", typed: {} };
  expect(done).toEqual([
    ["abandonDraft", DRAFT, "U0THEO"],
    ["enqueue", { kind: "tell", slackUserId: "U0THEO", place: CARD, notice }],
  ]);
  expect(acks).toHaveLength(1);
});

it("the menu of organizations searches those of its form for the person who types", async () => {
  const { done, acks } = await setUpListeners().hear(LISTENERS.menus[MENU_IDS.org], {
    body: { user: { id: "U0THEO" }, view: { private_metadata: DRAFT } },
    payload: { value: "res" },
  });
  expect(done).toEqual([["searchOrgs", DRAFT, "U0THEO", "res"]]);
  expect(acks).toEqual([{ options: [] }]);
});

it.each([
  ["in a channel", { ts: "17.9" }, "17.9"],
  ["in a thread", { ts: "17.9", thread_ts: "17.1" }, "17.1"],
])(
  "the shortcut of a message %s begins a draft in that message's thread",
  async (_where, message, threadTs) => {
    const { done, acks } = await shortcut(message);
    const place = { channelId: "C0INC", threadTs };
    expect(done).toMatchObject([
      ["startDraft", { slackUserId: "U0THEO", place, who: null, kind: null }],
      ["open", { callback_id: VIEW_IDS.chooseSubject, private_metadata: DRAFT }],
    ]);
    expect(JSON.stringify(done[1])).toContain("nadia@harborlight.example");
    expect(acks).toHaveLength(1);
  },
);

describe("each event of a user group", () => {
  const subteam = { id: "S0LEADS", team_id: "T0", handle: "insider-risk-leads" };
  it.each([
    ["subteam_members_changed", { subteam_id: "S0LEADS", team_id: "T0" }, null],
    ["subteam_updated", { subteam }, "insider-risk-leads"],
    ["subteam_created", { subteam }, "insider-risk-leads"],
  ] as const)(
    "has the group read that it names, by the handle that it gives: %s",
    async (name, event, handle) => {
      const { done } = await setUpListeners().hear(LISTENERS.events[name], { event });
      expect(done).toEqual([["groupChanged", { groupId: "S0LEADS", handle }]]);
    },
  );
});
