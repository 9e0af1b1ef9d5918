import { runMeasures } from "../run-measures.ts";
import { measureFiles } from "./measure-files.ts";

/** Measures the effect of hostile files on other people; `false` if a metric misses its target. */
export function runFilesBench(parts: readonly string[]): Promise<boolean> {
  return runMeasures({ hostile: measureFiles }, parts);
}
