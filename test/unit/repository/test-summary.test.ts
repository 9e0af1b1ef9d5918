import { expect, it } from "vitest";
import { countResults, type TestReport } from "../../../scripts/ci/test-summary.ts";

const passing: TestReport = {
  numPassedTests: 7,
  numFailedTests: 0,
  testResults: [{ status: "passed", assertionResults: [{ status: "passed" }] }],
};
const failingFile = { status: "failed", assertionResults: [{ status: "passed" }, { status: "failed" }] };
const brokenFile = { status: "failed", assertionResults: [] };

it.each([
  ["every test, and the check as one more", { report: passing, testExitCode: 0, checkExitCode: 0 }, 8, 0],
  ["a failed check", { report: passing, testExitCode: 0, checkExitCode: 1 }, 7, 1],
  [
    "failed tests, and files that don't load",
    {
      report: { ...passing, numFailedTests: 1, testResults: [failingFile, brokenFile] },
      testExitCode: 1,
      checkExitCode: 0,
    },
    8,
    2,
  ],
  ["an error that no test reported", { report: passing, testExitCode: 1, checkExitCode: 0 }, 8, 1],
  ["a run that left no report", { report: undefined, testExitCode: 0, checkExitCode: 1 }, 0, 2],
])("the summary of the tests counts %s", (_what, run, passed, failed) => {
  expect(countResults(run)).toEqual({ passed, failed });
});
