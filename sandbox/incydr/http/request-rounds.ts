import type { RequestLogEntry } from "./request-logs.ts";

/**
 * How many requests followed one another at least: the longest chain in which each request arrived after the answer to the
 * one before it went out. Requests at the same time count as one round.
 */
export function countRounds(requests: readonly Pick<RequestLogEntry, "at" | "answeredAt">[]): number {
  const depths: number[] = [];
  for (const [index, { at }] of requests.entries()) {
    const before = depths.filter((_, earlier) => isAnsweredBy(requests[earlier], at));
    depths[index] = 1 + Math.max(0, ...before);
  }
  return Math.max(0, ...depths);
}

function isAnsweredBy(request: Pick<RequestLogEntry, "answeredAt"> | undefined, at: number): boolean {
  const answeredAt = request?.answeredAt ?? null;
  return answeredAt !== null && answeredAt <= at;
}
