import type { Block } from "../blocks/block-schemas.ts";
import { placedElements } from "../blocks/placed-elements.ts";
import { createReader } from "../render/reader.ts";
import { renderBlocks, renderValue } from "../render/render-blocks.ts";
import type { FieldValue } from "../state/form-values.ts";
import type { SlackState } from "../state/slack-state.ts";
import type { OpenView } from "../state/view-store.ts";

/** An element of a view that has a value. */
export interface Field {
  /** The input's label or the section's text; undefined in an actions block. */
  label: string | undefined;
  blockId: string;
  actionId: string;
  type: FieldValue["type"];
  /** The visible text of its value; empty if nothing is chosen. */
  shown: string;
  value: FieldValue;
  /** The texts that can be chosen; empty for text inputs and external menus. */
  options: string[];
  error: string | undefined;
}

/** A view as its owner sees it now: a copy. */
export interface Modal {
  id: string;
  title: string;
  callbackId: string;
  privateMetadata: string;
  hash: string;
  blocks: Block[];
  fields: Field[];
  /** Error messages by the label of their input. */
  errors: Record<string, string>;
  /** The line that says that something went wrong with the last submission. */
  banner: string | undefined;
  submit: string | undefined;
  close: string | undefined;
  buttons: string[];
  /** 1 for an opened view, 2 and 3 for pushed ones. */
  depth: number;
  /** The whole visible text, the title first. */
  plain: string;
  /** The warning next to an element of this view that the app didn't acknowledge. */
  warning: string | undefined;
}

/** The view as its owner sees it. */
export function viewModal(state: SlackState, view: OpenView): Modal {
  const { definition, values } = view;
  const { blocks } = definition;
  const reader = createReader(state.workspace, view.ownerId);
  const placed = placedElements(blocks);
  const fields = placed.flatMap(({ label, blockId, actionId, element }): Field[] => {
    const value = values[blockId]?.[actionId];
    if (!value) return [];
    const shown = renderValue(value, reader);
    const options = optionTexts(element);
    return [
      { label, blockId, actionId, type: value.type, shown, value, options, error: view.errors[blockId] },
    ];
  });
  const modal = definition.type === "modal" ? definition : undefined;
  const title = modal?.title.text ?? "Home";
  const submit = modal?.submit?.text;
  const close = modal ? (modal.close?.text ?? "Cancel") : undefined;
  const lines = [
    title,
    ...(view.banner ? [`! ${view.banner}`] : []),
    renderBlocks(blocks, reader, { values, errors: view.errors }),
    [close, submit].flatMap((text) => (text ? [`[${text}]`] : [])).join(" "),
  ];
  return structuredClone({
    id: view.id,
    title,
    callbackId: definition.callback_id ?? "",
    privateMetadata: definition.private_metadata ?? "",
    hash: view.hash,
    blocks,
    fields,
    errors: Object.fromEntries(
      Object.entries(view.errors).map(([blockId, text]) => [
        placed.find((each) => each.blockId === blockId)?.label ?? blockId,
        text,
      ]),
    ),
    banner: view.banner,
    submit,
    close,
    buttons: placed.flatMap(({ element }) => (element.type === "button" ? [element.text.text] : [])),
    depth: state.views.stack(view.ownerId).indexOf(view) + 1,
    plain: lines.filter((line) => line !== "").join("\n"),
    warning: state.warnings.get(`${view.ownerId}:${view.id}`),
  });
}

function optionTexts(element: ReturnType<typeof placedElements>[number]["element"]): string[] {
  const flat = "options" in element ? (element.options ?? []) : [];
  const grouped = "option_groups" in element ? (element.option_groups ?? []) : [];
  return [...flat, ...grouped.flatMap((group) => group.options)].map((option) => option.text.text);
}
