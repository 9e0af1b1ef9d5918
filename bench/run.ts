// `npm run bench -- incydr` measures one module and prints every metric with its formula. `npm run bench -- incydr
// listing memory` measures only these parts.

import { runAuthorizationBench } from "./authorization/run-authorization-bench.ts";
import { runDirectoryBench } from "./directory/run-directory-bench.ts";
import { runFilesBench } from "./files/run-files-bench.ts";
import { runIncydrBench } from "./incydr/run-incydr-bench.ts";
import { runOutagesBench } from "./outages/run-outages-bench.ts";
import { runPeopleBench } from "./people/run-people-bench.ts";
import { runRequestsBench } from "./requests/run-requests-bench.ts";

const benches: Readonly<Record<string, (parts: readonly string[]) => Promise<boolean>>> = {
  authorization: runAuthorizationBench,
  directory: runDirectoryBench,
  files: runFilesBench,
  incydr: runIncydrBench,
  outages: runOutagesBench,
  people: runPeopleBench,
  requests: runRequestsBench,
};

const [name = "", ...parts] = process.argv.slice(2);
const run = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (run) {
  process.exitCode = (await run(parts)) ? 0 : 1;
} else {
  process.stderr.write(
    `Name one of the measurements: npm run bench -- ${Object.keys(benches).join(" | ")}\n`,
  );
  process.exitCode = 2;
}
