import type { OpenView } from "../state/view-store.ts";
import type { Workspace } from "../state/workspace.ts";

/** A view in answers and interaction payloads, with its state and the ids that Slack made. */
export function viewPayload(view: OpenView, workspace: Workspace): Record<string, unknown> {
  const { definition } = view;
  const modal =
    definition.type === "modal"
      ? {
          title: definition.title,
          submit: definition.submit ?? null,
          close: definition.close ?? null,
          clear_on_close: definition.clear_on_close ?? false,
          notify_on_close: definition.notify_on_close ?? false,
        }
      : { title: null, submit: null, close: null, clear_on_close: false, notify_on_close: false };
  return {
    id: view.id,
    team_id: workspace.team.id,
    type: definition.type,
    blocks: definition.blocks,
    private_metadata: definition.private_metadata ?? "",
    callback_id: definition.callback_id ?? "",
    state: { values: view.values },
    hash: view.hash,
    ...modal,
    previous_view_id: view.previousViewId,
    root_view_id: view.rootViewId,
    app_id: workspace.app.appId,
    external_id: definition.external_id ?? "",
    app_installed_team_id: workspace.team.id,
    bot_id: workspace.app.botId,
  };
}
