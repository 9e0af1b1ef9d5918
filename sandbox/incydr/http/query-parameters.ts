import type { Readings } from "../readings.ts";
import { ApiError } from "./api-error.ts";
import type { EndpointRequest } from "./endpoint.ts";

/** The requested page. */
export interface PageQuery {
  /** From 1. */
  page: number;
  pageSize: number;
}

/** Reads `page` (default 1) and `pageSize` (default 100). A value that is no whole number from 1 is a 400. */
export function readPageQuery(request: EndpointRequest, readings: Readings): PageQuery {
  const page = readWholeNumber(request, "page", 1);
  const pageSize = readWholeNumber(request, "pageSize", Math.min(100, readings.maxPageSize));
  if (pageSize > readings.maxPageSize && readings.oversizedPage === "refused") {
    throw new ApiError(400, "INVALID_REQUEST", `pageSize must not exceed ${readings.maxPageSize}.`);
  }
  return { page, pageSize: Math.min(pageSize, readings.maxPageSize) };
}

/** The entries of one page; a page beyond the end is empty. */
export function pageOf<T>(entries: readonly T[], query: PageQuery): T[] {
  return entries.slice((query.page - 1) * query.pageSize, query.page * query.pageSize);
}

/** Reads a boolean; `undefined` if it is absent, a 400 for a spelling that the readings refuse. */
export function readBoolean(request: EndpointRequest, name: string, readings: Readings): boolean | undefined {
  const given = request.query(name);
  const value = readings.booleans === "any_case" ? given?.toLowerCase() : given;
  if (value === undefined) {
    return undefined;
  }
  if (value !== "true" && value !== "false") {
    throw new ApiError(400, "INVALID_REQUEST", `${name} must be true or false.`);
  }
  return value === "true";
}

/** Reads one of a set of words, which must match exactly; a 400 for any other. */
export function readChoice<T extends string>(
  request: EndpointRequest,
  name: string,
  choices: readonly T[],
): T | undefined {
  const given = request.query(name);
  const choice = choices.find((candidate) => candidate === given);
  if (given !== undefined && choice === undefined) {
    throw new ApiError(400, "INVALID_REQUEST", `${name} must be one of ${choices.join(", ")}.`);
  }
  return choice;
}

/** Sorts by a text, records without it last; equal records keep their order. */
export function sortedBy<T>(
  entries: readonly T[],
  key: (entry: T) => string | null,
  descending: boolean,
): T[] {
  const sign = descending ? -1 : 1;
  return [...entries].sort((left, right) => {
    const [a, b] = [key(left), key(right)];
    if (a === null || b === null) {
      return Number(a === null) - Number(b === null);
    }
    return sign * (a < b ? -1 : a > b ? 1 : 0);
  });
}

function readWholeNumber(request: EndpointRequest, name: string, fallback: number): number {
  const given = request.query(name);
  if (given === undefined) {
    return fallback;
  }
  if (!/^[1-9]\d{0,8}$/.test(given)) {
    throw new ApiError(400, "INVALID_REQUEST", `${name} must be a whole number from 1.`);
  }
  return Number(given);
}
