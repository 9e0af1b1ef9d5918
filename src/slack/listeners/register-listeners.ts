import type { App } from "@slack/bolt";
import { registerCardButtons } from "./actions/card-buttons.ts";
import { registerGrantButtons } from "./actions/grant-buttons.ts";
import { registerSubjectButtons } from "./actions/subject-buttons.ts";
import { registerUndoButton } from "./actions/undo-button.ts";
import { registerIncydrCommand } from "./commands/incydr-command.ts";
import { registerGroupEvents } from "./events/group-events.ts";
import { registerActOnUser } from "./shortcuts/act-on-user.ts";
import type { SlackDeps } from "./slack-deps.ts";
import { registerBulkModals } from "./views/bulk-modals.ts";
import { registerModals } from "./views/change-modals.ts";
import { registerReasonForms } from "./views/reason-forms.ts";

/** Everything that the bot does when Slack delivers something. A test walks what is registered here. */
export function registerListeners(app: App, deps: SlackDeps): void {
  registerIncydrCommand(app, deps);
  registerModals(app, deps);
  registerReasonForms(app, deps);
  registerBulkModals(app, deps);
  registerCardButtons(app, deps);
  registerSubjectButtons(app, deps);
  registerUndoButton(app, deps);
  registerGrantButtons(app, deps);
  registerActOnUser(app, deps);
  registerGroupEvents(app, deps);
}
