import type { SlackState } from "../state/slack-state.ts";
import { readApiArguments } from "./api-arguments.ts";
import type { ApiMethod } from "./api-method.ts";
import { ApiRefusal } from "./api-refusal.ts";
import { appMethods } from "./app-methods.ts";
import { grantedScopes, requireScope } from "./channel-access.ts";
import { chatMethods } from "./chat-methods.ts";
import { conversationMethods } from "./conversation-methods.ts";
import { fileMethods } from "./file-methods.ts";
import type { RateLimits } from "./rate-limits.ts";
import { userMethods } from "./user-methods.ts";
import { viewMethods } from "./view-methods.ts";

/** Every method of the simulator. A call to another method is `unknown_method` and a violation. */
export const API_METHODS: Readonly<Record<string, ApiMethod>> = {
  ...appMethods,
  ...chatMethods,
  ...conversationMethods,
  ...fileMethods,
  ...userMethods,
  ...viewMethods,
};

/** Refusals that show a fault of the app itself. A correct app can get the others too. */
const VIOLATING = ["missing_scope", "invalid_arguments", "view_too_large"] as const;

/** One received Web API call, for tests that count reads and writes. */
export interface ApiRecord {
  method: string;
  /** Milliseconds since the epoch, by the simulator's clock. */
  at: number;
  body: Record<string, unknown>;
  /** `ok` or Slack's error code; `undefined` while the call hangs, and if it got no answer. */
  result?: string;
}

/** An answer: an HTTP status, headers and a JSON body. */
export interface ApiAnswer {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

/** Executes Web API calls. */
export interface WebApi {
  call(method: string, token: string | undefined, body: Record<string, unknown>): ApiAnswer;
}

/** Creates the Web API on the state. It accepts only `tokens`. */
export function createWebApi(options: {
  state: SlackState;
  limits: RateLimits;
  tokens: { bot: string; app: string };
  openSocket: () => string;
}): WebApi {
  const { state, limits, tokens, openSocket } = options;
  const { violations } = state;

  const kindOf = (token: string | undefined) =>
    token === tokens.bot ? "bot" : token === tokens.app ? "app" : undefined;

  /** Slack sends the scopes of a valid token with each answer, also with a refusal. */
  const scopeHeaders = (token: string | undefined): Record<string, string> => {
    const kind = kindOf(token);
    if (kind === undefined) return {};
    return { "x-oauth-scopes": kind === "bot" ? grantedScopes(state).join(",") : "connections:write" };
  };

  const authorize = (method: string, { token: needed, scopes }: ApiMethod, token: string | undefined) => {
    if (token === undefined) throw new ApiRefusal("not_authed");
    const kind = kindOf(token);
    if (kind === undefined) throw new ApiRefusal("invalid_auth");
    if (kind !== needed) {
      violations.add({
        kind: "not_allowed_token_type",
        where: method,
        detail: `called with the ${kind} token`,
      });
      throw new ApiRefusal("not_allowed_token_type");
    }
    for (const scope of scopes) requireScope(state, scope);
  };

  const run = (method: string, token: string | undefined, body: Record<string, unknown>): ApiAnswer => {
    const known = API_METHODS[method];
    if (!known) {
      violations.add({ kind: "unknown_method", where: method, detail: "the simulator has no such method" });
      throw new ApiRefusal("unknown_method", { req_method: method });
    }
    authorize(method, known, token);
    const given = readApiArguments(body);
    const wait = limits.take({ method, rule: known.rate, channelId: given.text("channel") });
    if (wait !== undefined) return rateLimited(wait);
    return {
      status: 200,
      headers: scopeHeaders(token),
      body: { ok: true, ...known.run({ method, arguments: given, state, openSocket }) },
    };
  };

  return {
    call: (method, token, body) => {
      try {
        return run(method, token, body);
      } catch (error) {
        if (!(error instanceof ApiRefusal)) throw error;
        // The app can't foresee that an administrator withdraws a scope.
        const isWithdrawn =
          error.code === "missing_scope" && state.workspace.settings.withdrawnScopes.size > 0;
        const kind = isWithdrawn ? undefined : VIOLATING.find((code) => code === error.code);
        if (kind) violations.add({ kind, where: method, detail: JSON.stringify(error.more) });
        const headers = scopeHeaders(token);
        return { status: 200, headers, body: { ok: false, error: error.code, ...error.more } };
      }
    },
  };
}

/** Slack's answer to a call above the limit. */
export function rateLimited(retryAfterSeconds: number): ApiAnswer {
  return {
    status: 429,
    headers: { "retry-after": String(retryAfterSeconds) },
    body: { ok: false, error: "ratelimited" },
  };
}
