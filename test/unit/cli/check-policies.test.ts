import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { checkPolicies } from "../../../src/cli/program.ts";

it("says of sound policies how many there are, their hash and their groups", async () => {
  const { ok, text } = await checkPolicies("policies");
  expect(ok).toBe(true);
  expect(text).toMatch(
    /^\d+ policies agree with the schema; hash [0-9a-f]{64}\. Groups: @insider-risk-analysts, /,
  );
});

it("lists every fault of policies that can't be used", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "incydr-chatops-policies-"));
  await writeFile(path.join(folder, "schema.cedarschema"), "");
  await writeFile(path.join(folder, "a.cedar"), "permit (");
  await writeFile(path.join(folder, "b.cedar"), "forbid (principal, action, resource);");
  const checked = checkPolicies(folder).finally(() => rm(folder, { recursive: true }));
  await expect(checked).rejects.toThrow(/a\.cedar:1: .*\n {2}b\.cedar:1: the policy has no name/);
});
