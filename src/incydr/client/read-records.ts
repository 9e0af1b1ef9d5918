import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { steadyClock } from "../../kernel/clock.ts";

/** The records of a list that can be read, and the number of the others. */
export interface ReadRecords<Out> {
  readonly items: Out[];
  readonly skipped: number;
}

/** How long records are read in one go, in milliseconds. */
const SLICE_MS = 10;
/** A list with more unreadable records is no list of Incydr's. */
const MOST_UNREADABLE = 100;

/**
 * Reads the records of a list one by one. Other work of the process gets its turn after each slice. Nothing is
 * kept of an unreadable record.
 * @throws {z.ZodError} if `list` is no list, or if more than `maxUnreadable` records (default 100) can't be read.
 */
export async function readRecords<Out>(
  item: z.ZodType<Out>,
  list: unknown,
  {
    path = [],
    maxUnreadable = MOST_UNREADABLE,
  }: { readonly path?: readonly string[]; readonly maxUnreadable?: number } = {},
): Promise<ReadRecords<Out>> {
  if (!Array.isArray(list)) throw shapeError([...path], "not a list");
  const items: Out[] = [];
  let skipped = 0;
  let sliceEndsAtMs = nowMs() + SLICE_MS;
  for (const [index, record] of list.entries()) {
    const { success, data } = item.safeParse(record);
    if (success) items.push(data);
    else {
      skipped += 1;
      if (skipped > maxUnreadable) throw shapeError([...path, index], "not readable");
    }
    if (nowMs() < sliceEndsAtMs) continue;
    await setImmediate();
    sliceEndsAtMs = nowMs() + SLICE_MS;
  }
  return { items, skipped };
}

function nowMs(): number {
  return steadyClock.now().getTime();
}

function shapeError(path: (string | number)[], message: string): z.ZodError {
  return new z.ZodRealError([{ code: "custom", path, message, input: undefined }]);
}
