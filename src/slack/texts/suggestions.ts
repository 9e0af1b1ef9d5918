import { quotedName } from "../../kernel/quoted-name.ts";
import { type Inline, plain } from "./rich-text.ts";

/** Several roles or organizations that a text may mean. Names are shown if they differ: then the exact name is as good
 * as the id. */
export function oneOfSeveral(
  options: readonly { readonly id: string; readonly name: string }[],
  otherwise: string,
): Inline[] {
  const hasNames = new Set(options.map(({ name }) => name)).size === options.length;
  const shown = options.map(({ id, name }) => (hasNames ? `${id} (${quotedName(name)})` : id));
  const line = suggestions("Write the id of one of them:", shown, otherwise);
  return hasNames && options.length > 0 ? [...line, plain(". Or write one of these names exactly.")] : line;
}

/** Names to choose from behind an introduction, or `otherwise` if there are none. */
export function suggestions(intro: string, names: readonly string[], otherwise: string): Inline[] {
  return [
    plain(names.length > 0 ? `${intro} ${names.join(", ")}${intro.endsWith("mean") ? "?" : ""}` : otherwise),
  ];
}
