import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

// Usage: npm test -- --reporter=json --outputFile=report.json && npm run longest-tests -- report.json
// Writes test/longest-tests.json: the test files that took at least five seconds, the longest first. They start first.

const SECONDS = 5;
const root = path.join(import.meta.dirname, "..");

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
  }[];
}

const [reportFile] = process.argv.slice(2);
if (reportFile === undefined) {
  process.stderr.write("Usage: npm run longest-tests -- <JSON report of Vitest>\n");
  process.exit(2);
}
const { testResults }: Report = JSON.parse(readFileSync(reportFile, "utf8"));
const longest = testResults
  .map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1_000 }))
  .filter(({ seconds }) => seconds >= SECONDS)
  .toSorted((a, b) => b.seconds - a.seconds)
  .map(({ name }) => name.slice(name.lastIndexOf("/test/") + 1));
writeFileSync(path.join(root, "test/longest-tests.json"), `${JSON.stringify(longest, null, 2)}\n`);
