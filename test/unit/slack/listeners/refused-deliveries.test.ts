import { describe, expect, it } from "vitest";
import { BulkInputError, DraftGoneError, FormError } from "../../../../src/change-requests/index.ts";
import { ACTION_IDS, VIEW_IDS } from "../../../../src/slack/ids/registrations.ts";
import { LISTENERS } from "../../../../src/slack/listeners/listeners.ts";
import { BULK_INPUT_BLOCKS } from "../../../../src/slack/views/bulk-input-view.ts";
import { FIELD_BLOCKS } from "../../../../src/slack/views/change-form-view.ts";
import { CHOICE_BLOCKS } from "../../../../src/slack/views/choose-subject-view.ts";
import { REASON_BLOCK } from "../../../../src/slack/views/reason-form-view.ts";
import { CHOICE, press, send, setUpListeners, shortcut } from "../../../support/heard-listeners.ts";

const OPENS: readonly (keyof typeof ACTION_IDS)[] = [
  ...(["deny", "dispute", "undo", "extend", "deactivate", "activate", "move"] as const),
  ...(["addRoles", "removeRoles", "replaceRoles"] as const),
];

describe("a delivery that comes a second time", () => {
  const isFirst = false;
  it.each(OPENS)("opens nothing, and is acked: %s", async (name) => {
    const { names, acks } = await press(ACTION_IDS[name], "7", { isFirst });
    expect({ names, acks }).toEqual({ names: [], acks: [null] });
  });

  it("reads nothing for a form, ends no draft and begins none, and is acked", async () => {
    for (const heard of [
      await send(LISTENERS.submissions[VIEW_IDS.chooseSubject], { values: CHOICE }, { isFirst }),
      await send(LISTENERS.closings[VIEW_IDS.notice], {}, { isFirst }),
      await shortcut({ ts: "17.9" }, { isFirst }),
    ]) {
      expect(heard.done).toEqual([]);
      expect(heard.acks).toHaveLength(1);
    }
  });

  it("of what the bot never made is audited once, and answered all the same where it is a form", async () => {
    expect((await press(ACTION_IDS.approve, "forged", { isFirst })).done).toEqual([]);
    const { done, acks } = await send(
      LISTENERS.submissions[VIEW_IDS.denialForm],
      { metadata: "forged" },
      { isFirst },
    );
    expect(done).toEqual([]);
    expect(acks).toMatchObject([{ response_action: "update" }]);
  });

  it("counts as the first where it can't be found out, so that nobody is left without an answer", async () => {
    const { names } = await press(ACTION_IDS.undo, "7", { isFirst: new Error("The database is away.") });
    expect(names).toEqual(["startDraft", "open", "prepareDraft"]);
  });
});

it("a form that asks why, and that the bot never made, gives back the reason", async () => {
  const values = { [REASON_BLOCK]: { value: { value: "Not so" } } };
  const { done, acks } = await send(LISTENERS.submissions[VIEW_IDS.denialForm], { metadata: "{}", values });
  expect(done).toEqual([["recordForgery", "U0THEO", "a modal"]]);
  expect(JSON.stringify(acks)).toContain("Not so");
});

describe("a button with a value that the bot never gives it", () => {
  const LINK: keyof typeof ACTION_IDS = "openLink";
  const others = (Object.keys(ACTION_IDS) as (keyof typeof ACTION_IDS)[]).filter((name) => name !== LINK); // its own keys
  it.each(others)("is audited, its person is told, and nothing else comes of it: %s", async (name) => {
    const { done, acks } = await press(ACTION_IDS[name], "");
    expect(done).toMatchObject([
      ["recordForgery", "U0THEO", ACTION_IDS[name]],
      ["respond", { text: expect.stringContaining("Nothing was done") }],
    ]);
    expect(acks).toHaveLength(1);
  });
});

describe("a form that is not opened", () => {
  it.each(OPENS)("is said to its person where they clicked: %s", async (name) => {
    const { done } = await press(ACTION_IDS[name], "7", { fails: new Error("The database is away.") });
    expect(done.at(-1)).toMatchObject(["respond", { response_type: "ephemeral", replace_original: false }]);
  });

  it("is said to the person who used the shortcut", async () => {
    const { done } = await shortcut({ ts: "17.9" }, { fails: new Error("The database is away.") });
    expect(done.at(-1)).toMatchObject(["respond", {}]);
  });
});

it.each([true, false])(
  "the form of the shortcut says whether all changes are frozen: %s",
  async (isFrozen) => {
    const { done } = await shortcut({ ts: "17.9" }, { isFrozen });
    expect(JSON.stringify(done[1]).includes("when unfrozen")).toBe(isFrozen);
  },
);

it("a group event whose group can't be read is let go: the next question reads the groups", async () => {
  const event = { subteam_id: "S0LEADS" };
  const heard = setUpListeners({ fails: new Error("Slack is away.") });
  const { names } = await heard.hear(LISTENERS.events.subteam_members_changed, { event });
  expect(names).toEqual(["groupChanged"]);
});

it.each([
  ["two users", { value: "nadia@x.example, sam@x.example" }],
  ["nobody", { value: " " }],
])("the form that asks whom it is about stays open where it names %s", async (_what, value) => {
  const values = { ...CHOICE, [CHOICE_BLOCKS.who]: { value } };
  const { done, acks } = await send(LISTENERS.submissions[VIEW_IDS.chooseSubject], { values });
  expect(done).toEqual([]);
  const errors = { [CHOICE_BLOCKS.who]: expect.any(String) };
  expect(acks).toEqual([{ response_action: "errors", errors }]);
});

it.each([
  ["text", BULK_INPUT_BLOCKS.text],
  ["roles", BULK_INPUT_BLOCKS.roles],
] as const)("the first form of a bulk says at the field what is wrong with it: %s", async (field, block) => {
  const fails = new BulkInputError(field, { kind: "too_long", most: 10, length: 11 });
  const { acks } = await send(LISTENERS.submissions[VIEW_IDS.bulkInput], {}, { fails });
  expect(acks).toEqual([{ response_action: "errors", errors: { [block]: expect.stringContaining("10") } }]);
});

it.each([
  [VIEW_IDS.changeForm, { reason: { value: { value: "They left" } } }, "They left"],
  [VIEW_IDS.bulkForm, { reason: { value: { value: "They left" } } }, "They left"],
  [VIEW_IDS.bulkInput, { [BULK_INPUT_BLOCKS.text]: { value: { value: "nadia" } } }, "nadia"],
])("a form that is refused for good gives back what was typed into it: %s", async (id, values, typed) => {
  const listeners: Readonly<Record<string, unknown>> = LISTENERS.submissions;
  const { acks } = await send(listeners[id], { values }, { fails: new DraftGoneError() });
  expect(acks).toMatchObject([{ response_action: "update" }]);
  expect(JSON.stringify(acks)).toContain(typed);
});

it("a faulty field of a form is said at that field", async () => {
  const fails = new FormError({ roles: "none_chosen", reason: { kind: "missing" } });
  const { acks } = await send(LISTENERS.submissions[VIEW_IDS.changeForm], {}, { fails });
  const errors = { [FIELD_BLOCKS.roles]: expect.any(String), [FIELD_BLOCKS.reason]: expect.any(String) };
  expect(acks).toEqual([{ response_action: "errors", errors }]);
});
