/** Everything that Slack may deliver to the bot. Held against `manifest.yml`. */
export const REGISTRATIONS = {
  commands: ["/incydr"],
  shortcuts: [{ callbackId: "act_on_user", type: "message" }],
  events: ["subteam_members_changed", "subteam_updated", "subteam_created"],
} as const;

/** Buttons and choices that send an action, by their `action_id`. */
export const ACTION_IDS = {
  approve: "approve",
  deny: "deny",
  cancel: "cancel",
  renew: "renew",
  ratify: "ratify",
  dispute: "dispute",
  undo: "undo",
  pause: "bulk_pause",
  resume: "bulk_resume",
  stop: "bulk_stop",
  list: "bulk_list",
  extend: "extend",
  revokeNow: "revoke_now",
  deactivate: "subject_deactivate",
  activate: "subject_activate",
  move: "subject_move",
  addRoles: "subject_add_roles",
  removeRoles: "subject_remove_roles",
  replaceRoles: "subject_replace_roles",
  openLink: "open_link",
} as const;

/** Menus whose choices the bot is asked for while somebody types, by their `action_id`. */
export const MENU_IDS = { org: "draft_org" } as const;

/** Modals, by their `callback_id`. */
export const VIEW_IDS = {
  /** Shown while the subject is read, and for what went wrong then. */
  notice: "draft_notice",
  changeForm: "draft_form",
  chooseSubject: "draft_choose_subject",
  denialForm: "denial_form",
  disputeForm: "dispute_form",
  bulkInput: "bulk_input",
  bulkForm: "bulk_form",
} as const;
