// Writes docs/catalogue/: every text that people see from the bot. With --check it only compares the stored catalogue with
// a new one. With --slack it lets Slack validate every entry.

import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { WebClient } from "@slack/web-api";
import { ruleFaults } from "./catalogue/block-rules.ts";
import { differences } from "./catalogue/compare.ts";
import { codeFaults, folderFaults, RENDERER_FOLDERS, unshownFaults } from "./catalogue/completeness.ts";
import { withCoverage } from "./catalogue/coverage.ts";
import { topicText } from "./catalogue/entries.ts";
import { slackFaults } from "./catalogue/validate-at-slack.ts";

const ROOT = new URL("..", import.meta.url);
const FOLDER = new URL("docs/catalogue/", ROOT);
const token = process.env.SLACK_BOT_TOKEN ?? "";

const { made, scripts } = await withCoverage(new URL("src/", ROOT), async () => {
  const { makeCatalogue } = await import("./catalogue/make-catalogue.ts");
  return makeCatalogue();
});
const renderers = sources(...RENDERER_FOLDERS);
const faults = [
  ...ruleFaults(made),
  ...folderFaults(Object.keys(renderers)),
  ...unshownFaults(ROOT, renderers, scripts),
  ...codeFaults(Object.keys(made.refusals ?? {}), Object.values(sources("src"))),
];
if (process.argv.includes("--slack")) await validateAtSlack();
else if (process.argv.includes("--check")) faults.push(...outdated());
else write();
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) process.exitCode = 1;

/** The source files of these folders, by their path from the root. */
function sources(...folders: readonly string[]): Record<string, string> {
  const paths = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT })).sort();
  return Object.fromEntries(paths.map((file) => [file, readFileSync(new URL(file, ROOT), "utf8")]));
}

function stored(): Record<string, string> {
  const files = globSync("*.json", { cwd: FOLDER }).sort();
  return Object.fromEntries(
    files.map((file) => [path.basename(file, ".json"), readFileSync(new URL(file, FOLDER), "utf8")]),
  );
}

function outdated(): string[] {
  const found = differences(made, stored()).map((difference) => `docs/catalogue: ${difference}`);
  if (found.length === 0) return [];
  return [...found, "If this change is wanted, run: npm run catalogue"];
}

function write(): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const topic of Object.keys(stored())) if (!(topic in made)) rmSync(new URL(`${topic}.json`, FOLDER));
  for (const [topic, entries] of Object.entries(made))
    writeFileSync(new URL(`${topic}.json`, FOLDER), topicText(entries));
}

async function validateAtSlack(): Promise<void> {
  if (token === "") {
    process.stdout.write(
      "SLACK_BOT_TOKEN is not set. Set it to a bot token, so that Slack can validate the catalogue.\n",
    );
    return;
  }
  const { blocks } = new WebClient(token);
  faults.push(...(await slackFaults(made, blocks, (topic) => process.stdout.write(`${topic}\n`))));
}
