import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const checkNode = new URL("../../../scripts/check-node.mjs", import.meta.url).href;

/** Runs the check in a process that reports this version of Node.js. */
function checkAs(version: string) {
  const pretend = `Object.defineProperty(process, "versions", { value: { node: "${version}" } });`;
  const script = `${pretend} await import("${checkNode}"); console.log("started");`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

it.each(["22.18.0", "22.20.1", "24.0.0", "30.0.0"])(
  "the check of Node.js prints nothing for version %s",
  (version) => {
    expect(checkAs(version)).toEqual({ status: 0, stdout: "started\n", stderr: "" });
  },
);

it.each(["18.20.0", "20.20.2", "22.17.1"])(
  "the check of Node.js stops version %s before any TypeScript, and names the remedy",
  (version) => {
    const { status, stdout, stderr } = checkAs(version);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(`needs Node.js 22.18 or newer; this is ${version}`);
    expect(stderr).toContain("npm ci");
  },
);
