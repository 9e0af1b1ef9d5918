import { describe, expect, it } from "vitest";
import { DirectoryUnavailableError, PoliciesDifferError } from "../../../../src/authorization/index.ts";
import {
  BulkInputError,
  DraftGoneError,
  FormError,
  RequestNotFoundError,
} from "../../../../src/change-requests/index.ts";
import { DatabaseReadOnlyError } from "../../../../src/persistence/index.ts";
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

describe("a repeated delivery", () => {
  const isFirst = false;
  it.each(OPENS)("a repeated click on %s opens nothing, and is acked", async (name) => {
    const { names, acks } = await press(ACTION_IDS[name], "7", { isFirst });
    expect({ names, acks }).toEqual({ names: [], acks: [null] });
  });

  it("a repeated form, closing or shortcut does nothing, and is acked", async () => {
    for (const heard of [
      await send(LISTENERS.submissions[VIEW_IDS.chooseSubject], { values: CHOICE }, { isFirst }),
      await send(LISTENERS.closings[VIEW_IDS.notice], {}, { isFirst }),
      await shortcut({ ts: "17.9" }, { isFirst }),
    ]) {
      expect(heard.done).toEqual([]);
      expect(heard.acks).toHaveLength(1);
    }
  });

  it("a repeated forgery is audited once, and a repeated forged form is answered each time", async () => {
    expect((await press(ACTION_IDS.approve, "forged", { isFirst })).done).toEqual([]);
    const { done, acks } = await send(
      LISTENERS.submissions[VIEW_IDS.denialForm],
      { metadata: "forged" },
      { isFirst },
    );
    expect(done).toEqual([]);
    expect(acks).toMatchObject([{ response_action: "update" }]);
  });

  it("a delivery counts as the first if the database can't tell, so that its person gets an answer", async () => {
    const { names } = await press(ACTION_IDS.undo, "7", { isFirst: new Error("The database is away.") });
    expect(names).toEqual(["startDraft", "open", "prepareDraft"]);
  });
});

it("a forged reason form is audited, and gives back the reason", async () => {
  const values = { [REASON_BLOCK]: { value: { value: "Not so" } } };
  const { done, acks } = await send(LISTENERS.submissions[VIEW_IDS.denialForm], { metadata: "{}", values });
  expect(done).toEqual([["recordForgery", "U0THEO", "a modal"]]);
  expect(JSON.stringify(acks)).toContain("Not so");
});

describe("a button with a value that the bot never gives it", () => {
  const names = Object.keys(ACTION_IDS) as (keyof typeof ACTION_IDS)[]; // its own keys
  // A link opens by itself, and the value of a button that runs a command is a text that anybody may type.
  const others = names.filter((name) => !["openLink", "runCommand", "runPrevious", "runNext"].includes(name));
  it.each(others)(
    "a forged value of the button %s is audited and told to its person, and has no effect",
    async (name) => {
      const { done, acks } = await press(ACTION_IDS[name], "");
      expect(done).toMatchObject([
        ["recordForgery", "U0THEO", ACTION_IDS[name]],
        ["respond", { text: expect.stringContaining("Nothing was done") }],
      ]);
      expect(acks).toHaveLength(1);
    },
  );
});

it.each(["0", "-1", "7 or 1", "1e3", "7.5", "9".repeat(20)])(
  "a request number that the bot never gives a button is a forgery: %j",
  async (value) => {
    const { names } = await press(ACTION_IDS.approve, value);
    expect(names).toEqual(["recordForgery", "respond"]);
  },
);

it("Extend answers that there is no such request if its person may not know of it", async () => {
  const { done, names } = await press(ACTION_IDS.extend, "7", { fails: new RequestNotFoundError(7) });
  expect(names).toEqual(["placeOf", "respond"]);
  expect(JSON.stringify(done)).toContain("There is no CR-7 that you can see.");
});

describe("a form that is not opened", () => {
  it.each(OPENS)("a person whose click on %s opens no form is told so where they clicked", async (name) => {
    const { done } = await press(ACTION_IDS[name], "7", { fails: new Error("The database is away.") });
    expect(done.at(-1)).toMatchObject(["respond", {}]);
  });

  it("a person whose shortcut opens no form is told so", async () => {
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

it("an event about a group that can't be read is dropped, since the next question reads the groups", async () => {
  const event = { subteam_id: "S0LEADS" };
  const heard = setUpListeners({ fails: new Error("Slack is away.") });
  const { names } = await heard.hear(LISTENERS.events.subteam_members_changed, { event });
  expect(names).toEqual(["groupChanged"]);
});

it.each([
  ["two users", { value: "nadia@x.example, sam@x.example" }],
  ["nobody", { value: " " }],
])("the form of the shortcut stays open if it names %s", async (_what, value) => {
  const values = { ...CHOICE, [CHOICE_BLOCKS.who]: { value } };
  const { done, acks } = await send(LISTENERS.submissions[VIEW_IDS.chooseSubject], { values });
  expect(done).toEqual([]);
  const errors = { [CHOICE_BLOCKS.who]: expect.any(String) };
  expect(acks).toEqual([{ response_action: "errors", errors }]);
});

it.each([
  ["text", BULK_INPUT_BLOCKS.text],
  ["roles", BULK_INPUT_BLOCKS.roles],
] as const)("the first form of a bulk shows a fault of the %s at its field", async (field, block) => {
  const fails = new BulkInputError(field, { kind: "too_long", most: 10, length: 11 });
  const { acks } = await send(LISTENERS.submissions[VIEW_IDS.bulkInput], {}, { fails });
  expect(acks).toEqual([{ response_action: "errors", errors: { [block]: expect.stringContaining("10") } }]);
});

const submissions: Readonly<Record<string, unknown>> = LISTENERS.submissions;

const READ_ONLY = ["the database can't store it", new DatabaseReadOnlyError()] as const;
const NOT_STORED = [
  READ_ONLY,
  ["Slack can't be asked who is in the groups", new DirectoryUnavailableError(null)],
  ["the policies are being changed", new PoliciesDifferError("old", "new")],
] as const;

it.each([
  ...NOT_STORED.map((failure) => [VIEW_IDS.changeForm, ...failure] as const),
  ...NOT_STORED.map((failure) => [VIEW_IDS.bulkForm, ...failure] as const),
  [VIEW_IDS.bulkInput, ...READ_ONLY] as const,
])("the form %s stays open with what was typed while %s", async (id, _why, fails) => {
  const { acks } = await send(submissions[id], {}, { fails });
  expect(acks).toMatchObject([{ response_action: "errors" }]);
  expect(JSON.stringify(acks)).toContain("It is not known whether this was stored.");
});

it.each([
  [VIEW_IDS.changeForm, { reason: { value: { value: "They left" } } }, "They left"],
  [VIEW_IDS.bulkForm, { reason: { value: { value: "They left" } } }, "They left"],
  [VIEW_IDS.bulkInput, { [BULK_INPUT_BLOCKS.text]: { value: { value: "nadia" } } }, "nadia"],
])("the form %s gives back what was typed into it if it is refused for good", async (id, values, typed) => {
  const { acks } = await send(submissions[id], { values }, { fails: new DraftGoneError() });
  expect(acks).toMatchObject([{ response_action: "update" }]);
  expect(JSON.stringify(acks)).toContain(typed);
});

it("the faults of a form are shown at their fields", async () => {
  const fails = new FormError({ roles: "none_chosen", reason: { kind: "missing" } });
  const { acks } = await send(LISTENERS.submissions[VIEW_IDS.changeForm], {}, { fails });
  const errors = { [FIELD_BLOCKS.roles]: expect.any(String), [FIELD_BLOCKS.reason]: expect.any(String) };
  expect(acks).toEqual([{ response_action: "errors", errors }]);
});
