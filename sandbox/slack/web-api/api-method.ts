import type { SlackState } from "../state/slack-state.ts";
import type { ApiArguments } from "./api-arguments.ts";
import type { RateRule } from "./rate-limits.ts";

/** The dependencies of a method. */
export interface ApiCall {
  method: string;
  arguments: ApiArguments;
  state: SlackState;
  /** Opens a way for a Socket Mode client to connect, and returns its `ws://` URL. */
  openSocket: () => string;
}

/** One method of the Web API. */
export interface ApiMethod {
  token: "bot" | "app";
  /** Bot scopes that must all be granted. Those that depend on the channel are checked by the method itself. */
  scopes: readonly string[];
  rate: RateRule;
  /** Carries the call out and returns the other fields beside `ok: true`; throws `ApiRefusal`. */
  run(call: ApiCall): Record<string, unknown>;
}
