// Prints the Slack app's manifest: as it is for Socket Mode, or with --http <origin> for HTTP.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { toHttpManifest } from "./manifest/http-manifest.ts";

const { values } = parseArgs({ options: { http: { type: "string" } } });
const yaml = readFileSync(new URL("../manifest.yml", import.meta.url), "utf8");

process.stdout.write(values.http === undefined ? yaml : toHttpManifest(yaml, values.http));
