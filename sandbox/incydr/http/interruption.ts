import type { InjectedFault } from "../control/faults.ts";
import type { WaitEnd } from "../control/request-gate.ts";
import type { RequestGates } from "../control/request-gates.ts";
import type { Answer } from "./answer.ts";
import { ApiError } from "./api-error.ts";
import type { ErrorAnswers } from "./error-answers.ts";

/** Ends an exchange early, with this answer or without one. */
export class Interruption extends Error {
  readonly answer: Answer | undefined;

  constructor(answer: Answer | undefined) {
    super("The exchange was interrupted.");
    this.answer = answer;
  }
}

/** Whether a fault affects only the answer, and not the effect. */
export function injectsAfter(fault: InjectedFault | undefined): boolean {
  return fault?.kind === "cut_short" || (fault !== undefined && "when" in fault && fault.when === "after");
}

/** Injects a fault: throws an `Interruption`, or waits, or does nothing. */
export async function injectFault(
  fault: InjectedFault | undefined,
  options: { errorAnswers: ErrorAnswers; gates: RequestGates; hungUp: AbortSignal },
): Promise<void> {
  const { errorAnswers, gates, hungUp } = options;
  switch (fault?.kind) {
    case "too_many_requests": {
      const waitMs = fault.retryAfterSeconds === null ? null : fault.retryAfterSeconds * 1000;
      throw new Interruption(errorAnswers.tooManyRequests(waitMs, fault.retryAfterForm));
    }
    case "status": {
      const error = new ApiError(fault.status, fault.problem, "A fault was switched on.");
      throw new Interruption(errorAnswers.of(error, fault.body));
    }
    case "drop":
      throw new Interruption(undefined);
    case "hang":
      giveUpUnlessReleased(await gates.hang(hungUp));
      return;
    case "cut_short":
    case undefined:
      return;
  }
}

/** Throws an `Interruption` without an answer if a wait did not end by a release. */
export function giveUpUnlessReleased(end: WaitEnd): void {
  if (end !== "released") {
    throw new Interruption(undefined);
  }
}
