import { LogLevel, WebClient, type WebClientOptions } from "@slack/web-api";
import { AppError } from "../../kernel/errors.ts";

/** Two clients of the Web API. */
export interface SlackApi {
  /** Repeats a call that had no answer. */
  readonly reading: WebClient;
  /** Repeats no call: a repeated post would appear twice. */
  readonly posting: WebClient;
}

/** A successful answer of Slack lacks a field that it always has. A later answer may be complete. */
export class UnexpectedAnswerError extends AppError<"slack_answer_unexpected"> {
  constructor(method: string, missing: string) {
    super("slack_answer_unexpected", `The answer of ${method} lacks ${missing}.`);
  }
}

/** The time limit of a call to Slack. */
const TIMEOUT_MS = 10_000;

/**
 * `fetch` for every client. It turns each bad answer into one that `@slack/web-api` understands. The library throws an
 * error that is no Slack error in three cases: the connection breaks while it reads an answer, a 429 has no
 * `Retry-After`, or the JSON is no object.
 */
export const fetchWholeAnswer: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const { status, statusText } = response;
  const text = await response.text();
  const headers = new Headers(response.headers);
  if (status === 429 && !/^\s*\d/.test(headers.get("retry-after") ?? "")) headers.set("retry-after", "1");
  // The library would treat the page of a proxy as Slack's error code.
  const body = status === 200 && !/^\s*\{/.test(text) ? '{"ok":false}' : text;
  return new Response(body === "" ? null : body, { status, statusText, headers });
};

/** Options for every client. A rate-limited call fails at once, or it would delay all other calls. */
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

/** The position of the next page in a list of Slack. */
export type Cursor = { readonly cursor?: string };

/** The pages of a list, one call each. */
export async function* pagesOf<
  Page extends { readonly response_metadata?: { readonly next_cursor?: string } },
>(read: (cursor: Cursor) => Promise<Page>): AsyncGenerator<Page> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor ? { cursor } : {});
    yield page;
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
}

/**
 * Slack's code of a failed call, such as `channel_not_found`; `null` for any other error. In `@slack/web-api`, this
 * field may contain an answer that isn't JSON.
 */
export function slackErrorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("data" in error)) return null;
  const { data } = error;
  if (typeof data !== "object" || data === null || !("error" in data)) return null;
  return typeof data.error === "string" && /^[a-z][a-z0-9_]{0,99}$/.test(data.error) ? data.error : null;
}
