import { availableParallelism, cpus, loadavg } from "node:os";
import { describeMetric, type Metric } from "./metric.ts";

/** Measurements by name. */
export type Measures = Readonly<Record<string, () => Promise<Metric[]>>>;

/**
 * Runs all measurements or the named `parts`, and prints each metric. Resolves to `false` if a metric misses its
 * target, or if a part does not exist.
 */
export async function runMeasures(measures: Measures, parts: readonly string[]): Promise<boolean> {
  const chosen = parts.length === 0 ? Object.keys(measures) : parts;
  const unknown = chosen.filter((part) => !Object.hasOwn(measures, part));
  if (unknown.length > 0) {
    print(`Unknown measurements: ${unknown.join(", ")}. Known are: ${Object.keys(measures).join(", ")}`);
    return false;
  }
  print(`Node.js ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? "unknown CPU"}`);
  print(`Load at the start: ${load()}. Other work on the machine makes the results worse.\n`);
  const metrics: Metric[] = [];
  for (const part of chosen) {
    for (const metric of (await measures[part]?.()) ?? []) {
      print(describeMetric(metric));
      metrics.push(metric);
    }
  }
  const missed = metrics.filter(({ isMet }) => !isMet).length;
  print(`\nLoad at the end: ${load()}. ${metrics.length - missed} of ${metrics.length} metrics met.`);
  return missed === 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function load(): string {
  return loadavg()
    .map((average) => average.toFixed(2))
    .join(" ");
}
