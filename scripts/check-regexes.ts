// Checks that every regular expression of src takes linear time on any text.

import { globSync, readFileSync } from "node:fs";

// Set before recheck loads, because its other backends need Java or a platform binary.
process.env.RECHECK_BACKEND = "pure";
const { regexFaults } = await import("./regexes/regex-faults.ts");

const root = new URL("..", import.meta.url);
const faults = globSync("src/**/*.ts", { cwd: root }).flatMap((path) =>
  regexFaults(readFileSync(new URL(path, root), "utf8")).map((fault) => `${path}:${fault}`),
);
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
