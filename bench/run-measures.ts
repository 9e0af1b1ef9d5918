import { availableParallelism, cpus, loadavg } from "node:os";
import { describeMetric, type Metric } from "./metric.ts";

/** What can be measured, by name. */
export type Measures = Readonly<Record<string, () => Promise<Metric[]>>>;

/**
 * Measures all of it, or the `parts` that are named, and prints the metrics as they come; false if one isn't
 * what it should be, or if there is no such part.
 */
export async function runMeasures(measures: Measures, parts: readonly string[]): Promise<boolean> {
  const chosen = parts.length === 0 ? Object.keys(measures) : parts;
  const unknown = chosen.filter((part) => !Object.hasOwn(measures, part));
  if (unknown.length > 0) {
    print(`There is no ${unknown.join(", ")}; there are: ${Object.keys(measures).join(", ")}`);
    return false;
  }
  print(`Node.js ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? "unknown CPU"}`);
  print(
    `Load at the start: ${load()}. Figures of a machine that does other work at the same time are worse.\n`,
  );
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
