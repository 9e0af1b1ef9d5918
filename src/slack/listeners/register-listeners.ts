import type {
  App,
  BlockAction,
  ButtonAction,
  MessageShortcut,
  ViewClosedAction,
  ViewSubmitAction,
} from "@slack/bolt";
import { REGISTRATIONS } from "../ids/registrations.ts";
import type { EventName } from "./listener.ts";
import { LISTENERS } from "./listeners.ts";
import type { SlackDeps } from "./slack-deps.ts";

/** Has Bolt call each listener of the table. A test walks what is registered here. */
export function registerListeners(app: App, deps: SlackDeps): void {
  for (const [command, listener] of Object.entries(LISTENERS.commands))
    app.command(command, (delivery) => listener(deps, delivery));

  for (const [action_id, listener] of Object.entries(LISTENERS.buttons))
    app.action<BlockAction<ButtonAction>>({ type: "block_actions", action_id }, (delivery) =>
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
