import type { ListedPage } from "../../change-requests/index.ts";
import { count } from "./change-texts.ts";

/** The place of a page in its list: “23 requests, 11–20 shown”. `noun` is singular. `rest` follows it. */
export function pageText(
  { first, total, isMore }: ListedPage,
  shown: number,
  noun: string,
  rest = "",
): string {
  if (total === null) return `${count(shown, noun)} shown. There may be more.`;
  const all = `${isMore ? "More than " : ""}${count(total, noun)}${rest}`;
  if (!isMore && shown === total) return all;
  if (first === null) return `${all}, ${shown} shown`;
  return `${all}, ${shown === 1 ? first : `${first}–${first + shown - 1}`} shown`;
}
