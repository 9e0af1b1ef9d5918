import type { DirectoryUser } from "../../../src/subjects/index.ts";
import { joined, type Topic } from "../entries.ts";
import { AT, FORGED, factsOf } from "../fixtures.ts";
import { type Delivered, shownFor } from "../listeners.ts";
import { inOrder } from "../recorder.ts";
import { DRAFT_ID } from "./forms.ts";

/** The options that the bot offers while a person types in a menu of a form. */
export async function menus(): Promise<Topic> {
  return joined(
    await userMenus(),
    inOrder("the menu of organizations", await shownFor(ORG_MENU)),
    inOrder("the menu of roles", await shownFor(ROLE_MENU)),
    inOrder("the menu of more roles than it takes", await shownFor(FULL_ROLE_MENU)),
  );
}

/** A menu of users after a text was typed in it. */
async function userMenus(): Promise<Topic> {
  const menu = async (value: string, users: readonly DirectoryUser[], total = users.length) =>
    shownFor({
      to: "options draft_subject",
      payload: { body: { user: { id: "U0MAYA" }, view: { private_metadata: DRAFT_ID } }, payload: { value } },
      deps: { suggestUsers: async () => ({ users, total }) },
    });
  const { username, displayName } = factsOf();
  const user = (patch: Partial<DirectoryUser>): DirectoryUser => ({
    ...{ userId: "300000000000000001", username, displayName, active: true, blocked: false },
    ...{ orgGuid: null, orgName: null, readAt: AT.asked },
    ...patch,
  });
  const users = [
    user({}),
    user({ userId: "2", active: false }),
    user({ userId: "3", displayName: username }),
  ];
  const odd = [
    user({ userId: "4", displayName: FORGED.name, username: FORGED.username }),
    user({ userId: "5", displayName: "x".repeat(80), username: `${"y".repeat(80)}@harborlight.example` }),
    user({ userId: "6".repeat(148) }),
  ];
  return joined(
    inOrder("the menu of users", await menu("nad", users)),
    inOrder("the menu of users, with more users", await menu("a", users, 10_000)),
    inOrder("the menu of users, odd names", await menu("x", odd)),
    inOrder("the menu of users, nobody", await menu("late.arrival@harborlight.example", [])),
    inOrder("the menu of users, a long text", await menu("x".repeat(200), [])),
    inOrder("the menu of users, a blank", await menu(" ", [])),
    inOrder("the menu of users, forbidden", await shownFor({ ...ORG_MENU, to: "options draft_subject" })),
  );
}

const ORG_MENU: Delivered = {
  to: "options draft_org",
  payload: {
    body: { user: { id: "U0MAYA" }, view: { private_metadata: DRAFT_ID } },
    payload: { value: "sal" },
  },
  deps: {
    searchOrgs: async () => [
      { guid: "org-sales", name: "Sales", parent: "Harborlight", active: true },
      { guid: "org-top", name: `Harborlight ${"x".repeat(80)}`, parent: null, active: true },
      { guid: "org-long", name: "y".repeat(60), parent: "z".repeat(60), active: true },
    ],
  },
};
const ROLE_MENU: Delivered = {
  ...ORG_MENU,
  to: "options draft_roles",
  deps: { searchRoles: async () => [{ id: "r1", name: "x".repeat(80) }] },
};
const FULL_ROLE_MENU: Delivered = {
  ...ROLE_MENU,
  deps: {
    searchRoles: async () =>
      Array.from({ length: 100 }, (_, index) => ({ id: `r${index}`, name: `Role ${index}` })),
  },
};
