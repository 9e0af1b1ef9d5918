import { type Measures, runMeasures } from "../run-measures.ts";
import { measureEmergency } from "./measure-emergency.ts";
import { measureFaults } from "./measure-faults.ts";
import { measureListing } from "./measure-listing.ts";
import { measureMemory } from "./measure-memory.ts";
import { measureMixed } from "./measure-mixed.ts";
import { measureOutage } from "./measure-outage.ts";
import { measureRate } from "./measure-rate.ts";
import { hasRedis } from "./redis-server.ts";

const measures: Measures = {
  listing: measureListing,
  "rate-of-one": () => measureRate(1, 1),
  "rate-of-three": () => measureRate(3, 1),
  emergency: measureEmergency,
  memory: measureMemory,
  faults: measureFaults,
  outage: measureOutage,
};

/** Measured only if they are named: each takes ten minutes. */
const longMeasures: Measures = {
  "long-rate-of-one": () => measureRate(1, 10),
  "long-rate-of-three": () => measureRate(3, 10),
  "mixed-of-one": () => measureMixed(1, 10),
  "mixed-of-three": () => measureMixed(3, 10),
};

/** Measures the Incydr client, or `parts` of what there is to measure; false if a metric isn't what it should be. */
export async function runIncydrBench(parts: readonly string[]): Promise<boolean> {
  const chosen = parts.length === 0 ? Object.keys(measures) : parts;
  if (await hasRedis()) return runMeasures({ ...measures, ...longMeasures }, chosen);
  process.stdout.write("This needs redis-server; on Debian: apt-get install redis-server\n");
  return false;
}
