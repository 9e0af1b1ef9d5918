import type { ListedPage, OptionFault } from "../../../change-requests/index.ts";

/** Reads the number of a page, from 1, which is the default. */
export function readPage(typed = "1"): number | OptionFault {
  return /^0*[1-9]\d{0,5}$/.test(typed) ? Number(typed) : { why: "no_page", option: "page" };
}

/** A page of a list of which all entries are known. */
type WholeListPage = ListedPage & { readonly first: number; readonly total: number };

/**
 * A page of a list. A page beyond the end is the last one.
 * @param options.number from 1
 * @param options.size the items on a page
 * @param options.again the text of the command without its page
 */
export function pageOf<Item>(
  items: readonly Item[],
  options: { readonly number: number; readonly size: number; readonly again: string },
): { readonly shown: readonly Item[]; readonly page: WholeListPage } {
  const { size, again } = options;
  const lastNumber = Math.max(1, Math.ceil(items.length / size));
  const number = Math.min(options.number, lastNumber);
  const offset = (number - 1) * size;
  return {
    shown: items.slice(offset, offset + size),
    page: {
      ...{ first: offset + 1, total: items.length, isMore: false },
      previous: number > 1 ? `${again} --page ${number - 1}` : null,
      next: number < lastNumber ? `${again} --page ${number + 1}` : null,
    },
  };
}
