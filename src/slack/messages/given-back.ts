import { shortened } from "../../kernel/shortened.ts";
import { bold, type Inline, plain } from "./rich-text.ts";

/** Characters of each text; no field and no command of the bot takes more. */
const LONGEST_TEXT = 3_000;

/** Typed texts by the label under which they are given back; `null` and empty texts are left out. */
export type TypedTexts = Readonly<Record<string, string | null>>;

/** Lines that give back what a person typed where it was refused, so that nobody has to type it again. */
export function givenBack(typed: TypedTexts): Inline[][] {
  return Object.entries(typed).flatMap(([label, text]) =>
    text === null || text.trim() === "" ? [] : [[bold(`${label} `), plain(shortened(text, LONGEST_TEXT))]],
  );
}
