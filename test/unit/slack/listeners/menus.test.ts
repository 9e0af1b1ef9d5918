import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ForbiddenError } from "../../../../src/authorization/index.ts";
import { MENU_IDS } from "../../../../src/slack/ids/registrations.ts";
import { LISTENERS } from "../../../../src/slack/listeners/listeners.ts";
import { userOptions } from "../../../../src/slack/views/user-options.ts";
import { DRAFT, setUpListeners } from "../../../support/heard-listeners.ts";

const MENUS = [
  [MENU_IDS.subject, "suggestUsers"],
  [MENU_IDS.org, "searchOrgs"],
  [MENU_IDS.roles, "searchRoles"],
] as const;

/** The options of a menu that suggests nothing: that of users has the typed text. */
const withoutSuggestions = (id: (typeof MENUS)[number][0]) =>
  id === MENU_IDS.subject ? userOptions({ users: [], total: 0 }, "nad") : { options: [] };

/** Theo types “nad” in a menu. */
function type(id: (typeof MENUS)[number][0], parts: object = {}) {
  const { hear } = setUpListeners({ parts: () => parts });
  return hear(LISTENERS.menus[id], {
    body: { user: { id: "U0THEO" }, view: { private_metadata: DRAFT } },
    payload: { value: "nad" },
  });
}

const FORBIDDEN = { action: "list", policyIds: [], reasons: [], whoCould: [], policyHash: "p" } as const;

it.each(MENUS)("the menu %s asks %s for its draft, its person and the typed text", async (id, name) => {
  const find = vi.fn(async () => (id === MENU_IDS.subject ? null : []));
  const { acks } = await type(id, { [name]: find });
  expect(find).toHaveBeenCalledExactlyOnceWith(DRAFT, "U0THEO", "nad");
  expect(acks).toEqual([withoutSuggestions(id)]);
});

it.each(MENUS)(
  "the menu %s suggests nothing if its person is refused, and nothing is logged",
  async (id, name) => {
    const log = vi.fn();
    const find = () => Promise.reject(new ForbiddenError(FORBIDDEN));
    expect((await type(id, { [name]: find, log })).acks).toEqual([withoutSuggestions(id)]);
    expect(log).not.toHaveBeenCalled();
  },
);

it.each(MENUS)("the menu %s suggests nothing if it fails, and the failure is logged", async (id, name) => {
  const log = vi.fn();
  const failure = new Error("no database");
  const find = () => Promise.reject(failure);
  expect((await type(id, { [name]: find, log })).acks).toEqual([withoutSuggestions(id)]);
  expect(log).toHaveBeenCalledExactlyOnceWith(expect.any(String), failure);
});

it("the menu of users offers the typed text if the directory suggests nobody", async () => {
  const suggestUsers = async () => ({ users: [], total: 0 });
  const { acks } = await type(MENU_IDS.subject, { suggestUsers });
  expect(acks).toMatchObject([{ option_groups: [{ options: [{ value: "typed:nad" }] }] }]);
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each(MENUS)(
  "the menu %s suggests nothing within a second if a database does not answer",
  async (id, name) => {
    const answered = type(id, { [name]: () => new Promise(() => {}) });
    await vi.advanceTimersByTimeAsync(999);
    expect((await answered).acks).toEqual([withoutSuggestions(id)]);
  },
);
