import { LogLevel, WebClient, type WebClientOptions } from "@slack/web-api";
import { AppError } from "../../kernel/errors.ts";

/** The Web API, twice, because a repeated read harms nobody and a repeated post does. */
export interface SlackApi {
  /** Repeats a call that failed on its way. */
  readonly reading: WebClient;
  /** Never repeats: whoever posts finds out by reading whether it was posted. */
  readonly posting: WebClient;
}

/** Slack said that all is well, and left out what every such answer holds. A later answer may be whole. */
export class UnexpectedAnswerError extends AppError<"slack_answer_unexpected"> {
  constructor(method: string, missing: string) {
    super("slack_answer_unexpected", `The answer of ${method} lacks ${missing}.`);
  }
}

/** Milliseconds after which a call to Slack is given up. */
const TIMEOUT_MS = 10_000;

/**
 * `fetch` for every client. It reads the whole answer: `@slack/web-api` takes an error of `fetch` for a failed request,
 * and throws an error that is no Slack error if the connection breaks while it reads the answer itself. It does the same
 * with a 429 without `Retry-After`, and with JSON that is no object.
 */
export const fetchWholeAnswer: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const { status, statusText } = response;
  const text = await response.text();
  const headers = new Headers(response.headers);
  if (status === 429 && !/^\s*\d/.test(headers.get("retry-after") ?? "")) headers.set("retry-after", "1");
  // The page of a proxy, which must not be taken for the name of an error.
  const body = status === 200 && !/^\s*\{/.test(text) ? '{"ok":false}' : text;
  return new Response(body === "" ? null : body, { status, statusText, headers });
};

/** Options for every client: a call over the limit fails at once, or it would hold up all the others. */
export function webClientOptions(apiUrl: string | null): WebClientOptions {
  return {
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
    fetch: fetchWholeAnswer,
    timeout: TIMEOUT_MS,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 2, factor: 2, minTimeout: 100 },
    logLevel: LogLevel.ERROR,
  };
}

export function createSlackApi({ token, apiUrl }: { token: string; apiUrl: string | null }): SlackApi {
  return {
    reading: new WebClient(token, webClientOptions(apiUrl)),
    posting: new WebClient(token, { ...webClientOptions(apiUrl), retryConfig: { retries: 0 } }),
  };
}

/**
 * Slack's own name for why a call failed, such as `channel_not_found`; `null` for any other error. `@slack/web-api`
 * puts an answer that isn't JSON in the place of the name.
 */
export function slackErrorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("data" in error)) return null;
  const { data } = error;
  if (typeof data !== "object" || data === null || !("error" in data)) return null;
  return typeof data.error === "string" && /^[a-z][a-z0-9_]{0,99}$/.test(data.error) ? data.error : null;
}
