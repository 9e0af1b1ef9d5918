// Writes what docs/ says of the code and the policies; with --check it only says whether they agree.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createPolicyEngine, loadCases, loadPolicies } from "../src/authorization/index.ts";
import {
  GRANT_TRANSITIONS,
  RATIFICATION_TRANSITIONS,
  REQUEST_TRANSITIONS,
  TARGET_TRANSITIONS,
} from "../src/change-requests/index.ts";
import { authorizationMatrix } from "./pages/authorization-matrix.ts";
import { withParts } from "./pages/page-parts.ts";
import { transitionTable } from "./pages/transition-table.ts";

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
bringUpToDate("docs/authorization.md", {
  matrix: authorizationMatrix({
    engine: createPolicyEngine(policySet),
    policies: policySet.policies,
    fixtures,
  }),
});

/** Writes, or checks, the made parts of a page. */
function bringUpToDate(page: string, parts: Readonly<Record<string, string>>): void {
  const url = new URL(page, ROOT);
  const text = readFileSync(url, "utf8");
  const wanted = withParts(page, text, parts);
  if (!process.argv.includes("--check")) writeFileSync(url, wanted);
  else if (text !== wanted) {
    process.stderr.write(
      `${page} is not what the code and the policies do; npm run docs brings it up to date.\n`,
    );
    process.exitCode = 1;
  }
}
