import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { authorizationMatrix } from "../../../scripts/pages/authorization-matrix.ts";
import { createPolicyEngine, loadCases } from "../../../src/authorization/index.ts";
import { shippedPolicies } from "../../support/shipped-policies.ts";

const { fixtures } = await loadCases("policies");

function matrixOf(policies: typeof shippedPolicies.policies): string {
  // Each set is prepared under its hash, so another set needs another hash.
  const hash = `matrix of ${policies.map(({ id }) => id).join()}`;
  const engine = createPolicyEngine({ ...shippedPolicies, policies, hash });
  return authorizationMatrix({ engine, policies, fixtures });
}

describe("the matrix of docs/authorization.md", () => {
  const shipped = matrixOf(shippedPolicies.policies);

  it("has at least eight people, fourteen actions and five subjects", () => {
    expect(Object.keys(fixtures.people).length).toBeGreaterThanOrEqual(8);
    expect(Object.keys(fixtures.subjects).length).toBeGreaterThanOrEqual(5);
    const perAction = [...shipped.matchAll(/^### `(\w+)`: /gm)].map(([, action]) => action);
    expect(perAction).toHaveLength(8);
    expect(shipped).toContain(
      "| who | `lookup` | `list` | `read_audit` | `freeze` | `unfreeze` | `set_policies` | `export_users` |",
    );
  });

  it("is in the page", async () => {
    expect(await readFile("docs/authorization.md", "utf8")).toContain(shipped);
  });

  it("shows the lack of a rule in a cell, not only in the list of rules", () => {
    const cells = (matrix: string) => matrix.slice(0, matrix.indexOf("### The rules that stop"));
    const without = matrixOf(shippedPolicies.policies.filter(({ id }) => id !== "one-approval"));
    expect(cells(without)).not.toBe(cells(shipped));
    expect(cells(without)).toContain("0 approvals");
  });
});
