import type { SlackState } from "../state/slack-state.ts";
import type { ApiArguments } from "./api-arguments.ts";
import type { RateRule } from "./rate-limits.ts";

/** The dependencies of a method. */
export interface ApiCall {
  method: string;
  arguments: ApiArguments;
  state: SlackState;
  /** Returns a new `ws://` URL for a Socket Mode client. */
  openSocket: () => string;
}

/** One method of the Web API. */
export interface ApiMethod {
  token: "bot" | "app";
  /** The needed bot scopes. The method itself checks scopes that depend on the channel. */
  scopes: readonly string[];
  rate: RateRule;
  /**
   * Executes the call, and returns the fields beside `ok: true`. Throws `ApiRefusal` if Slack would refuse the call.
   */
  run(call: ApiCall): Record<string, unknown>;
}
