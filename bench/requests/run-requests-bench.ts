import { runMeasures } from "../run-measures.ts";
import { measureClick } from "./measure-click.ts";

/** Measures change requests, or `parts` of what there is to measure; false if a figure isn't what it should be. */
export function runRequestsBench(parts: readonly string[]): Promise<boolean> {
  return runMeasures({ click: measureClick }, parts);
}
