import { z } from "zod";
import { ERROR_BODY_SHAPES } from "../http/api-error.ts";
import { matchesPattern, requestPatternSchema } from "./request-pattern.ts";

const scope = {
  /** Which requests; default every one. */
  on: requestPatternSchema.default("**"),
  /** The number of requests that the fault applies to; by default it applies until it is removed. */
  times: z.int().min(1).optional(),
  /** The number of matching requests that pass before the first fault. */
  skip: z.int().min(0).default(0),
  /** Applies only to each n-th of the matching requests that follow; default each. */
  every: z.int().min(1).default(1),
};
/** Whether the fault comes before the request has its effect, which then never happens, or after it. */
const when = z.enum(["before", "after"]).default("before");

/**
 * A fault to switch on. Latency is added to any other fault; of the others, the one that was switched on first applies.
 */
export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ ...scope, kind: z.literal("latency"), ms: z.number().min(0) }),
  /** 429; `retryAfterSeconds` null leaves the header out. */
  z.strictObject({
    ...scope,
    kind: z.literal("too_many_requests"),
    retryAfterSeconds: z.number().min(0).nullable().default(1),
    retryAfterForm: z.enum(["seconds", "date"]).default("seconds"),
  }),
  /** Any status with a body unrelated to the request; 200 with `html` is a login page. */
  z.strictObject({
    ...scope,
    kind: z.literal("status"),
    status: z.int().min(200).max(599),
    body: z.enum(ERROR_BODY_SHAPES).default("problem"),
    problem: z.string().default("SIMULATED"),
    when,
  }),
  /** The connection is destroyed without a byte of an answer. */
  z.strictObject({ ...scope, kind: z.literal("drop"), when }),
  /** No answer until released. With `before`, a request has no effect if its client hangs up meanwhile. */
  z.strictObject({ ...scope, kind: z.literal("hang"), when }),
  /** The request has its effect; the connection breaks in the middle of the answer. */
  z.strictObject({ ...scope, kind: z.literal("cut_short") }),
]);

/** A fault as it is given, defaults left out. */
export type FaultInput = z.input<typeof faultSchema>;

/** A fault with its defaults. */
export type FaultRule = z.output<typeof faultSchema>;

/** Any fault but latency. */
export type InjectedFault = Exclude<FaultRule, { kind: "latency" }>;

/** A fault that was switched on. */
export interface Fault {
  readonly id: number;
  readonly rule: FaultRule;
  /** How many requests it was applied to. */
  readonly struck: number;
  /** Switches it off; requests that hang keep hanging until released. */
  remove(): void;
}

/** The faults of one request. */
export interface FaultPlan {
  latencyMs: number;
  fault: InjectedFault | undefined;
}

/** The faults that are switched on. */
export interface Faults {
  add(input: FaultInput): Fault;
  remove(id: number): boolean;
  clear(): void;
  list(): readonly Fault[];
  /** Chooses the faults for one request, and counts it. */
  planFor(request: { method: string; path: string }): FaultPlan;
}

interface ActiveFault extends Fault {
  seen: number;
  struck: number;
}

/** Creates an empty set of faults. `add` throws a zod error for a fault that is not well formed. */
export function createFaults(): Faults {
  const active = new Map<number, ActiveFault>();
  let lastId = 0;

  function applies(fault: ActiveFault): boolean {
    const { skip, every, times } = fault.rule;
    const position = fault.seen - skip;
    return position > 0 && position % every === 0 && (times === undefined || fault.struck < times);
  }

  return {
    add: (input) => {
      lastId += 1;
      const id = lastId;
      const fault: ActiveFault = {
        id,
        rule: faultSchema.parse(input),
        seen: 0,
        struck: 0,
        remove: () => {
          active.delete(id);
        },
      };
      active.set(id, fault);
      return fault;
    },
    remove: (id) => active.delete(id),
    clear: () => active.clear(),
    list: () => [...active.values()],
    planFor: (request) => {
      const plan: FaultPlan = { latencyMs: 0, fault: undefined };
      for (const fault of active.values()) {
        if (!matchesPattern(fault.rule.on, request)) {
          continue;
        }
        fault.seen += 1;
        if (!applies(fault)) {
          continue;
        }
        if (fault.rule.kind === "latency") {
          fault.struck += 1;
          plan.latencyMs += fault.rule.ms;
        } else if (plan.fault === undefined) {
          fault.struck += 1;
          plan.fault = fault.rule;
        }
      }
      return plan;
    },
  };
}
