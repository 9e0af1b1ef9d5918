import { expect, it } from "vitest";
import type { AuditEvent } from "../../../src/audit/index.ts";
import { UnmappedOperatorError } from "../../../src/subjects/index.ts";
import { someLead, somePerson, someRequest } from "../../support/domain-objects.ts";
import { directoryOf, type IncydrBench, startIncydrBench } from "../subjects/incydr-bench.ts";
import { shippedEngine, wireDomain } from "./wire-domain.ts";

const NADIA = "nadia.petrov@harborlight.example";

/** The whole domain for Maya in these groups, and what it audits. `deciding`: hash of the policies that decide. */
function domainOf({
  env = {},
  groups = ["insider-risk-analysts"],
  deciding = shippedEngine.hash,
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
  };
  const people = directoryOf(somePerson({ groups }), someLead());
  const identify = () => Promise.reject(new UnmappedOperatorError({ email: null }));
  return { ...wireDomain({ env, tx, people, identify, ...(bench && { reader: bench.incydr }) }), audited };
}

it("a look-up is audited with its subject, and a forbidden look-up with the typed text", async () => {
  await using bench = await startIncydrBench();
  const allowed = domainOf({ bench });
  await allowed.lookUps.subject("U0MAYA", NADIA);
  expect(allowed.audited).toMatchObject([{ kind: "subject.looked_up", subject: NADIA }]);
  const forbidden = domainOf({ bench, groups: [] });
  await expect(forbidden.lookUps.subject("U0MAYA", NADIA)).rejects.toMatchObject({ code: "forbidden" });
  expect(forbidden.audited).toMatchObject([{ kind: "attempt.forbidden", details: { asked: NADIA } }]);
});

it("policies that no longer decide for all replicas decide nothing", async () => {
  await using bench = await startIncydrBench();
  const { lookUps, audited } = domainOf({ bench, deciding: "another hash" });
  await expect(lookUps.subject("U0MAYA", NADIA)).rejects.toMatchObject({ code: "policies_differ" });
  expect(audited).toEqual([]);
});

it("a request is hidden from a person whom OPERATOR_MAP names as its subject, also if Incydr maps them to no user", async () => {
  const openBy = (env: Record<string, string>) =>
    domainOf({ env, groups: ["insider-risk-leads"] }).grantQueries.placeOf(7, "U0THEO");
  const asSubject = openBy({ OPERATOR_MAP: `U0THEO=${NADIA}` });
  await expect(asSubject).rejects.toMatchObject({ code: "hidden_from_subject" });
  expect(await openBy({})).toMatchObject({ channelId: "C0APPROVE" });
});

it("a user is protected, whichever case the configuration writes their username in", async () => {
  await using bench = await startIncydrBench();
  const { lookUps } = domainOf({ bench, env: { PROTECTED_USERNAMES: "Nadia.Petrov@Harborlight.Example" } });
  const isProtected = async (username: string) => (await lookUps.subject("U0MAYA", username)).protected;
  expect(await isProtected(NADIA)).toBe(true);
  expect(await isProtected("sam.ortega@harborlight.example")).toBe(false);
});
