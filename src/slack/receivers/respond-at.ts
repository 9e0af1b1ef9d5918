import { RespondError, type RespondFn } from "@slack/bolt";
import { AnswerNotTakenError, NoResponseUrlError } from "./delivery-errors.ts";
import { NO_RESPONSE_URL } from "./read-delivery.ts";

const TIMEOUT_MS = 10_000;

/**
 * As `fetch`, for at most 10 s. Of a success, the body is read already.
 * @throws {NoResponseUrlError} for `NO_RESPONSE_URL`
 * @throws {AnswerNotTakenError} if the status is a success, and the body is not
 */
export const fetchResponseUrl: typeof fetch = async (url, init) => {
  if (url === NO_RESPONSE_URL) throw new NoResponseUrlError();
  const bound = AbortSignal.timeout(TIMEOUT_MS);
  const signal = init?.signal ? AbortSignal.any([init.signal, bound]) : bound;
  const response = await fetch(url, { ...init, signal });
  if (response.ok && !isAccepted(await response.text())) throw new AnswerNotTakenError();
  return response;
};

/** Whether a response can be Slack's acceptance: a proxy's page and `{"ok": false}` can't. */
function isAccepted(body: string): boolean {
  return !/^\s*<|^\s*\{\s*"ok"\s*:\s*false\b/.test(body);
}

/** Bolt's `respond`, for deliveries that Bolt does not get. */
export function respondAt(responseUrl: string | null): RespondFn {
  return async (message) => {
    const response = await fetchResponseUrl(responseUrl ?? NO_RESPONSE_URL, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(typeof message === "string" ? { text: message } : message),
    });
    if (!response.ok) throw new RespondError(`Slack answered ${response.status}.`, response.status);
    return response;
  };
}
