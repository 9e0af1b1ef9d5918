import type { Readings } from "../readings.ts";
import type { Answer } from "./answer.ts";
import { ApiError, type ErrorBodyShape, renderError } from "./api-error.ts";

/** Turns refusals into answers. */
export interface ErrorAnswers {
  /** Uses the given shape, or else the shape in the readings, or else the known shape of the error. */
  of(error: ApiError, shape?: ErrorBodyShape): Answer;
  /** 429 with `Retry-After` in seconds or as an HTTP date, both rounded up; without the header for `null`. */
  tooManyRequests(waitMs: number | null, form: "seconds" | "date"): Answer;
}

/** Creates the answers. Each answer uses the current readings. */
export function createErrorAnswers(options: { readings: () => Readings; now: () => number }): ErrorAnswers {
  function of(error: ApiError, shape?: ErrorBodyShape): Answer {
    const { errorBody } = options.readings();
    const rendered = renderError(error, shape ?? (errorBody === "as_known" ? error.knownShape : errorBody));
    return { ...rendered, status: error.status, headers: {} };
  }

  return {
    of,
    tooManyRequests: (waitMs, form) => ({
      ...of(new ApiError(429, "TOO_MANY_REQUESTS")),
      headers: waitMs === null ? {} : { "retry-after": retryAfter(waitMs, form, options.now()) },
    }),
  };
}

function retryAfter(waitMs: number, form: "seconds" | "date", nowMs: number): string {
  return form === "seconds"
    ? String(Math.ceil(waitMs / 1000))
    : new Date(Math.ceil((nowMs + waitMs) / 1000) * 1000).toUTCString();
}
