import type { ApiArguments } from "./api-arguments.ts";
import { ApiRefusal } from "./api-refusal.ts";

/** One page of `items` by the call's `limit` and `cursor`; the cursor of the last page is empty. */
export function paginate<T>(
  items: readonly T[],
  call: ApiArguments,
  defaultLimit: number,
): { page: T[]; response_metadata: { next_cursor: string } } {
  const limit = call.integer("limit") || defaultLimit;
  const cursor = call.text("cursor");
  const start = cursor === undefined ? 0 : Number(/^from:(\d+)$/.exec(decode(cursor))?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) throw new ApiRefusal("invalid_cursor");
  const end = start + limit;
  const next = end < items.length ? Buffer.from(`from:${end}`).toString("base64") : "";
  return { page: items.slice(start, end), response_metadata: { next_cursor: next } };
}

function decode(cursor: string): string {
  return Buffer.from(cursor, "base64").toString("utf8");
}
