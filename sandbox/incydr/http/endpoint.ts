/** A request as an endpoint sees it. */
export interface EndpointRequest {
  /** The decoded value of a path parameter. Throws if the route has no parameter of this name. */
  param(name: string): string;
  /** The first value of a query parameter. */
  query(name: string): string | undefined;
  header(name: string): string | undefined;
  /** The body as text; empty without a body. */
  text: string;
}

/** An endpoint's answer: a JSON value, or undefined for an empty body with 200. */
export type EndpointHandler = (request: EndpointRequest) => unknown;

/** The JSON value of a body; the text itself if it is not JSON; `null` for an empty body. */
export function parseJsonOrText(text: string): unknown {
  if (text === "") {
    return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
