// Checks every regular expression of src: outside text must not make one take more than linear time.

import { globSync, readFileSync } from "node:fs";

// Set before recheck loads: its other backends need Java or a binary of the platform.
process.env.RECHECK_BACKEND = "pure";
const { regexFaults } = await import("./regexes/regex-faults.ts");

const root = new URL("..", import.meta.url);
const faults = globSync("src/**/*.ts", { cwd: root }).flatMap((path) =>
  regexFaults(readFileSync(new URL(path, root), "utf8")).map((fault) => `${path}:${fault}`),
);
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
