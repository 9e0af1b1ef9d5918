import { parseArgs } from "node:util";
import { runMeasures } from "../run-measures.ts";
import { measureBulk } from "./measure-bulk.ts";
import { measureClick } from "./measure-click.ts";
import { measureEmergencyStart } from "./measure-emergency-start.ts";
import { measureRaces } from "./measure-races.ts";

/**
 * Measures change requests, or the parts named in `args` of what there is to measure; false if a metric isn't what
 * it should be. `--targets 100` makes the bulk smaller, `--times 20` the races fewer.
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
