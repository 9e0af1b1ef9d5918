import type {
  App,
  BlockAction,
  ButtonAction,
  MessageShortcut,
  OverflowAction,
  ViewClosedAction,
  ViewSubmitAction,
} from "@slack/bolt";
import { ACTION_IDS, MENU_IDS, OVERFLOW_IDS, REGISTRATIONS, VIEW_IDS } from "../ids/registrations.ts";
import { denialFormView, disputeFormView } from "../views/reason-form-view.ts";
import { openReasonForm, storeClick } from "./actions/card-clicks.ts";
import { extendGrants, openChangeOf, openUndo } from "./actions/change-buttons.ts";
import { chooseFromUserMenu, exportUsers, showUserPage } from "./actions/user-list-buttons.ts";
import { onIncydrCommand, runButton, turnPage } from "./commands/incydr-command.ts";
import type { EventName, Listeners } from "./listener.ts";
import { actOnUser } from "./shortcuts/act-on-user.ts";
import type { SlackDeps } from "./slack-deps.ts";
import { submitBulkForm, submitBulkInput } from "./views/bulk-modals.ts";
import { closeNotice, submitChange, submitChoice } from "./views/change-modals.ts";
import { searchOrgs, searchRoles, searchUsers } from "./views/menus.ts";
import { storeReason } from "./views/reason-forms.ts";

/** The listener of each command, button, menu, modal, shortcut and event. */
export const LISTENERS: Listeners = {
  commands: { "/incydr": onIncydrCommand },

  buttons: {
    [ACTION_IDS.approve]: storeClick((click, shownSnapshot) => ({
      kind: "decide",
      click: { ...click, shownSnapshot, verdict: "approval", reason: null },
    })),
    [ACTION_IDS.cancel]: storeClick((click) => ({ kind: "cancel", click })),
    [ACTION_IDS.renew]: storeClick((click) => ({ kind: "renew", click })),
    [ACTION_IDS.ratify]: storeClick((click) => ({
      kind: "ratify",
      click: { ...click, event: "ratify", reason: null },
    })),
    [ACTION_IDS.pause]: storeClick((click) => ({ kind: "control_bulk", click, control: "pause" })),
    [ACTION_IDS.resume]: storeClick((click) => ({ kind: "control_bulk", click, control: "resume" })),
    [ACTION_IDS.stop]: storeClick((click) => ({ kind: "control_bulk", click, control: "stop" })),
    [ACTION_IDS.list]: storeClick((click) => ({ kind: "send_list", click })),
    [ACTION_IDS.revokeNow]: storeClick((click) => ({ kind: "revoke_grants", click })),

    [ACTION_IDS.deny]: openReasonForm(async ({ openDenial }, click) =>
      denialFormView(await openDenial(click), click),
    ),
    [ACTION_IDS.dispute]: openReasonForm(async ({ openDispute }, click) =>
      disputeFormView(await openDispute(click), click),
    ),

    [ACTION_IDS.undo]: openUndo,
    [ACTION_IDS.extend]: extendGrants,
    [ACTION_IDS.deactivate]: openChangeOf("deactivate"),
    [ACTION_IDS.activate]: openChangeOf("activate"),
    [ACTION_IDS.move]: openChangeOf("move"),
    [ACTION_IDS.addRoles]: openChangeOf("add_roles"),
    [ACTION_IDS.removeRoles]: openChangeOf("remove_roles"),
    [ACTION_IDS.replaceRoles]: openChangeOf("replace_roles"),
    [ACTION_IDS.runCommand]: runButton,
    [ACTION_IDS.runPrevious]: turnPage,
    [ACTION_IDS.runNext]: turnPage,
    [ACTION_IDS.usersNext]: showUserPage,
    [ACTION_IDS.usersPrevious]: showUserPage,
    [ACTION_IDS.usersExport]: exportUsers,
    // Slack opens a link by itself, and expects an ack of its click.
    [ACTION_IDS.openLink]: async (_deps, { ack }) => ack(),
  },

  overflows: { [OVERFLOW_IDS.user]: chooseFromUserMenu },

  menus: { [MENU_IDS.subject]: searchUsers, [MENU_IDS.org]: searchOrgs, [MENU_IDS.roles]: searchRoles },

  submissions: {
    [VIEW_IDS.changeForm]: submitChange,
    [VIEW_IDS.chooseSubject]: submitChoice,
    [VIEW_IDS.bulkInput]: submitBulkInput,
    [VIEW_IDS.bulkForm]: submitBulkForm,
    [VIEW_IDS.denialForm]: storeReason(({ reason, ...click }) => ({
      kind: "decide",
      click: { ...click, verdict: "denial", reason },
    })),
    [VIEW_IDS.disputeForm]: storeReason(({ shownSnapshot: _, reason, ...click }) => ({
      kind: "ratify",
      click: { ...click, event: "dispute", reason },
    })),
  },

  closings: { [VIEW_IDS.notice]: closeNotice },

  shortcuts: { act_on_user: actOnUser },

  events: {
    subteam_members_changed: (deps, { event }) => onGroupChanged(deps, event.subteam_id, null),
    subteam_updated: (deps, { event: { subteam } }) => onGroupChanged(deps, subteam.id, subteam.handle),
    subteam_created: (deps, { event: { subteam } }) => onGroupChanged(deps, subteam.id, subteam.handle),
  },
};

/** Reads a changed group from Slack. The event's own list of members is not used: events come late, twice and unordered. */
async function onGroupChanged(deps: SlackDeps, groupId: string, handle: string | null): Promise<void> {
  try {
    await deps.people.groupChanged({ groupId, handle });
  } catch (error) {
    // The directory has dropped the groups, and reads them again for the next check.
    deps.log("A user group changed, and the groups could not be read.", error);
  }
}

/** Registers each listener with Bolt. */
export function registerListeners(app: App, deps: SlackDeps): void {
  for (const [command, listener] of Object.entries(LISTENERS.commands))
    app.command(command, (delivery) => listener(deps, delivery));

  for (const [action_id, listener] of Object.entries(LISTENERS.buttons))
    app.action<BlockAction<ButtonAction>>({ type: "block_actions", action_id }, (delivery) =>
      listener(deps, delivery),
    );

  for (const [action_id, listener] of Object.entries(LISTENERS.overflows))
    app.action<BlockAction<OverflowAction>>({ type: "block_actions", action_id }, (delivery) =>
      listener(deps, delivery),
    );

  for (const [action_id, listener] of Object.entries(LISTENERS.menus))
    app.options<"block_suggestion">(action_id, (delivery) => listener(deps, delivery));

  for (const [callback_id, listener] of Object.entries(LISTENERS.submissions))
    app.view<ViewSubmitAction>({ type: "view_submission", callback_id }, (delivery) =>
      listener(deps, delivery),
    );

  for (const [callback_id, listener] of Object.entries(LISTENERS.closings))
    app.view<ViewClosedAction>({ type: "view_closed", callback_id }, (delivery) => listener(deps, delivery));

  for (const [callback_id, listener] of Object.entries(LISTENERS.shortcuts))
    app.shortcut<MessageShortcut>({ type: "message_action", callback_id }, (delivery) =>
      listener(deps, delivery),
    );

  for (const name of REGISTRATIONS.events) registerEvent(app, deps, name);
}

function registerEvent<Name extends EventName>(app: App, deps: SlackDeps, name: Name): void {
  app.event(name, (delivery) => LISTENERS.events[name](deps, delivery));
}
