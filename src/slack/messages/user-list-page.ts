import { z } from "zod";
import { LONGEST_FILTER_TEXT } from "../../subjects/index.ts";

const text = z.string().min(1).max(LONGEST_FILTER_TEXT).nullable();
const flag = z.boolean().nullable();

/** The value of a button that opens another page of a list. It grants nothing: a click asks the policies again. */
const pageValue = z.strictObject({
  filter: z.strictObject({ text, active: flag, blocked: flag, org: text, role: text }),
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
