// Prints "N passed, N failed" of a run, and exits with 1 unless everything passed.
// Arguments: the path of Vitest's JSON report, the exit code of the tests, the exit code of the check.

import { readFileSync } from "node:fs";
import { countResults, type TestReport } from "./ci/test-summary.ts";

const [reportPath = "", testExitCode, checkExitCode] = process.argv.slice(2);

function readReport(): TestReport | undefined {
  try {
    // Vitest writes this shape; an aborted run leaves an empty file.
    return JSON.parse(readFileSync(reportPath, "utf8")) as TestReport;
  } catch {
    return undefined;
  }
}

const { passed, failed } = countResults({
  report: readReport(),
  testExitCode: Number(testExitCode),
  checkExitCode: Number(checkExitCode),
});
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
