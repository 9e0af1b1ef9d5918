// Checks that no statement of src reads the time except from `current_instant()`.

import { globSync, readFileSync } from "node:fs";
import { sqlClockUses } from "./sql-clock/sql-clock-uses.ts";

const root = new URL("..", import.meta.url);
const places = globSync("src/**/*.ts", { cwd: root }).flatMap((path) =>
  sqlClockUses(path, readFileSync(new URL(path, root), "utf8")).map(
    ({ line, word }) => `${path}:${line}: write current_instant() instead of ${word}`,
  ),
);
for (const place of places) process.stderr.write(`${place}\n`);
process.exitCode = places.length === 0 ? 0 : 1;
