import { describe, expect, it } from "vitest";
import { ACTION_IDS, MENU_IDS, VIEW_IDS } from "../../../../src/slack/ids/registrations.ts";
import { LISTENERS } from "../../../../src/slack/listeners/listeners.ts";
import { CHOICE_BLOCKS } from "../../../../src/slack/views/choose-subject-view.ts";
import { denialFormView, REASON_BLOCK } from "../../../../src/slack/views/reason-form-view.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import {
  CARD,
  click,
  DRAFT,
  press,
  SHOWN,
  send,
  setUpListeners,
  shortcut,
} from "../../../support/heard-listeners.ts";

const CLICK = { clickId: expect.any(String), requestId: 7, slackUserId: "U0THEO", place: CARD };

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
  "a click on %s stores the job of that name for its request and person, and is acked after",
  async (name, job) => {
    const { done, acks, steps } = await press(ACTION_IDS[name]);
    expect(done).toEqual([["enqueue", job]]);
    expect(acks).toHaveLength(1);
    expect(steps).toEqual(["enqueue", "acked"]);
  },
);

it.each([
  ["is in the channel of its container if Slack names no other", { channel_id: "C0INC" }, "C0INC"],
  ["in a view is in no channel", {}, ""],
])("a click %s", async (_where, container, channelId) => {
  const body = { channel: undefined, message: null, container };
  const cancel = LISTENERS.buttons[ACTION_IDS.cancel];
  const { done } = await setUpListeners().hear(cancel, click(ACTION_IDS.cancel, { body }));
  expect(done).toMatchObject([["enqueue", { click: { place: { channelId, threadTs: null } } }]]);
});

it.each([
  ["deny", "openDenial", VIEW_IDS.denialForm],
  ["dispute", "openDispute", VIEW_IDS.disputeForm],
] as const)("a click on %s stores nothing, calls %s and opens the form %s", async (name, checks, form) => {
  const { done, steps } = await press(ACTION_IDS[name]);
  expect(done).toMatchObject([
    [checks, { requestId: 7, slackUserId: "U0THEO", shownSnapshot: SHOWN }],
    ["open", { callback_id: form }],
  ]);
  const [, [, view] = []] = done;
  const metadata = (view as { private_metadata: string }).private_metadata; // as it was just matched
  expect(JSON.parse(metadata)).toEqual({ requestId: 7, shownSnapshot: SHOWN, place: CARD });
  expect(steps).toEqual(["acked", checks, "open"]);
});

it.each([
  ["deactivate", "deactivate"],
  ["activate", "activate"],
  ["move", "move"],
  ["addRoles", "add_roles"],
  ["removeRoles", "remove_roles"],
  ["replaceRoles", "replace_roles"],
] as const)("the button %s under a looked-up user opens the form of %s for that user", async (name, kind) => {
  const who = "300000000000000001";
  const { done, names } = await press(ACTION_IDS[name], who);
  expect(names).toEqual(["startDraft", "open", "prepareDraft"]);
  const place = { channelId: CARD.channelId, threadTs: null };
  expect(done[0]).toEqual(["startDraft", { slackUserId: "U0THEO", place, who, kind }]);
  const choice = { who, kind, role: null, org: null, undoes: null };
  expect(done[2]).toEqual(["prepareDraft", DRAFT, "U0THEO", choice]);
});

it("Undo opens a form that names the request to undo, and neither a change nor a user", async () => {
  const { done, names } = await press(ACTION_IDS.undo);
  expect(names).toEqual(["startDraft", "open", "prepareDraft"]);
  expect(done[0]).toEqual(["startDraft", { slackUserId: "U0THEO", place: CARD, who: null, kind: null }]);
  const choice = { who: "", kind: null, role: null, org: null, undoes: 7 };
  expect(done[2]).toEqual(["prepareDraft", DRAFT, "U0THEO", choice]);
});

it("Extend, pressed under a warning sent directly, extends the request in the place of its card", async () => {
  const body = { channel: { id: "D0THEO" }, message: null };
  const extend = LISTENERS.buttons[ACTION_IDS.extend];
  const { done, names } = await setUpListeners().hear(extend, click(ACTION_IDS.extend, { body }));
  expect(names).toEqual(["placeOf", "startDraft", "open", "prepareDraft"]);
  expect(done[0]).toEqual(["placeOf", 7, "U0THEO"]);
  expect(done[1]).toMatchObject(["startDraft", { slackUserId: "U0THEO", place: CARD, kind: "add_roles" }]);
  const choice = { who: "", kind: "add_roles", role: null, org: null, undoes: null, extends: 7 };
  expect(done[3]).toEqual(["prepareDraft", DRAFT, "U0THEO", choice]);
});

it("a click on a link is acked and does nothing, for Slack opens the link", async () => {
  expect(await press(ACTION_IDS.openLink)).toMatchObject({ acks: [null], done: [] });
});

it.each([
  [VIEW_IDS.changeForm, "submitDraft"],
  [VIEW_IDS.bulkForm, "submitBulk"],
  [VIEW_IDS.bulkInput, "give"],
] as const)("the form %s is handed to %s, with its draft and the person who sends it", async (id, takes) => {
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
] as const)("the form %s stores its job with the reason, and is acked after", async (id, job) => {
  const opened = { requestId: 7, shownSnapshot: SHOWN, place: CARD };
  const metadata = denialFormView(someRequest(), opened).private_metadata ?? "";
  const values = { [REASON_BLOCK]: { value: { type: "plain_text_input", value: " Not so " } } };
  const { done, acks, steps } = await send(LISTENERS.submissions[id], { metadata, values });
  expect(done).toEqual([["enqueue", job]]);
  expect(acks).toEqual([null]);
  expect(steps).toEqual(["enqueue", "acked"]);
});

it.each([
  ["add_roles", { kind: "add_roles", emergency: false }],
  ["emergency", { kind: "deactivate", emergency: true }],
])("the form of the shortcut goes on with the chosen user and the change %s", async (chosen, kind) => {
  const values = {
    [CHOICE_BLOCKS.who]: { value: { value: "nadia@harborlight.example" } },
    [CHOICE_BLOCKS.kind]: { value: { selected_option: { value: chosen } } },
  };
  const { done, acks } = await send(LISTENERS.submissions[VIEW_IDS.chooseSubject], { values });
  const choice = { who: "nadia@harborlight.example", role: null, org: null, undoes: null, ...kind };
  expect(done).toEqual([["prepareDraft", DRAFT, "U0THEO", choice]]);
  expect(acks).toMatchObject([{ response_action: "update", view: { private_metadata: DRAFT } }]);
});

it("a modal that is closed before its form came ends its draft, and its opener is told so", async () => {
  const { done, acks } = await send(LISTENERS.closings[VIEW_IDS.notice], {});
  const notice = { kind: "nothing_requested", why: "form_closed", typed: {} };
  expect(done).toEqual([
    ["abandonDraft", DRAFT, "U0THEO"],
    ["enqueue", { kind: "tell", slackUserId: "U0THEO", place: CARD, notice }],
  ]);
  expect(acks).toHaveLength(1);
});

it("the menu of roles searches those of its form for the person who types", async () => {
  const { done, acks } = await setUpListeners().hear(LISTENERS.menus[MENU_IDS.roles], {
    body: { user: { id: "U0THEO" }, view: { private_metadata: DRAFT } },
    payload: { value: "ale" },
  });
  expect(done).toEqual([["searchRoles", DRAFT, "U0THEO", "ale"]]);
  expect(acks).toEqual([{ options: [] }]);
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

const subteam = { id: "S0LEADS", team_id: "T0", handle: "insider-risk-leads" };
it.each([
  ["subteam_members_changed", { subteam_id: "S0LEADS", team_id: "T0" }, null],
  ["subteam_updated", { subteam }, "insider-risk-leads"],
  ["subteam_created", { subteam }, "insider-risk-leads"],
] as const)("the event %s has the group read that it names", async (name, event, handle) => {
  const { done } = await setUpListeners().hear(LISTENERS.events[name], { event });
  expect(done).toEqual([["groupChanged", { groupId: "S0LEADS", handle }]]);
});

it.each([
  [true, [{ replacesOriginal: true }]],
  [false, []],
  [undefined, []],
])(
  "another page of users replaces the clicked message only if nobody else sees it (%s)",
  async (isEphemeral, options) => {
    const filter = { text: null, active: null, blocked: null, org: null, role: null };
    const age = { readUsers: 1, expectedUsers: 1, isEveryUserRead: true, usersWithRoles: 0 };
    const found = {
      page: { users: [], total: 0, mayMatch: 0, offset: 0 },
      age: { ...age, oldestReadAt: null, oldestRolesReadAt: null },
      readAt: new Date(0),
    };
    const responses: unknown[][] = [];
    const parts = () => ({
      userList: { page: async () => found },
      respond: async (_url: string, _message: object, ...more: unknown[]) => void responses.push(more),
    });
    const value = JSON.stringify({ filter, offset: 10 });
    const body = { container: { channel_id: "C0OTHER", is_ephemeral: isEphemeral } };
    const next = click(ACTION_IDS.usersNext, { body, action: { value } });
    await setUpListeners({ parts }).hear(LISTENERS.buttons[ACTION_IDS.usersNext], next);
    expect(responses).toEqual([options]);
  },
);

describe("a click on Export CSV", () => {
  const filter = { text: "nadia", active: null, blocked: null, org: null, role: null };
  const press = async (of: { ts?: string; action?: object }) => {
    const container = { channel_id: "C0OTHER", ...(of.ts ? { message_ts: of.ts } : {}) };
    const action = { value: JSON.stringify(filter), ...of.action };
    const delivery = click(ACTION_IDS.usersExport, { body: { container }, action });
    const { done, steps } = await setUpListeners().hear(LISTENERS.buttons[ACTION_IDS.usersExport], delivery);
    return { done, steps, job: (done[0]?.[1] ?? {}) as { exportId?: string; clickId?: string } };
  };

  it("is stored as a job with the filter, and is acked after", async () => {
    const { job, steps } = await press({ ts: "17.5" });
    expect(job).toMatchObject({ kind: "export_users", slackUserId: "U0THEO", filter });
    expect(steps).toEqual(["enqueue", "acked"]);
  });

  it("belongs to the same export as other clicks on the same message, and to no other", async () => {
    const [first, again, other] = await Promise.all([
      press({ ts: "17.5", action: { action_ts: "1.1" } }),
      press({ ts: "17.5", action: { action_ts: "2.2" } }),
      press({ ts: "18.5", action: { action_ts: "3.3" } }),
    ]);
    expect(again.job.exportId).toBe(first.job.exportId);
    expect(again.job.clickId).not.toBe(first.job.clickId);
    expect(other.job.exportId).not.toBe(first.job.exportId);
  });

  it("is refused and audited if its value is none of the bot's", async () => {
    const { done } = await press({ action: { value: '{"text":1}' } });
    expect(done.map(([what]) => what)).toEqual(["recordForgery", "respond"]);
  });
});
