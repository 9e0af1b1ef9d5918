import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { authorizationMatrix } from "../../../scripts/pages/authorization-matrix.ts";
import { createPolicyEngine, loadCases, loadPolicies } from "../../../src/authorization/index.ts";

const policySet = await loadPolicies("policies");
const { fixtures } = await loadCases("policies");

function matrixOf(policies: typeof policySet.policies): string {
  // A set is prepared under its hash: another set needs another.
  const hash = `matrix of ${policies.map(({ id }) => id).join()}`;
  const engine = createPolicyEngine({ ...policySet, policies, hash });
  return authorizationMatrix({ engine, policies, fixtures });
}

describe("the matrix of docs/authorization.md", () => {
  const shipped = matrixOf(policySet.policies);

  it("asks at least eight people, eleven actions and five subjects", () => {
    expect(Object.keys(fixtures.people).length).toBeGreaterThanOrEqual(8);
    expect(Object.keys(fixtures.subjects).length).toBeGreaterThanOrEqual(5);
    const perAction = [...shipped.matchAll(/^### `(\w+)`: /gm)].map(([, action]) => action);
    expect(perAction).toHaveLength(8);
    expect(shipped).toContain(
      "| who | `lookup` | `list` | `read_audit` | `freeze` | `unfreeze` | `set_policies` |",
    );
  });

  it("is what the page says", async () => {
    expect(await readFile("docs/authorization.md", "utf8")).toContain(shipped);
  });

  it("shows in a cell that a rule is gone, not only in the list of rules", () => {
    const cells = (matrix: string) => matrix.slice(0, matrix.indexOf("### The rules that stop"));
    const without = matrixOf(policySet.policies.filter(({ id }) => id !== "one-approval"));
    expect(cells(without)).not.toBe(cells(shipped));
    expect(cells(without)).toContain("0 approvals");
  });
});
