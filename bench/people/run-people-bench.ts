import { parseArgs } from "node:util";
import { measureAcks } from "../acks/measure-acks.ts";
import { runMeasures } from "../run-measures.ts";
import { measurePeople } from "./measure-people.ts";

/**
 * Measures how long people wait, with an Incydr of 50, 150 and 500 ms latency, or those that `args` name; false if a
 * metric isn't what it should be. `--times 5` repeats each step less often, `--idle 0` leaves out the pauses before them,
 * and `--rate 6000` is another limit of requests a minute. With `--no-directory` the bot does not read its directory of
 * users meanwhile. `acks` counts acked commands beside a bare Bolt app.
 */
export function runPeopleBench(args: readonly string[]): Promise<boolean> {
  const { positionals, values } = parseArgs({
    args: [...args],
    options: {
      times: { type: "string", default: "20" },
      idle: { type: "string", default: "5000" },
      rate: { type: "string", default: "300" },
      "no-directory": { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  const [times, idleMs, requestsPerMinute] = [Number(values.times), Number(values.idle), Number(values.rate)];
  const directoryRefresh = !values["no-directory"];
  const measure = (latencyMs: number) => () =>
    measurePeople({ latencyMs, times, idleMs, requestsPerMinute, directoryRefresh });
  return runMeasures(
    { "150": measure(150), "50": measure(50), "500": measure(500), acks: measureAcks },
    positionals,
  );
}
