import type { ConfirmDialog, Option } from "../blocks/composition-objects.ts";
import type { PlacedElement } from "../blocks/placed-elements.ts";
import { actionPayload } from "../payloads/action-payload.ts";
import { interactionBase } from "../payloads/actor.ts";
import { createReader } from "../render/reader.ts";
import { renderText } from "../render/render-blocks.ts";
import {
  assertInteractive,
  type ClientContext,
  type DispatchResult,
  dispatch,
  type Tamper,
  warningText,
} from "./client-context.ts";
import { type ActingSurface, placePayload, surfaceKey, valuesOf } from "./surface.ts";

/** A confirmation dialog as the person reads it. */
export interface ShownDialog {
  title: string;
  text: string;
  confirm: string;
  deny: string;
}

/** The outcome of the use of an element. */
export type ActionResult =
  /** The app got `block_actions`. */
  | (DispatchResult & { dispatched: true; dialog?: ShownDialog; warning?: string })
  /** The app got nothing, because the dialog was dismissed or the element doesn't dispatch. */
  | { dispatched: false; acked: false; dialog?: ShownDialog };

/** The options for the use of an element. */
export interface ActionOptions {
  /** Whether a confirmation dialog is confirmed; default true. */
  confirm?: boolean;
  tamper?: Tamper;
}

/** Sends `block_actions` for an element, after its confirmation dialog if the element has one. */
export async function act(
  client: ClientContext,
  surface: ActingSurface,
  placed: PlacedElement,
  options: ActionOptions & { overflowOption?: Option | undefined } = {},
): Promise<ActionResult> {
  assertInteractive(client);
  const { person, state, verificationToken } = client;
  const confirm = "confirm" in placed.element ? placed.element.confirm : undefined;
  const dialog = confirm ? { dialog: shownDialog(client, confirm) } : {};
  if (confirm && options.confirm === false) return { dispatched: false, acked: false, ...dialog };
  const value = valuesOf(state, surface, person.id)[placed.blockId]?.[placed.actionId];
  const { overflowOption } = options;
  const payload = {
    ...interactionBase("block_actions", person, state.workspace, verificationToken),
    ...placePayload(client, surface),
    actions: [actionPayload(placed, { actionTs: state.messages.nextTs(), value, overflowOption })],
  };
  const result = await dispatch(client, {
    kind: "interactive",
    type: "block_actions",
    payload,
    tamper: options.tamper,
  });
  const warning = warningText(result);
  const key = surfaceKey(surface, person.id);
  if (warning === undefined) state.warnings.delete(key);
  else state.warnings.set(key, warning);
  state.changes.emit();
  return { ...result, dispatched: true, ...dialog, ...(warning === undefined ? {} : { warning }) };
}

function shownDialog(client: ClientContext, dialog: ConfirmDialog): ShownDialog {
  const reader = createReader(client.state.workspace, client.person.id);
  return {
    title: dialog.title.text,
    text: renderText(dialog.text, reader),
    confirm: dialog.confirm.text,
    deny: dialog.deny.text,
  };
}
