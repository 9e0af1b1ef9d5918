import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import type { AuditEvent } from "../../../src/audit/index.ts";
import type { Transaction } from "../../../src/change-requests/index.ts";
import { authorizeCliUser, type createCliStore } from "../../../src/cli/authorize-cli-user.ts";

it("the policies of the folder decide before any are recorded, and a refusal is audited by the database's time", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "incydr-chatops-test-"));
  await cp("policies/schema.cedarschema", path.join(folder, "schema.cedarschema"));
  const nobody = `@id("nobody") @reason("No.") forbid (principal, action, resource);`;
  await writeFile(path.join(folder, "10-nobody.cedar"), nobody);
  const entries: AuditEvent[] = [];
  const tx = {
    policies: { current: async () => null },
    clicks: { claim: async () => true },
    audit: { append: async (entry: AuditEvent) => void entries.push(entry) },
  } as unknown as Transaction; // nothing else is used
  let nowMs = 0;
  const measured = new Date("2026-11-01T10:00:00Z");
  const store = {
    uow: { run: (work: (within: Transaction) => unknown) => work(tx) },
    clock: {
      now: () => new Date(nowMs),
      measure: async () => {
        nowMs = measured.getTime();
      },
    },
  } as unknown as ReturnType<typeof createCliStore>; // nothing else is used
  await expect(authorizeCliUser(store, folder, "set_policies")).rejects.toMatchObject({ code: "forbidden" });
  await rm(folder, { recursive: true });
  expect(entries).toMatchObject([
    { kind: "attempt.forbidden", at: measured, details: { action: "set_policies", policies: ["nobody"] } },
  ]);
});
