import { parseArgs } from "node:util";
import { runMeasures } from "../run-measures.ts";
import { measureBulk } from "./measure-bulk.ts";
import { measureClick } from "./measure-click.ts";

/**
 * Measures change requests, or the parts named in `args` of what there is to measure; false if a figure isn't what
 * it should be. `--targets 100` makes the bulk smaller.
 */
export function runRequestsBench(args: readonly string[]): Promise<boolean> {
  const { positionals, values } = parseArgs({
    args: [...args],
    options: { targets: { type: "string", default: "1000" } },
    allowPositionals: true,
  });
  const targets = Number(values.targets);
  return runMeasures({ click: measureClick, bulk: () => measureBulk({ targets }) }, positionals);
}
