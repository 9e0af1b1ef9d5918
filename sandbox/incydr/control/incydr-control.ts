import type { RateLimiter, RateLimitSettings } from "../http/rate-limiter.ts";
import type { RequestLogs } from "../http/request-logs.ts";
import type { TokenStore } from "../http/token-store.ts";
import { changeReadings, type Readings, type ReadingsChange } from "../readings.ts";
import type { SeededGenerator } from "../tenant/seeded-generator.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { createTenantEdits, type TenantEdits } from "../tenant/tenant-edits.ts";
import type { TenantData } from "../tenant/tenant-records.ts";
import type { Fault, FaultInput, Faults } from "./faults.ts";
import type { RequestGate, RequestGateOptions } from "./request-gate.ts";
import type { RequestGates } from "./request-gates.ts";

/** The switches of a running simulator, for tests, the tour and people. */
export interface IncydrControl {
  /** Switches a fault on. Throws a zod error if the fault is invalid. */
  addFault(fault: FaultInput): Fault;
  /** Writes that match `on` have their effect, but their answers are lost; default every write, once. */
  loseAnswers(on?: string, times?: number): Fault;
  /** Reads that match `on` are answered with 403, until the fault is removed. */
  forbid(on: string): Fault;
  /** The legal-hold endpoint is answered with 403, as for a client without that permission. */
  makeLegalHoldUnreadable(): Fault;
  readonly faults: readonly Fault[];
  removeFault(id: number): boolean;
  clearFaults(): void;
  /** Holds requests, so that a test decides their order; see `RequestGate`. */
  hold(on: string, options?: RequestGateOptions): RequestGate;
  findHold(id: number): RequestGate | undefined;
  /** Releases all held and hanging requests. */
  release(): void;
  readonly readings: Readings;
  /** Chooses the simulated behaviour where Incydr's behaviour is unknown. */
  setReadings(change: ReadingsChange): void;
  readonly rateLimit: Readonly<RateLimitSettings & { allowed: number; refused: number }>;
  /** Changes the limit, and fills its bucket. */
  setRateLimit(change: Partial<RateLimitSettings>): void;
  /** Revokes every token issued so far. */
  expireTokens(): void;
  /** Changes the secret of the API client, as an administrator does, and revokes all tokens. */
  changeClientSecret(clientSecret: string): void;
  /** Sets the life of tokens issued from now on. */
  setTokenLifetime(seconds: number): void;
  /** Edits of the tenant without the API. */
  readonly edit: TenantEdits;
  /** Empties both logs and sets the counts of the rate limit to zero. */
  clearLogs(): void;
  /** Resets tenant, faults, gates, readings, limit and logs to their initial state. Tokens and the secret stay. */
  reset(): void;
}

/** Creates the control over the parts of one simulator. */
export function createIncydrControl(options: {
  tenant: Tenant;
  buildTenant: () => TenantData;
  generator: SeededGenerator;
  faults: Faults;
  gates: RequestGates;
  limiter: RateLimiter;
  tokens: TokenStore;
  logs: RequestLogs;
  readings: { current: Readings };
  now: () => number;
}): IncydrControl {
  const { tenant, faults, gates, limiter, tokens, logs, readings } = options;
  const initial = {
    readings: readings.current,
    rateLimit: limiter.settings,
    tokenLifetimeSeconds: tokens.lifetimeSeconds,
  };

  const control: IncydrControl = {
    addFault: (fault) => faults.add(fault),
    loseAnswers: (on = "POST /v1/users/**", times = 1) =>
      faults.add({ kind: "drop", when: "after", on, times }),
    forbid: (on) => faults.add({ kind: "status", status: 403, problem: "FORBIDDEN", on }),
    makeLegalHoldUnreadable: () => control.forbid("GET /v1/legal-hold/**"),
    get faults() {
      return faults.list();
    },
    removeFault: (id) => faults.remove(id),
    clearFaults: () => faults.clear(),
    hold: (on, gateOptions) => gates.place(on, gateOptions),
    findHold: (id) => gates.get(id),
    release: () => gates.releaseAll(),
    get readings() {
      return readings.current;
    },
    setReadings: (change) => {
      readings.current = changeReadings(readings.current, change);
    },
    get rateLimit() {
      return { ...limiter.settings, ...limiter.counts };
    },
    setRateLimit: (change) => limiter.change(change),
    expireTokens: () => tokens.expireAll(),
    changeClientSecret: (clientSecret) => tokens.changeSecret(clientSecret),
    setTokenLifetime: (seconds) => {
      tokens.lifetimeSeconds = seconds;
    },
    edit: createTenantEdits({ tenant, generator: options.generator, now: options.now }),
    clearLogs: () => {
      logs.clear();
      limiter.reset();
    },
    reset: () => {
      faults.clear();
      gates.releaseAll();
      tenant.replace(options.buildTenant());
      readings.current = initial.readings;
      limiter.change(initial.rateLimit);
      tokens.lifetimeSeconds = initial.tokenLifetimeSeconds;
      control.clearLogs();
    },
  };
  return control;
}
