import { z } from "zod";
import { type DirectoryFilter, directoryFilterShape } from "../../subjects/index.ts";

/** The value of a button that opens another page of a list. It grants nothing: a click asks the policies again. */
const pageValue = z.strictObject({
  filter: directoryFilterShape,
  offset: z.int().min(0).max(10_000_000),
});

export type UserListPageRef = z.output<typeof pageValue>;

/** The value of a page's button; within Slack's 2,000 characters, because each text of a filter is short. */
export function writePageValue(page: UserListPageRef): string {
  return JSON.stringify(page);
}

/** Reads the value of a page's button; `null` if the bot never gives a button this value. */
export function readPageValue(value: string): UserListPageRef | null {
  try {
    return pageValue.parse(JSON.parse(value));
  } catch {
    return null;
  }
}

/** The value of the button that exports a list. It grants nothing. */
export function writeExportValue(filter: DirectoryFilter): string {
  return JSON.stringify(filter);
}

/** Reads the value of the export's button; `null` if the bot never gives the button this value. */
export function readExportValue(value: string): DirectoryFilter | null {
  try {
    return directoryFilterShape.parse(JSON.parse(value));
  } catch {
    return null;
  }
}
