import type { Block } from "../blocks/block-schemas.ts";
import { type PlacedElement, placedElements } from "../blocks/placed-elements.ts";

/** The button with this text or action_id. Throws if several match, or if none does, with the existing names. */
export function findButton(blocks: readonly Block[], textOrId: string): PlacedElement {
  const buttons = placedElements(blocks).filter(({ element }) => element.type === "button");
  const names = ({ element, actionId }: PlacedElement) =>
    element.type === "button" ? [element.text.text, actionId] : [];
  return single(buttons, names, textOrId, "button");
}

/**
 * The field with this label, section text, placeholder, action_id or block_id. Throws if several match, or if none
 * does, with the existing names.
 */
export function findField(blocks: readonly Block[], name: string): PlacedElement {
  const fields = placedElements(blocks).filter(({ element }) => element.type !== "button");
  const names = ({ element, label, actionId, blockId }: PlacedElement) => [
    ...(label === undefined ? [] : [label]),
    ...("placeholder" in element && element.placeholder ? [element.placeholder.text] : []),
    actionId,
    blockId,
  ];
  return single(fields, names, name, "field");
}

function single(
  candidates: PlacedElement[],
  names: (candidate: PlacedElement) => string[],
  wanted: string,
  kind: string,
): PlacedElement {
  const matching = candidates.filter((candidate) => names(candidate).includes(wanted));
  const [found] = matching;
  if (!found) {
    const there = candidates.map((candidate) => `"${names(candidate)[0]}"`).join(", ");
    const others = there === "" ? `It has no ${kind}s.` : `There is: ${there}.`;
    throw new Error(`There is no ${kind} "${wanted}" here. ${others}`);
  }
  if (matching.length > 1)
    throw new Error(`${matching.length} ${kind}s have the name "${wanted}". Use an action_id.`);
  return found;
}
