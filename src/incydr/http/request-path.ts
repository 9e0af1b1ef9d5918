import { invalidInput } from "../model/errors.ts";

/** The values of a query; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The request target for `template`, each `{name}` of it filled with the escaped value of `params`, and
 * the query: `/v1/users/{userId}` becomes `/v1/users/123?page=1`.
 * @throws IncydrError `invalid` for a value that could change which endpoint is meant.
 */
export function buildRequestPath(
  template: string,
  params: Readonly<Record<string, string>> = {},
  query: Query = {},
): string {
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => pathSegment(name, params[name]));
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escaped(name, String(value))}`],
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

function pathSegment(name: string, value: string | undefined): string {
  // Dots alone survive escaping, and URL parsers resolve them as steps in the tree, also written %2e.
  if (value === undefined || value.trim() === "" || /^(\.|%2e){1,2}$/i.test(value)) {
    throw invalidInput(`${JSON.stringify(value ?? null)} cannot be the ${name} of a request`);
  }
  return escaped(name, value);
}

function escaped(name: string, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through.
  if (/[\u0000-\u001f\u007f-\u009f]/.test(value) || !value.isWellFormed()) {
    throw invalidInput(`the ${name} of a request has characters that no ${name} has`);
  }
  return encodeURIComponent(value);
}
