import type { KnownBlock } from "@slack/types";
import type { LinesLeftOut } from "../../change-requests/index.ts";
import { bold, bullet, lines, plain, richText } from "./rich-text.ts";
import { shortened } from "./shortened.ts";

/** The lines of a list that need attention; `inFile` says what stands in the file, if there is one. */
export function leftOutBlocks({ first, more }: LinesLeftOut, inFile = ""): KnownBlock[] {
  if (first.length === 0) return [];
  return [
    richText(lines([bold("⚠️ Left out")]), [
      ...first.map(({ line, text }) => bullet(plain(shortened(`Line ${line}: ${text}`, 200)))),
      ...(more > 0 ? [bullet(plain(`… and ${more} more${inFile}.`))] : []),
    ]),
  ];
}
