// Writes the generated parts of docs/. With --check it only reports pages that are not up to date.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createPolicyEngine, loadCases, loadPolicies } from "../src/authorization/index.ts";
import {
  GRANT_TRANSITIONS,
  RATIFICATION_TRANSITIONS,
  REQUEST_TRANSITIONS,
  TARGET_TRANSITIONS,
} from "../src/change-requests/index.ts";
import { envSchema } from "../src/config/env-schema.ts";
import { authorizationMatrix } from "./pages/authorization-matrix.ts";
import { decisionTable } from "./pages/decision-table.ts";
import { withParts } from "./pages/page-parts.ts";
import { transitionTable } from "./pages/transition-table.ts";
import { variableTable } from "./pages/variable-table.ts";

const ROOT = new URL("..", import.meta.url);
const policiesFolder = fileURLToPath(new URL("policies", ROOT));

const policySet = await loadPolicies(policiesFolder);
const { fixtures } = await loadCases(policiesFolder);

bringUpToDate("docs/change-requests.md", {
  requests: transitionTable(REQUEST_TRANSITIONS),
  targets: transitionTable(TARGET_TRANSITIONS),
  ratifications: transitionTable(RATIFICATION_TRANSITIONS),
  grants: transitionTable(GRANT_TRANSITIONS),
});
bringUpToDate("docs/adr/README.md", { decisions: decisionTable(new URL("docs/adr/", ROOT)) });
bringUpToDate("docs/install.md", { variables: variableTable(envSchema) });
bringUpToDate("docs/authorization.md", {
  matrix: authorizationMatrix({
    engine: createPolicyEngine(policySet),
    policies: policySet.policies,
    fixtures,
  }),
});

/** Writes or checks the generated parts of a page. */
function bringUpToDate(page: string, parts: Readonly<Record<string, string>>): void {
  const url = new URL(page, ROOT);
  const text = readFileSync(url, "utf8");
  const wanted = withParts(page, text, parts);
  if (!process.argv.includes("--check")) writeFileSync(url, wanted);
  else if (text !== wanted) {
    process.stderr.write(`${page} is not up to date. To update it, run: npm run docs\n`);
    process.exitCode = 1;
  }
}
