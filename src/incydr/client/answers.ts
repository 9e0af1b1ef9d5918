import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { steadyClock } from "../../kernel/clock.ts";
import { IncydrError } from "../model/errors.ts";
import type { Page } from "./read-pages.ts";
import { envelope } from "./records.ts";

/** How long records are read without a pause, in milliseconds. */
const SLICE_MS = 10;
/** An answer with more unreadable records is not from Incydr. */
const MOST_UNREADABLE = 100;

/**
 * Reads the records of a list one by one, and counts the unreadable ones as `skipped`. Other work of the process runs
 * between slices of `SLICE_MS`.
 * @throws {z.ZodError} if `list` is not a list, or if more than `maxUnreadable` records (default 100) can't be read.
 */
export async function readRecords<Out>(
  item: z.ZodType<Out>,
  list: unknown,
  {
    path = [],
    maxUnreadable = MOST_UNREADABLE,
  }: { readonly path?: readonly string[]; readonly maxUnreadable?: number } = {},
): Promise<{ readonly items: Out[]; readonly skipped: number }> {
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

/** The reader of an answer that has its list in the member `field`. */
export function readPage<Out>(
  field: string,
  item: z.ZodType<Out>,
  options: { readonly maxUnreadable?: number } = {},
): (json: unknown) => Promise<Required<Page<Out>>> {
  return async (json) => {
    const { totalCount } = envelope.parse(json);
    const list = Reflect.get(Object(json), field);
    return { ...(await readRecords(item, list, { path: [field], ...options })), totalCount };
  };
}

/** The error if Incydr answered about another record than the requested one. */
export function otherRecordError(asked: string, answered: string): IncydrError {
  const message = `Incydr was asked for ${asked}, but answered with ${answered}; the answer was ignored`;
  return new IncydrError("unexpected_answer", message, { sent: "yes" });
}

function nowMs(): number {
  return steadyClock.now().getTime();
}

function shapeError(path: (string | number)[], message: string): z.ZodError {
  return new z.ZodRealError([{ code: "custom", path, message, input: undefined }]);
}
