import { startIncydrSimulator } from "../../../sandbox/incydr/incydr-simulator.ts";
import type { ReadingsChange } from "../../../sandbox/incydr/readings.ts";
import { type IncydrClient, type IncydrClientOptions, parseUserId } from "../../../src/incydr/index.ts";
import { createManualClock, skipRetryWaits } from "./manual-clock.ts";
import {
  openClient,
  type RecordingServer,
  type Reply,
  type Responder,
  startRecordingServer,
} from "./recording-server.ts";

export const someUser = parseUserId("900000000000000001");

/** Incydr's answer about a record that doesn't exist. */
export const notFound: Reply = { status: 404, json: { problem: "NOT_FOUND", description: null } };

/** A client without a rate, and the server that it calls. */
export interface RecordedIncydr extends IncydrClient, RecordingServer {}

/** Starts a server that answers with `responder`, and a client of it. */
export async function startIncydr(
  responder?: Responder,
  options: Partial<IncydrClientOptions> = {},
): Promise<RecordedIncydr> {
  const server = await startRecordingServer(responder);
  const client = openClient(server.url, options);
  return {
    ...server,
    ...client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The same with a clock that stands still, except that the waits before repetitions pass at once. */
export async function startIncydrWithClock(
  responder?: Responder,
  { hooks, ...options }: Partial<IncydrClientOptions> = {},
) {
  const clock = createManualClock();
  const incydr = await startIncydr(responder, { ...options, clock, hooks: skipRetryWaits(clock, hooks) });
  return { ...incydr, clock };
}

/** Starts the simulator with these readings, and a client of it. */
export async function startSimulatedIncydr(
  readings: ReadingsChange = {},
  options: Partial<IncydrClientOptions> = {},
) {
  const simulator = await startIncydrSimulator({ requestsPerMinute: null, readings });
  const { url, clientId, clientSecret, control, tenant } = simulator;
  const client = openClient(url, { clientId, clientSecret, ...options });
  return {
    ...client,
    ...{ simulator, control, tenant },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await simulator.close();
    },
  };
}

/** The error of a call that has to fail. */
export function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "it succeeded",
    (thrown: unknown) => thrown,
  );
}
