import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";
import { machineEnvironment } from "../../support/machine-environment.ts";

const ROOT = path.join(import.meta.dirname, "../../..");

/** Runs a program of `src/` in a folder without `.env`, with nothing in its environment. */
function runProgram(file: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(ROOT, "src", file), ...args], {
    cwd: import.meta.dirname,
    encoding: "utf8",
    env: machineEnvironment(),
  });
  return { status, stdout, stderr };
}

const run = (...args: string[]) => runProgram("cli/cli.ts", ...args);

it("checks policies without any configuration, and exits 1 when they can't be used", () => {
  const sound = run("policy", "check", path.join(ROOT, "policies"));
  expect(sound).toMatchObject({ status: 0, stdout: expect.stringContaining("policies agree") });
  const missing = run("policy", "check", path.join(ROOT, "no-such-folder"));
  expect(missing).toMatchObject({ status: 1, stdout: expect.stringContaining("can't be read") });
});

it("needs the configuration for the audit log: names what is missing, and exits 78", () => {
  const { status, stderr } = run("audit", "verify");
  expect(status).toBe(78);
  expect(stderr).toContain("DATABASE_URL");
});

it("the service names each missing variable, and exits 78", () => {
  const { status, stderr } = runProgram("main.ts");
  expect(status).toBe(78);
  for (const name of ["DATABASE_URL", "SLACK_BOT_TOKEN", "AUDIT_CHANNEL"]) expect(stderr).toContain(name);
});
