import { z } from "zod";

const PATTERN = /^(?:(?:GET|POST|PUT|PATCH|DELETE|\*) )?(?:\*\*|\/\S*)$/;

/**
 * A pattern of requests: an optional method, a space, and a path. In the path, `*` stands for one segment or a part of
 * one, and `**` for anything. Examples: `GET /v1/users/*`, `PUT /v1/users/**`, `**`.
 */
export const requestPatternSchema = z
  .string()
  .regex(PATTERN, 'Write a request pattern as "[METHOD ]/path", "*" for a segment, "**" for anything.');

/** Whether a request matches the pattern; the query is ignored. */
export function matchesPattern(pattern: string, request: { method: string; path: string }): boolean {
  const [first = "", second] = pattern.split(" ");
  const method = second === undefined ? "*" : first;
  const path = second ?? first;
  return (method === "*" || method === request.method) && pathExpression(path).test(request.path);
}

function pathExpression(path: string): RegExp {
  const source = path
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`);
}
