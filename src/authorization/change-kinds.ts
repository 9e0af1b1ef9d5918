/** Kinds of change, as the policies name them. */
export const CHANGE_KINDS = [
  "deactivate",
  "activate",
  "move",
  "add_roles",
  "remove_roles",
  "replace_roles",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];
