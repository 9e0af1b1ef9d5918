import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/unit/**/*.test.ts"] },
      },
      {
        // Only these start PostgreSQL, so that a run of unit tests doesn't wait for it.
        extends: true,
        test: {
          name: "system",
          include: ["integration", "contract", "scenario"].map((folder) => `test/${folder}/**/*.test.ts`),
          globalSetup: ["test/support/global-setup.ts"],
        },
      },
    ],
  },
});
