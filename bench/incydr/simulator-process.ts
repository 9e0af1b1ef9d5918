import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import type { FaultInput } from "../../sandbox/incydr/control/faults.ts";
import type { IncydrSimulatorOptions } from "../../sandbox/incydr/simulator-options.ts";

const hello = z.object({
  url: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  userId: z.string(),
});
const requestLog = z.array(z.object({ route: z.string().nullable(), at: z.number() }));
const rateLimit = z.object({ refused: z.number() });

/** A simulator in a separate process. */
export interface SimulatorProcess extends AsyncDisposable, z.output<typeof hello> {
  addFault(fault: FaultInput): Promise<void>;
  /** The number of requests to an endpoint since the last call. */
  countRequests(route: string): Promise<number>;
  /** When each request since the last emptying of the log arrived, token requests included, by its clock. */
  arrivals(): Promise<number[]>;
  /** How many requests its limiter answered with 429. */
  countRefused(): Promise<number>;
}

/** Starts a simulator. Disposal ends it. */
export async function startSimulatorProcess(options: IncydrSimulatorOptions): Promise<SimulatorProcess> {
  const child = fork(join(import.meta.dirname, "simulator-program.ts"), [JSON.stringify(options)]);
  const ended = once(child, "exit");
  const [message] = await once(child, "message");
  const access = hello.parse(message);
  const control = async (path: string, init?: RequestInit): Promise<unknown> =>
    await (await fetch(`${access.url}/_control/${path}`, init)).json();

  return {
    ...access,
    addFault: async (fault) => {
      const headers = { "content-type": "application/json" };
      await control("faults", { method: "POST", headers, body: JSON.stringify(fault) });
    },
    countRequests: async (route) => {
      const log = requestLog.parse(await control("request-log"));
      await control("logs", { method: "DELETE" });
      return log.filter((entry) => entry.route === route).length;
    },
    arrivals: async () => requestLog.parse(await control("request-log")).map(({ at }) => at),
    countRefused: async () => rateLimit.parse(await control("rate-limit")).refused,
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await ended;
    },
  };
}
