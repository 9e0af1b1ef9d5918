import { expect, it } from "vitest";
import { createDomain, type DomainOptions } from "../../../src/app/create-domain.ts";
import type { AuditEvent } from "../../../src/audit/index.ts";
import { createPolicyEngine, loadPolicies } from "../../../src/authorization/index.ts";
import type { Transaction } from "../../../src/change-requests/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { UnmappedOperatorError } from "../../../src/subjects/index.ts";
import { someLead, somePerson, someRequest } from "../../support/domain-objects.ts";
import { validEnvironment } from "../config/valid-environment.ts";
import { directoryOf, type IncydrBench, startIncydrBench } from "../subjects/incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const engine = createPolicyEngine(await loadPolicies("policies"));

/** The whole domain for Maya in these groups, and what it audits. `deciding`: hash of the policies that decide. */
function domainOf({
  env = {},
  groups = ["insider-risk-analysts"],
  deciding = engine.hash,
  bench,
}: {
  env?: Record<string, string>;
  groups?: readonly string[];
  deciding?: string;
  bench?: IncydrBench;
}) {
  const audited: AuditEvent[] = [];
  const tx = {
    audit: { append: async (event: AuditEvent) => void audited.push(event) },
    policies: { read: async () => deciding },
    clicks: { claim: async () => true },
    requests: { get: async (id: number) => someRequest({ id }) },
  } as unknown as Transaction; // nothing else of it is used
  const run = async (work: (of: Transaction) => unknown) => work(tx);
  const domain = createDomain({
    config: loadConfig({ ...validEnvironment, ...env }),
    clock: systemClock,
    policies: { engine, earlierPolicies: async () => null },
    audience: { people: directoryOf(somePerson({ groups }), someLead()) },
    incydr: {
      reader: bench?.incydr,
      identify: async () => {
        throw new UnmappedOperatorError({ email: null });
      },
    },
    storage: { uow: { run, read: run } },
    displays: {},
  } as unknown as DomainOptions); // nothing else is used
  return { ...domain, audited };
}

it("a look-up is audited with its subject, and a forbidden one with what was typed", async () => {
  await using bench = await startIncydrBench();
  const allowed = domainOf({ bench });
  await allowed.lookUps.subject("U0MAYA", NADIA);
  expect(allowed.audited).toMatchObject([{ kind: "subject.looked_up", subject: NADIA }]);
  const forbidden = domainOf({ bench, groups: [] });
  await expect(forbidden.lookUps.subject("U0MAYA", NADIA)).rejects.toMatchObject({ code: "forbidden" });
  expect(forbidden.audited).toMatchObject([{ kind: "attempt.forbidden", details: { asked: NADIA } }]);
});

it("nothing is judged by policies that no longer decide for all replicas", async () => {
  await using bench = await startIncydrBench();
  const { lookUps, audited } = domainOf({ bench, deciding: "another hash" });
  await expect(lookUps.subject("U0MAYA", NADIA)).rejects.toMatchObject({ code: "policies_differ" });
  expect(audited).toEqual([]);
});

it("a request is hidden from a person whom OPERATOR_MAP names as its subject, whoever Incydr says they are", async () => {
  const openBy = (env: Record<string, string>) =>
    domainOf({ env, groups: ["insider-risk-leads"] }).grantQueries.placeOf(7, "U0THEO");
  const asSubject = openBy({ OPERATOR_MAP: `U0THEO=${NADIA}` });
  await expect(asSubject).rejects.toMatchObject({ code: "hidden_from_subject" });
  expect(await openBy({})).toMatchObject({ channelId: "C0APPROVE" });
});
