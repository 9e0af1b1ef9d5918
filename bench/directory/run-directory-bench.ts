import { parseArgs } from "node:util";
import { runMeasures } from "../run-measures.ts";
import { measureLists } from "./measure-lists.ts";

/**
 * Measures lists of users from a directory that the bot has read whole, with its memory and its tables. `--users 1000`
 * is another number of users. Resolves to `false` if a metric isn't what it should be.
 */
export function runDirectoryBench(args: readonly string[]): Promise<boolean> {
  const { positionals, values } = parseArgs({
    args: [...args],
    options: { users: { type: "string", default: "10000" } },
    allowPositionals: true,
  });
  return runMeasures({ lists: () => measureLists({ users: Number(values.users) }) }, positionals);
}
