import { parseArgs } from "node:util";
import { runMeasures } from "../run-measures.ts";
import { measureBulk } from "./measure-bulk.ts";
import { measureClick } from "./measure-click.ts";
import { measureEmergencyStart } from "./measure-emergency-start.ts";
import { measureRaces } from "./measure-races.ts";

/**
 * Measures change requests, all of it or the parts named in `args`; `false` if a metric misses its target. `--targets
 * 100` sets the size of the bulk, and `--times 20` the number of races.
 */
export function runRequestsBench(args: readonly string[]): Promise<boolean> {
  const { positionals, values } = parseArgs({
    args: [...args],
    options: {
      targets: { type: "string", default: "1000" },
      times: { type: "string", default: "500" },
    },
    allowPositionals: true,
  });
  const [targets, times] = [Number(values.targets), Number(values.times)];
  return runMeasures(
    {
      click: measureClick,
      races: () => measureRaces({ times }),
      bulk: () => measureBulk({ targets }),
      emergency: () => measureEmergencyStart({ targets }),
    },
    positionals,
  );
}
