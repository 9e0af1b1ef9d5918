/** The part of Vitest's JSON report that is counted. */
export interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * Counts passed and failed tests.
 * - The check of the code counts as one test.
 * - A test file that fails without a failed test counts as one failure. An example is a file that does not load.
 * - If the run failed or left no report, and no test has failed, the run counts as one failure.
 */
export function countResults(run: {
  readonly report: TestReport | undefined;
  readonly testExitCode: number;
  readonly checkExitCode: number;
}): { passed: number; failed: number } {
  const { report, testExitCode, checkExitCode } = run;
  const brokenFiles = (report?.testResults ?? []).filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  const failedTests = (report?.numFailedTests ?? 0) + brokenFiles.length;
  const hasHiddenFailure = failedTests === 0 && (testExitCode !== 0 || report === undefined);
  const isCheckPassed = checkExitCode === 0;
  return {
    passed: (report?.numPassedTests ?? 0) + (isCheckPassed ? 1 : 0),
    failed: failedTests + (hasHiddenFailure ? 1 : 0) + (isCheckPassed ? 0 : 1),
  };
}
