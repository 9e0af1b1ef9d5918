import type { Block } from "../blocks/block-schemas.ts";
import { faultLine } from "../blocks/fault-texts.ts";
import { placedElements } from "../blocks/placed-elements.ts";
import { type CheckedView, checkHome, checkModal } from "../blocks/validate-view.ts";
import { viewPayload } from "../payloads/view-payload.ts";
import type { SlackState } from "../state/slack-state.ts";
import type { Trigger } from "../state/trigger-ids.ts";
import type { OpenView, ViewRefusal } from "../state/view-store.ts";
import type { ApiArguments } from "./api-arguments.ts";
import type { ApiCall, ApiMethod } from "./api-method.ts";
import { ApiRefusal } from "./api-refusal.ts";
import { requireScope } from "./channel-access.ts";

/** `views.*`. */
export const viewMethods: Record<string, ApiMethod> = {
  "views.open": { token: "bot", scopes: [], rate: "tier4", run: open },
  "views.push": { token: "bot", scopes: [], rate: "tier4", run: push },
  "views.update": { token: "bot", scopes: [], rate: "tier4", run: update },
  "views.publish": { token: "bot", scopes: [], rate: "tier4", run: publish },
};

function open(call: ApiCall): Record<string, unknown> {
  const { state } = call;
  const modal = accept(call, checkModal);
  const { personId, channelId } = exchange(call.arguments, state);
  return answer(state, state.views.open(personId, modal, channelId));
}

function push(call: ApiCall): Record<string, unknown> {
  const { state } = call;
  const modal = accept(call, checkModal);
  const { personId, viewId } = exchange(call.arguments, state);
  if (viewId === undefined) throw new ApiRefusal("invalid_trigger_id");
  return answer(state, state.views.push(personId, modal));
}

function update(call: ApiCall): Record<string, unknown> {
  const { state, arguments: given } = call;
  const id = given.text("view_id");
  const externalId = given.text("external_id");
  if (id === undefined && externalId === undefined) given.requiredText("view_id");
  const modal = accept(call, checkModal);
  const view = state.views.find({ id, externalId });
  if (view?.definition.type !== "modal") throw new ApiRefusal("not_found");
  return answer(state, state.views.update(view, modal, given.text("hash")));
}

function publish(call: ApiCall): Record<string, unknown> {
  const { state, arguments: given } = call;
  if (!state.app.homeTab) throw new ApiRefusal("not_enabled");
  const person = state.workspace.people.get(given.requiredText("user_id"));
  if (!person) throw new ApiRefusal("user_not_found");
  const home = accept(call, checkHome);
  return answer(state, state.views.publish(person.id, home, given.text("hash")));
}

function accept<T extends { blocks: readonly Block[] }>(
  { arguments: given, state }: ApiCall,
  check: (view: unknown) => CheckedView<T>,
): T {
  const checked = check(given.nested("view"));
  if (checked.ok) {
    const asksForFile = placedElements(checked.view.blocks).some(
      ({ element }) => element.type === "file_input",
    );
    if (asksForFile) requireScope(state, "files:read");
    return checked.view;
  }
  const messages = checked.faults.map((fault) => `[ERROR] ${faultLine(fault)}`);
  throw new ApiRefusal(checked.error, { response_metadata: { messages } });
}

function exchange(given: ApiArguments, state: SlackState): Trigger {
  const trigger = state.triggers.exchange(given.requiredText("trigger_id"));
  if (typeof trigger === "string") throw new ApiRefusal(trigger);
  return trigger;
}

function answer(state: SlackState, written: OpenView | ViewRefusal): Record<string, unknown> {
  if (typeof written === "string") throw new ApiRefusal(written);
  return { view: viewPayload(written, state.workspace) };
}
