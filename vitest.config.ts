import path from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// The tests start the bot and the sandbox many times over: what was compiled once needn't be again, by any of them.
process.env.NODE_COMPILE_CACHE ??= path.join(import.meta.dirname, "node_modules/.cache/compiled");

/** What measures when requests start has the machine to itself, after everything else. */
const rates = [
  "test/unit/incydr/rate-limit/local-slots.test.ts",
  "test/integration/incydr-redis-outage.test.ts",
  "test/integration/incydr-redis-hang.test.ts",
  "test/integration/incydr-replicas.test.ts",
];

/**
 * What takes longest: begun last, it would be waited for with nothing else left to do. What keeps the processor busy
 * stands beside what mostly waits.
 */
const longest = [
  "mutated-payloads",
  "sandbox-process",
  "change-request-model",
  "chaos",
  "entry-points",
  "poisoned-jobs",
  "readiness",
  "crash-messages",
  "embedded-postgres-places",
  "policy-reload",
  "embedded-postgres-recovery",
  "acks",
  "scenario/bulk",
  "crash-execution",
  "slack-connection",
  "database-faults",
  "wrong-clocks",
  "embedded-postgres.test",
  "incydr-client-faults",
  "scenario/grants",
  "scenario/approvals.",
  "incydr-faults",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = longest.findIndex((name) => moduleId.includes(name));
      return found < 0 ? longest.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    pool: "forks",
    // No module keeps state, so that a worker needn't load them anew for every file.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    setupFiles: ["test/support/leak-guard-setup.ts", "test/support/property-seed-setup.ts"],
    // These bounds only end a test that hangs: a machine that does something else beside it takes several times as long.
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
        // Only these start PostgreSQL, so that a run of unit tests doesn't wait for it.
        extends: true,
        test: {
          name: "system",
          include: ["integration", "contract", "scenario", "compatibility"].map(
            (folder) => `test/${folder}/**/*.test.ts`,
          ),
          exclude: rates,
          globalSetup: ["test/support/global-setup.ts"],
          // More than the cores of a small machine: many wait for a time to come, and others go on meanwhile.
          maxWorkers: 6,
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
