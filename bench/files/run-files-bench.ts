import { runMeasures } from "../run-measures.ts";
import { measureFiles } from "./measure-files.ts";

/** Measures what a hostile file costs the others; false if a metric isn't what it should be. */
export function runFilesBench(parts: readonly string[]): Promise<boolean> {
  return runMeasures({ hostile: measureFiles }, parts);
}
