import type { InteractiveElement } from "../blocks/block-schemas.ts";
import type { Option } from "../blocks/composition-objects.ts";
import type { PlacedElement } from "../blocks/placed-elements.ts";
import type { FieldValue } from "../state/form-values.ts";

/** One entry of `actions`: the element, its place and its value. */
export function actionPayload(
  placed: PlacedElement,
  options: { actionTs: string; value?: FieldValue | undefined; overflowOption?: Option | undefined },
): Record<string, unknown> {
  const { actionTs, value, overflowOption } = options;
  return {
    type: placed.element.type,
    action_id: placed.actionId,
    block_id: placed.blockId,
    ...shown(placed.element),
    ...(value ?? {}),
    ...(overflowOption ? { selected_option: overflowOption } : {}),
    action_ts: actionTs,
  };
}

function shown(element: InteractiveElement): Record<string, unknown> {
  const { text, value, style, placeholder, confirm } = { ...noFields, ...element };
  return Object.fromEntries(
    Object.entries({ text, value, style, placeholder, confirm }).filter(([, held]) => held !== undefined),
  );
}

const noFields = {
  text: undefined,
  value: undefined,
  style: undefined,
  placeholder: undefined,
  confirm: undefined,
};
