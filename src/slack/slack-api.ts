import { LogLevel, WebClient, type WebClientOptions } from "@slack/web-api";

/** The Web API, twice, because a repeated read harms nobody and a repeated post does. */
export interface SlackApi {
  /** Repeats a call that failed on its way. */
  readonly reading: WebClient;
  /** Never repeats: whoever posts finds out by reading whether it was posted. */
  readonly posting: WebClient;
}

/** Milliseconds after which a call to Slack is given up. */
const TIMEOUT_MS = 10_000;

/** Options for every client: a call over the limit fails at once, or it would hold up all the others. */
export function webClientOptions(apiUrl: string | null): WebClientOptions {
  return {
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
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
 * puts an answer that isn't JSON, such as the page of a proxy, in the place of the name.
 */
export function slackErrorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("data" in error)) return null;
  const { data } = error;
  if (typeof data !== "object" || data === null || !("error" in data)) return null;
  return typeof data.error === "string" && /^[a-z][a-z0-9_]{0,99}$/.test(data.error) ? data.error : null;
}
