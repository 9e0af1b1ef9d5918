import { randomBytes } from "node:crypto";
import type { Block, BlockElement, InteractiveElement } from "./block-schemas.ts";

/** An element that a person can use, with its place. */
export interface PlacedElement {
  blockId: string;
  actionId: string;
  element: InteractiveElement;
  role: "accessory" | "actions" | "input";
  /** The input's label or the section's text; undefined in an actions block. */
  label: string | undefined;
  /** Whether a person may leave it empty. */
  optional: boolean;
  /** Whether its use sends `block_actions`. In input blocks, only with `dispatch_action`; elsewhere always. */
  dispatches: boolean;
}

/** Every element of `blocks` that a person can use, from top to bottom. */
export function placedElements(blocks: readonly Block[]): PlacedElement[] {
  return blocks.flatMap((block) => {
    const blockId = block.block_id ?? "";
    const place = (
      element: InteractiveElement,
      role: PlacedElement["role"],
      label: string | undefined,
    ): PlacedElement => ({
      blockId,
      actionId: element.action_id ?? "",
      element,
      role,
      label,
      optional: block.type === "input" ? (block.optional ?? false) : true,
      dispatches: block.type === "input" ? (block.dispatch_action ?? false) : true,
    });
    switch (block.type) {
      case "section":
        return isInteractive(block.accessory) ? [place(block.accessory, "accessory", block.text?.text)] : [];
      case "actions":
        return block.elements.map((element) => place(element, "actions", undefined));
      case "input":
        return [place(block.element, "input", block.label.text)];
      case "card":
        return (block.actions ?? []).map((element) => place(element, "actions", undefined));
      default:
        return [];
    }
  });
}

/** Whether a menu's options come from the app while a person types. */
export function isExternalMenu(
  element: InteractiveElement,
): element is Extract<InteractiveElement, { type: "external_select" | "multi_external_select" }> {
  return element.type === "external_select" || element.type === "multi_external_select";
}

/** A copy of `blocks` in which every block and every element has an id, as Slack stores them. */
export function withIds(blocks: readonly Block[]): Block[] {
  const copy = structuredClone([...blocks]);
  for (const block of copy) block.block_id ??= serverMadeId();
  for (const { element } of placedElements(copy)) element.action_id ??= serverMadeId();
  return copy;
}

/** A short random id, as Slack gives it to blocks and elements without an id. */
function serverMadeId(): string {
  return randomBytes(4).toString("base64").slice(0, 5);
}

function isInteractive(element: BlockElement | undefined): element is InteractiveElement {
  return element !== undefined && element.type !== "image";
}
