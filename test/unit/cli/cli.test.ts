import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";
import { checkPolicies } from "../../../src/cli/program.ts";
import { machineEnvironment } from "../../support/machine-environment.ts";

const ROOT = path.join(import.meta.dirname, "../../..");

/** Runs a program of `src/` with an empty environment, in a folder without `.env`. */
function runProgram(file: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(ROOT, "src", file), ...args], {
    cwd: import.meta.dirname,
    encoding: "utf8",
    env: machineEnvironment(),
  });
  return { status, stdout, stderr };
}

const run = (...args: string[]) => runProgram("cli/cli.ts", ...args);

it("`policy check` needs no configuration, and prints how many policies there are, their hash and groups", async () => {
  const { text } = await checkPolicies("policies");
  expect(text).toMatch(/^All \d+ policies are valid\. Hash: [0-9a-f]{64}\. Groups: @insider-risk-analysts, /);
  const { status, stdout } = run("policy", "check", path.join(ROOT, "policies"));
  expect([status, stdout]).toEqual([0, `${text}\n`]);
});

it("`policy check` exits with 1 if the policies can't be used", () => {
  const missing = run("policy", "check", path.join(ROOT, "no-such-folder"));
  expect(missing).toMatchObject({ status: 1, stdout: expect.stringContaining("can't be read") });
});

it("`audit verify` names the missing configuration, and exits with 78", () => {
  const { status, stderr } = run("audit", "verify");
  expect(status).toBe(78);
  expect(stderr).toContain("DATABASE_URL");
});

it("the service names each missing variable, and exits with 78", () => {
  const { status, stderr } = runProgram("main.ts");
  expect(status).toBe(78);
  for (const name of ["DATABASE_URL", "SLACK_BOT_TOKEN", "AUDIT_CHANNEL"]) expect(stderr).toContain(name);
});
