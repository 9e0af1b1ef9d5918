import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { watchPolicies } from "../../../src/authorization/index.ts";

/** A watched folder with fake timers; `looks` has the result of each reading of the folder. */
async function watched(files: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "policies-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const file of files) await cp(join("policies", file), join(folder, file));
  const looks: string[] = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const watching = watchPolicies(folder, null, {
    async onLoaded(_set, isAgain) {
      looks.push(isAgain ? "loaded again" : "loaded");
      return false;
    },
    onRefused: async () => void looks.push("refused"),
    onError: () => void looks.push("error"),
  });
  onTestFinished(() => watching[Symbol.asyncDispose]());
  return {
    looks,
    /** Advances the time; resolves when the next reading is planned. */
    async pass(ms: number) {
      vi.advanceTimersByTime(ms);
      while (vi.getTimerCount() === 0) await setImmediate();
    },
  };
}

it("valid policies that don't decide are loaded again after five seconds, as the same ones", async () => {
  const { looks, pass } = await watched(["schema.cedarschema", "70-policies.cedar"]);
  await pass(0);
  expect(looks).toEqual(["loaded"]);
  await pass(4_999);
  expect(looks).toEqual(["loaded"]);
  await pass(1);
  expect(looks).toEqual(["loaded", "loaded again"]);
});

it("the same fault of a folder is reported once, even if the folder is read again", async () => {
  const { looks, pass } = await watched([]);
  for (let count = 0; count < 3; count += 1) await pass(30_000);
  expect(looks).toEqual(["refused"]);
});
