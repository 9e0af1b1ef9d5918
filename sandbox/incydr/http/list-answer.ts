import type { Readings } from "../readings.ts";
import { type PageQuery, pageOf } from "./query-parameters.ts";

/** The part of a list in an answer: one page, or the whole list. */
export type ListPart = PageQuery | "whole";

/** The records of `part` and their total, in the form that the readings say. */
export function listAnswer<T extends object>(
  entries: readonly T[],
  part: ListPart,
  { readings, idField }: { readings: Readings; idField: keyof T & string },
): { records: Partial<T>[]; totalCount?: number } {
  const page = part === "whole" ? [...entries] : pageOf(entries, part);
  const isFirst = part === "whole" || part.page === 1;
  const records = readings.recordWithoutId && isFirst ? withoutFirstId(page, idField) : page;
  switch (readings.totalCount) {
    case "whole":
      return { records, totalCount: entries.length };
    case "capped":
      return { records, totalCount: Math.min(entries.length, readings.largestTotal) };
    case "per_page":
      return { records, totalCount: page.length };
    case "absent":
      return { records };
  }
}

function withoutFirstId<T extends object>([first, ...others]: readonly T[], idField: keyof T): Partial<T>[] {
  if (first === undefined) {
    return [];
  }
  const { [idField]: _id, ...rest } = first;
  return [rest as Partial<T>, ...others]; // the same record without one field
}
