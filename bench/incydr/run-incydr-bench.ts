import { type Measures, runMeasures } from "../run-measures.ts";
import { measureEmergency } from "./measure-emergency.ts";
import { measureFaults } from "./measure-faults.ts";
import { measureListing } from "./measure-listing.ts";
import { measureMemory } from "./measure-memory.ts";
import { measureOutage } from "./measure-outage.ts";
import { measureRate } from "./measure-rate.ts";
import { hasRedis } from "./redis-server.ts";

const measures: Measures = {
  listing: measureListing,
  "rate-of-one": () => measureRate(1),
  "rate-of-three": () => measureRate(3),
  emergency: measureEmergency,
  memory: measureMemory,
  faults: measureFaults,
  outage: measureOutage,
};

/** Measures the Incydr client, all of it or the named `parts`; `false` if a metric misses its target. */
export async function runIncydrBench(parts: readonly string[]): Promise<boolean> {
  if (await hasRedis()) return runMeasures(measures, parts);
  process.stdout.write("This measurement needs redis-server. On Debian, run: apt-get install redis-server\n");
  return false;
}
