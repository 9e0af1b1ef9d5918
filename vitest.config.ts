import path from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import longestTests from "./test/longest-tests.json" with { type: "json" };
import { fastTemporaryFolder } from "./test/support/fast-temporary-folder.ts";

// The tests start the bot and the sandbox many times. With this cache, each file is compiled only once.
process.env.NODE_COMPILE_CACHE ??= path.join(import.meta.dirname, "node_modules/.cache/compiled");

// PostgreSQL makes and removes thousands of small files. In memory, the run's system time fell from 99 s to 57 s.
const fast = fastTemporaryFolder();
if (fast) process.env.TMPDIR ??= fast;

/** Tests that measure when requests start. They run after all others, because other load would delay the requests. */
const rates = [
  "test/integration/incydr-redis-outage.test.ts",
  "test/integration/incydr-redis-hang.test.ts",
  "test/integration/incydr-replicas.test.ts",
];

/** Starts the longest test files first. Started last, they would run alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = longestTests.findIndex((file) => moduleId.endsWith(file));
      return found < 0 ? longestTests.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    pool: "forks",
    // The workers are more than the cores, so threads that help one of them to free memory would delay the others.
    execArgv: ["--single-threaded-gc"],
    // No module keeps state, so a worker loads each module only once for all test files.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    setupFiles: ["test/support/leak-guard-setup.ts", "test/support/property-seed-setup.ts"],
    // These bounds only end a test that hangs. Tests take several times as long on a busy machine.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          exclude: rates,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Only these tests need PostgreSQL, so a run of unit tests does not wait for its start.
        extends: true,
        test: {
          name: "system",
          include: ["integration", "contract", "scenario", "compatibility"].map(
            (folder) => `test/${folder}/**/*.test.ts`,
          ),
          exclude: rates,
          globalSetup: ["test/support/global-setup.ts"],
          // More workers than the cores of a small machine, because many of these tests mostly wait.
          maxWorkers: 5,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: "rates", include: rates, maxWorkers: rates.length, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
