import { z } from "zod";
import { ERROR_BODY_SHAPES } from "../http/api-error.ts";
import { matchesPattern, requestPatternSchema } from "./request-pattern.ts";

const scope = {
  /** The affected requests; default every request. */
  on: requestPatternSchema.default("**"),
  /** The number of affected requests; default every request until the fault is removed. */
  times: z.int().min(1).optional(),
  /** The number of matching requests that pass before the first fault. */
  skip: z.int().min(0).default(0),
  /** Affects only every n-th of the later matching requests; default every request. */
  every: z.int().min(1).default(1),
};
/** Whether the fault comes before or after the effect of the request. A fault before it prevents the effect. */
const when = z.enum(["before", "after"]).default("before");

/** A fault to switch on. Latency is added to any other fault. If several other faults match, the earliest applies. */
export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ ...scope, kind: z.literal("latency"), ms: z.number().min(0) }),
  /** 429. If `retryAfterSeconds` is null, the answer has no `Retry-After`. */
  z.strictObject({
    ...scope,
    kind: z.literal("too_many_requests"),
    retryAfterSeconds: z.number().min(0).nullable().default(1),
    retryAfterForm: z.enum(["seconds", "date"]).default("seconds"),
  }),
  /** Any status, with a body unrelated to the request. 200 with `html` is a login page. */
  z.strictObject({
    ...scope,
    kind: z.literal("status"),
    status: z.int().min(200).max(599),
    body: z.enum(ERROR_BODY_SHAPES).default("problem"),
    problem: z.string().default("SIMULATED"),
    when,
  }),
  /** The connection is cut without an answer. */
  z.strictObject({ ...scope, kind: z.literal("drop"), when }),
  /** No answer until the release. With `before`, a request has no effect if its client disconnects meanwhile. */
  z.strictObject({ ...scope, kind: z.literal("hang"), when }),
  /** The request has its effect. The connection is cut in the middle of the answer. */
  z.strictObject({ ...scope, kind: z.literal("cut_short") }),
]);

/** A fault without its defaults. */
export type FaultInput = z.input<typeof faultSchema>;

/** A fault with its defaults. */
export type FaultRule = z.output<typeof faultSchema>;

/** Any fault except latency. */
export type InjectedFault = Exclude<FaultRule, { kind: "latency" }>;

/** A fault that was switched on. */
export interface Fault {
  readonly id: number;
  readonly rule: FaultRule;
  /** The number of affected requests so far. */
  readonly struck: number;
  /** Switches the fault off. Hanging requests still wait for their release. */
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
  /** Chooses the faults for one request, and counts the request. */
  planFor(request: { method: string; path: string }): FaultPlan;
}

interface ActiveFault extends Fault {
  seen: number;
  struck: number;
}

/** Creates an empty set of faults. `add` throws a zod error if the fault is invalid. */
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
