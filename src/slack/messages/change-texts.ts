import type { Change } from "../../change-requests/index.ts";

/** What a change is called before it is done: “Deactivate”. */
export const CHANGE_TITLES: Readonly<Record<Change["kind"], string>> = {
  deactivate: "Deactivate",
  add_roles: "Add roles",
  remove_roles: "Remove roles",
};

/** A change in words, without its subject: “Add roles: Alert Emails, Watchlist Manager”. */
export function describeChange(change: Change): string {
  const title = CHANGE_TITLES[change.kind];
  return "roles" in change ? `${title}: ${change.roles.map(({ name }) => name).join(", ")}` : title;
}

/** What Incydr shows once the change is in effect. */
export function describeEffect(change: Change, username: string): string {
  switch (change.kind) {
    case "deactivate":
      return `${username} is deactivated`;
    case "add_roles":
      return `${username} holds ${change.roles.map(({ name }) => name).join(", ")}`;
    case "remove_roles":
      return `${username} no longer holds ${change.roles.map(({ name }) => name).join(", ")}`;
  }
}
