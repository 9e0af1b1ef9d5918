import { type IncydrSimulator, startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import type { IncydrSimulatorOptions } from "../../sandbox/incydr/simulator-options.ts";

export const NADIA = "nadia.petrov@harborlight.example";
export const DARIO = "dario.conti@harborlight.example";

/** One answer of the simulator. */
export interface Called {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; throws if it is not JSON. Without a type, because tests compare the whole body. */
  json(): Record<string, unknown>;
}

/** A caller with a token; it calls over real HTTP, without the client of this repository. */
export interface Caller {
  get(path: string): Promise<Called>;
  post(path: string, body?: unknown): Promise<Called>;
  put(path: string, body: unknown): Promise<Called>;
  request(method: string, path: string, body?: string, signal?: AbortSignal): Promise<Called>;
}

/** Starts a simulator without a rate, unless the options name one, and a caller of it. */
export async function startSimulator(options: IncydrSimulatorOptions = {}) {
  const simulator = await startIncydrSimulator({ requestsPerMinute: null, ...options });
  const caller = await callerOf(simulator);
  const pathOf = (who: string) => `/v1/users/${simulator.tenant.user(who).userId}`;
  const deactivate = (who: string, signal?: AbortSignal) =>
    caller.request("POST", `${pathOf(who)}/deactivate`, undefined, signal);
  return { ...simulator, ...caller, pathOf, deactivate };
}

/** The header with these credentials. */
export const basic = (clientId: string, clientSecret: string) => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
});

/** Fetches a token and returns a caller that uses it. */
export async function callerOf(simulator: IncydrSimulator): Promise<Caller> {
  const credentials = basic(simulator.clientId, simulator.clientSecret);
  const answer = await call(`${simulator.url}/v1/oauth`, "POST", credentials);
  const authorization = `Bearer ${String(answer.json().access_token)}`;

  const request: Caller["request"] = (method, path, body, signal) =>
    call(
      `${simulator.url}${path}`,
      method,
      { authorization, "content-type": "application/json" },
      body,
      signal,
    );
  return {
    request,
    get: (path) => request("GET", path),
    post: (path, body) => request("POST", path, body === undefined ? undefined : JSON.stringify(body)),
    put: (path, body) => request("PUT", path, JSON.stringify(body)),
  };
}

/** Sends one HTTP request and reads the whole answer. */
export async function call(
  url: string,
  method: string,
  headers: Record<string, string> = {},
  body?: string,
  signal?: AbortSignal,
): Promise<Called> {
  const response = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}
