import { isExternalMenu, type PlacedElement } from "../blocks/placed-elements.ts";
import { filePayload } from "../payloads/file-payload.ts";
import type { OpenView } from "../state/view-store.ts";
import { type ActionOptions, type ActionResult, act } from "./act.ts";
import type { ClientContext } from "./client-context.ts";
import { type FieldInput, fileToUpload, optionsNamed, searchesOf, valueFor } from "./field-input.ts";
import { searchOption } from "./suggest-options.ts";
import { type ActingSurface, valuesOf } from "./surface.ts";

/** Inputs for typed text. They dispatch on Enter, and not while a person types. */
const TYPED = ["plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"];

/** Fills in a field. If the element dispatches on a choice, sends `block_actions` and waits for the ack. */
export async function fillField(
  client: ClientContext,
  surface: ActingSurface,
  placed: PlacedElement,
  input: FieldInput,
): Promise<void> {
  await hold(client, surface, placed, input);
  if (placed.dispatches && !TYPED.includes(placed.element.type)) await act(client, surface, placed);
}

/**
 * Chooses in a field, or types and presses Enter. If the element dispatches, sends `block_actions`. For an overflow
 * menu, the input is the option's text.
 */
export async function chooseInField(
  client: ClientContext,
  surface: ActingSurface,
  placed: PlacedElement,
  input: FieldInput,
  options: ActionOptions,
): Promise<ActionResult> {
  const { element } = placed;
  if (element.type === "overflow") {
    const [overflowOption] = optionsNamed(element.options, [String(input)]);
    return act(client, surface, placed, { ...options, overflowOption });
  }
  await hold(client, surface, placed, input);
  return placed.dispatches ? act(client, surface, placed, options) : { dispatched: false, acked: false };
}

async function hold(
  client: ClientContext,
  surface: ActingSurface,
  placed: PlacedElement,
  input: FieldInput,
): Promise<void> {
  const { state, person } = client;
  const { workspace } = state;
  const found = [];
  if (isExternalMenu(placed.element)) {
    for (const search of searchesOf(input)) {
      const option = await searchOption(client, surface, placed, search);
      if (option) found.push(option);
    }
  }
  const values = valuesOf(state, surface, person.id);
  const uploaded = upload(client, input);
  const value = valueFor(placed.element, input, { workspace, found, uploaded });
  values[placed.blockId] = { ...values[placed.blockId], [placed.actionId]: value };
  if (surface.kind === "view") clearError(surface.view, placed.blockId);
  state.changes.emit();
}

/** Removes the error next to a field, as the client does when a person changes the field. */
function clearError(view: OpenView, blockId: string): void {
  view.errors = Object.fromEntries(Object.entries(view.errors).filter(([id]) => id !== blockId));
}

/** The client uploads a file as soon as it is chosen; the form then carries its file object. */
function upload({ state, person }: ClientContext, input: FieldInput): Record<string, unknown>[] {
  const chosen = fileToUpload(input);
  if (!chosen) return [];
  const file = state.files.add({ ownerId: person.id, name: chosen.file, bytes: Buffer.from(chosen.content) });
  return [filePayload(file, state)];
}
