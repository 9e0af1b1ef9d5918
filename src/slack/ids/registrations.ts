/** The commands, shortcuts and events of the Slack app. `check:manifest` compares them with `manifest.yml`. */
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
  usersNext: "subject_list_next",
  usersPrevious: "subject_list_previous",
  usersExport: "subject_list_export",
  runCommand: "run_command",
  runPrevious: "run_command_previous",
  runNext: "run_command_next",
} as const;

/** Menus of actions (overflow menus), by their `action_id`. */
export const OVERFLOW_IDS = { user: "subject_menu" } as const;

/** Menus whose options Slack asks the bot for while a person types, by their `action_id`. */
export const MENU_IDS = { subject: "draft_subject", org: "draft_org", roles: "draft_roles" } as const;

/** Modals, by their `callback_id`. */
export const VIEW_IDS = {
  /** Shown while the bot reads the subject, and for an error. */
  notice: "draft_notice",
  changeForm: "draft_form",
  chooseSubject: "draft_choose_subject",
  denialForm: "denial_form",
  disputeForm: "dispute_form",
  bulkInput: "bulk_input",
  bulkForm: "bulk_form",
} as const;
