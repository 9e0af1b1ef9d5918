import { steadyClock } from "../../kernel/clock.ts";
import { defaultDeadlineMs } from "../http/call-runner.ts";
import type { CallOptions } from "../model/call-options.ts";
import { IncydrError } from "../model/errors.ts";

/**
 * Returns a function that gives each of several calls its options. All these calls share one deadline: the one in
 * `options`, or the default of the priority. After the deadline the function throws IncydrError `timed_out`.
 */
export function withinOneDeadline(
  purpose: string,
  options: CallOptions | undefined,
): () => CallOptions | undefined {
  const limitMs = options?.deadlineMs ?? defaultDeadlineMs[options?.lane ?? "interactive"];
  const endsAtMs = steadyClock.now().getTime() + limitMs;
  return () => {
    const remainingMs = endsAtMs - steadyClock.now().getTime();
    if (limitMs > 0 && remainingMs <= 0) {
      const message = `Could not ${purpose}: the deadline passed; try again later`;
      throw new IncydrError("timed_out", message, { sent: "no" });
    }
    // If the caller set no deadline, each call has the default of its priority.
    return options?.deadlineMs === undefined ? options : { ...options, deadlineMs: remainingMs };
  };
}
