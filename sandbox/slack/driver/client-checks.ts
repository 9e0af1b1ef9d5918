import { type PlacedElement, placedElements } from "../blocks/placed-elements.ts";
import { isEmptyValue } from "../state/form-values.ts";
import type { OpenView } from "../state/view-store.ts";

/**
 * The inputs that the client refuses to submit, by block_id. They are empty but required, or their text is too short,
 * too long, or not an e-mail, URL or number. The app does not get such an attempt.
 */
export function clientErrors(view: OpenView): Record<string, string> {
  const inputs = placedElements(view.definition.blocks).filter(({ role }) => role === "input");
  const errors: Record<string, string> = {};
  for (const placed of inputs) {
    const value = view.values[placed.blockId]?.[placed.actionId];
    if (isEmptyValue(value)) {
      if (!placed.optional) errors[placed.blockId] = "Please complete this required field.";
      continue;
    }
    const typed = value && "value" in value ? value.value : null;
    const error = typed === null ? undefined : textError(placed, typed);
    if (error) errors[placed.blockId] = error;
  }
  return errors;
}

function textError({ element }: PlacedElement, typed: string): string | undefined {
  switch (element.type) {
    case "plain_text_input": {
      const { min_length = 0, max_length = 3000 } = element;
      if (typed.length < min_length) return `Must be at least ${min_length} characters.`;
      if (typed.length > max_length) return `Must be at most ${max_length} characters.`;
      return undefined;
    }
    case "email_text_input":
      return /^\S+@\S+\.\S+$/.test(typed) ? undefined : "Must be a valid email address.";
    case "url_text_input":
      return URL.canParse(typed) ? undefined : "Must be a valid URL.";
    case "number_input": {
      const number = Number(typed);
      const { min_value, max_value, is_decimal_allowed } = element;
      if (Number.isNaN(number)) return "Must be a number.";
      if (!is_decimal_allowed && !Number.isInteger(number)) return "Must be a whole number.";
      if (min_value !== undefined && number < Number(min_value)) return `Must be at least ${min_value}.`;
      if (max_value !== undefined && number > Number(max_value)) return `Must be at most ${max_value}.`;
      return undefined;
    }
    default:
      return undefined;
  }
}
