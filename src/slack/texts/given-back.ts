import { bold, type Line, plain, quote } from "./rich-text.ts";
import { shortened } from "./shortened.ts";

/** No field and no command of the bot takes longer texts. */
const WHOLE = { longest: 3_000, mostLines: 3_000 };

/** Typed texts by the label under which they are given back; `null` and empty texts are left out. */
export type TypedTexts = Readonly<Record<string, string | null>>;

/** Gives back what a person typed where it was refused, so that nobody has to type it again; lines are quoted. */
export function givenBack(typed: TypedTexts): Line[] {
  return Object.entries(typed).flatMap(([label, text]): Line[] => {
    const given = text?.trim() ?? "";
    if (given === "") return [];
    if (/[\r\n]/.test(given)) return [[bold(label)], quote(given, WHOLE)];
    return [[bold(`${label} `), plain(shortened(given, WHOLE.longest))]];
  });
}
