import { RespondError, type RespondFn } from "@slack/bolt";
import { NoResponseUrlError } from "./delivery-errors.ts";
import { NO_RESPONSE_URL } from "./read-delivery.ts";

/** Milliseconds after which an answer to a response URL is given up. */
const TIMEOUT_MS = 10_000;

/** As `fetch`, with a bound, and never to the address that stands for a missing response URL. */
export const fetchResponseUrl: typeof fetch = (url, init) => {
  if (url === NO_RESPONSE_URL) return Promise.reject(new NoResponseUrlError());
  const bound = AbortSignal.timeout(TIMEOUT_MS);
  return fetch(url, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, bound]) : bound });
};

/** Bolt's `respond` for deliveries that Bolt isn't handed. */
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
