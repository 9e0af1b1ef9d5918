import { createFaults } from "./control/faults.ts";
import { createIncydrControl, type IncydrControl } from "./control/incydr-control.ts";
import { createRequestGates } from "./control/request-gates.ts";
import { createErrorAnswers } from "./http/error-answers.ts";
import { createExchange } from "./http/exchange.ts";
import { createIncydrServer, type RegisteredRoute } from "./http/incydr-server.ts";
import { createRateLimiter } from "./http/rate-limiter.ts";
import { createRequestLogs, type RequestLogEntry, type WriteLogEntry } from "./http/request-logs.ts";
import { createTokenStore } from "./http/token-store.ts";
import { type Readings, readingsSchema } from "./readings.ts";
import { completeOptions, type IncydrSimulatorOptions } from "./simulator-options.ts";
import { buildTenant, TENANT_ID } from "./tenant/build-tenant.ts";
import type { ReadableTenant } from "./tenant/readable-tenant.ts";
import { createSeededGenerator } from "./tenant/seeded-generator.ts";
import { Tenant } from "./tenant/tenant.ts";

/** A running simulator of one Incydr tenant. */
export interface IncydrSimulator extends AsyncDisposable {
  /** Such as `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly control: IncydrControl;
  readonly tenant: ReadableTenant;
  /** The endpoints of the server, without the endpoints of the control. */
  readonly routes: readonly RegisteredRoute[];
  /** A copy of the writes so far, in the order of their effects. */
  writeLog(): WriteLogEntry[];
  /** A copy of the requests so far, in the order of arrival. */
  requestLog(): RequestLogEntry[];
  /** Stops at once and cuts every connection. `await using` does the same. */
  close(): Promise<void>;
}

/** Starts a simulator on 127.0.0.1. It keeps its tenant in memory, and always starts with the same tenant. */
export async function startIncydrSimulator(options: IncydrSimulatorOptions = {}): Promise<IncydrSimulator> {
  const complete = completeOptions(options);
  const now = () => complete.clock.now();
  const build = () => buildTenant({ seed: complete.seed, userCount: complete.userCount });

  const tenant = new Tenant({ data: build(), now });
  const readings: { current: Readings } = { current: readingsSchema.parse(complete.readings) };
  const faults = createFaults();
  const gates = createRequestGates();
  const logs = createRequestLogs({ now });
  const limiter = createRateLimiter({
    settings: {
      requestsPerMinute: complete.requestsPerMinute,
      retryAfterForm: complete.retryAfterForm,
      slidingWindow: complete.slidingWindow,
      ...(complete.burst === undefined ? {} : { burst: complete.burst }),
    },
    now,
  });
  const tokens = createTokenStore({
    clientId: complete.clientId,
    clientSecret: complete.clientSecret,
    tenantId: TENANT_ID,
    lifetimeSeconds: complete.tokenLifetimeSeconds,
    now,
  });
  const control = createIncydrControl({
    tenant,
    buildTenant: build,
    generator: createSeededGenerator(complete.seed + 1),
    faults,
    gates,
    limiter,
    tokens,
    logs,
    readings,
    now,
  });
  const context = { tenant, readings: () => readings.current };
  const errorAnswers = createErrorAnswers({ readings: context.readings, now });
  const exchange = createExchange({ tenant, errorAnswers, faults, gates, limiter, tokens, logs });
  const { server, routes } = createIncydrServer({ context, exchange, tokens, control, logs });
  const url = await server.listen({ host: "127.0.0.1", port: complete.port });

  const close = async () => {
    gates.close();
    await server.close();
  };
  return {
    url,
    clientId: complete.clientId,
    clientSecret: complete.clientSecret,
    control,
    tenant,
    routes,
    writeLog: () => structuredClone([...logs.writes]),
    requestLog: () => structuredClone([...logs.requests]),
    close,
    [Symbol.asyncDispose]: close,
  };
}
