import { z } from "zod";
import { LONGEST_FILTER_TEXT } from "../../subjects/index.ts";

/** The value of a button that opens another page of organizations. It grants nothing: a click asks the policies again. */
const pageValue = z.strictObject({
  text: z.string().min(1).max(LONGEST_FILTER_TEXT).nullable(),
  offset: z.int().min(0).max(10_000_000),
});

export type OrgListPageRef = z.output<typeof pageValue>;

/** The value of a page's button; within Slack's 2,000 characters, because the text is short. */
export function writeOrgPageValue(page: OrgListPageRef): string {
  return JSON.stringify(page);
}

/** Reads the value of a page's button; `null` if the bot never gives a button this value. */
export function readOrgPageValue(value: string): OrgListPageRef | null {
  try {
    return pageValue.parse(JSON.parse(value));
  } catch {
    return null;
  }
}
