// Prints the Slack app's manifest: as it is for Socket Mode, or with --http <origin> for HTTP.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { toHttpManifest } from "./manifest/http-manifest.ts";

const yaml = readFileSync(new URL("../manifest.yml", import.meta.url), "utf8");

try {
  const { http } = parseArgs({ options: { http: { type: "string" } } }).values;
  process.stdout.write(http === undefined ? yaml : toHttpManifest(yaml, http));
} catch (error) {
  const usage = "Usage: npm run manifest -- --http https://bot.example.com";
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${usage}\n`);
  process.exitCode = 1;
}
