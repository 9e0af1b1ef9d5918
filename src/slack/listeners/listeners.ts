import { ACTION_IDS, MENU_IDS, VIEW_IDS } from "../ids/registrations.ts";
import { denialFormView, disputeFormView } from "../views/reason-form-view.ts";
import { openReasonForm, storeClick } from "./actions/card-buttons.ts";
import { extendGrants, openChangeOf, openUndo } from "./actions/change-buttons.ts";
import { onIncydrCommand } from "./commands/incydr-command.ts";
import { onGroupChanged } from "./events/group-events.ts";
import type { Listeners } from "./listener.ts";
import { actOnUser } from "./shortcuts/act-on-user.ts";
import { submitBulkForm, submitBulkInput } from "./views/bulk-modals.ts";
import { closeNotice, searchOrgs, submitChange, submitChoice } from "./views/change-modals.ts";
import { storeReason } from "./views/reason-forms.ts";

/** Everything that the bot does when Slack delivers something. A new button, modal or command is one entry. */
export const LISTENERS: Listeners = {
  commands: { "/incydr": onIncydrCommand },

  buttons: {
    // A click that decides something is stored before it is acked, and carried out by a job.
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
    // A link opens by itself; Slack wants its click acked all the same.
    [ACTION_IDS.openLink]: async (_deps, { ack }) => ack(),
  },

  menus: { [MENU_IDS.org]: searchOrgs },

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
