// Removes `engines` from package-lock.json. With --check it only checks that none is left.
//
// The packages run on the Node.js of the package `node`. npm compares their `engines` with the machine's Node.js, and
// would warn of a mismatch that doesn't matter. `devEngines` of package.json names the Node.js that npm needs.

import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

const LOCKFILE = new URL("../package-lock.json", import.meta.url);

const lockfileSchema = z.custom<{ readonly packages: Record<string, { engines?: unknown }> }>(
  (value) => z.object({ packages: z.record(z.string(), z.object({})) }).safeParse(value).success,
);

// The schema returns the object itself, because a parsed copy would not keep npm's order of members.
const lockfile = lockfileSchema.parse(JSON.parse(readFileSync(LOCKFILE, "utf8")));
const withEngines = Object.entries(lockfile.packages).filter(([, entry]) => "engines" in entry);
const withAddress = Object.entries(lockfile.packages).filter(([, entry]) => "resolved" in entry);

if (process.argv.includes("--check")) {
  const faults = [
    ...withEngines.map(([name]) => `${name} has engines. To remove them, run: npm run lockfile`),
    ...withAddress.map(
      ([name]) =>
        `${name} has a download address. Run npm with the .npmrc of this repository, which omits addresses.`,
    ),
  ];
  for (const fault of faults) process.stderr.write(`package-lock.json: ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
} else {
  for (const [, entry] of withEngines) delete entry.engines;
  writeFileSync(LOCKFILE, `${JSON.stringify(lockfile, null, 2)}\n`);
}
