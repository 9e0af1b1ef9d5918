// Checks manifest.yml, and its variant for HTTP, against Slack's rules. Compares it with the declarations of src/slack.

import { globSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { REGISTRATIONS } from "../src/slack/ids/registrations.ts";
import { WEB_API_METHODS } from "../src/slack/web-api/required-scopes.ts";
import { toHttpManifest } from "./manifest/http-manifest.ts";
import { agreementFaults } from "./manifest/manifest-agreement.ts";
import { manifestFaults, manifestSchema } from "./manifest/manifest-schema.ts";
import { sourceFaults } from "./manifest/slack-usage.ts";

const root = new URL("..", import.meta.url);
const yaml = readFileSync(new URL("manifest.yml", root), "utf8");
const usage = { methods: WEB_API_METHODS, registrations: REGISTRATIONS };
const tables = /(web-api-methods|registrations)\.ts$/;
const sources = globSync("src/slack/**/*.ts", { cwd: root })
  .filter((path) => !tables.test(path))
  .map((path) => ({ path, text: readFileSync(new URL(path, root), "utf8") }));

const shapeFaults = [
  ...manifestFaults(parse(yaml)),
  ...manifestFaults(parse(toHttpManifest(yaml, "https://bot.example.com"))).map(
    (fault) => `as HTTP: ${fault}`,
  ),
];
const faults = [
  ...shapeFaults,
  ...(shapeFaults.length === 0 ? agreementFaults(manifestSchema.parse(parse(yaml)), usage) : []),
  ...sourceFaults(sources, usage),
];

for (const fault of faults) process.stderr.write(`manifest.yml: ${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
