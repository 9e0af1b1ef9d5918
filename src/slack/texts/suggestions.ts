import { quotedName } from "../../kernel/quoted-name.ts";
import { type Inline, plain } from "./rich-text.ts";

/** The roles or organizations that a text may mean. If their names differ, the exact name can be written too. */
export function oneOfSeveral(
  options: readonly { readonly id: string; readonly name: string }[],
  otherwise: string,
): Inline[] {
  const hasNames = new Set(options.map(({ name }) => name)).size === options.length;
  const shown = options.map(({ id, name }) => (hasNames ? `${id} (${quotedName(name)})` : id));
  const line = suggestions("Write one of these ids:", shown, otherwise);
  return hasNames && options.length > 0 ? [...line, plain(". Or write the exact name.")] : line;
}

/** Names to choose from behind an introduction, or `otherwise` if there are none. */
export function suggestions(intro: string, names: readonly string[], otherwise: string): Inline[] {
  return [
    plain(names.length > 0 ? `${intro} ${names.join(", ")}${intro.endsWith("mean") ? "?" : ""}` : otherwise),
  ];
}
