import { expect, it } from "vitest";
import { createEarlierPolicies } from "../../../src/app/earlier-policies.ts";
import {
  FRESH,
  type Freshness,
  type GroupDirectory,
  type KnownGroup,
  loadPolicies,
  type PolicySources,
} from "../../../src/authorization/index.ts";
import type { Transaction, UnitOfWork } from "../../../src/change-requests/index.ts";

const LEADS = "insider-risk-leads";

/** Policies that once decided, which name the leads, among groups of which these are gone. */
async function setUp(options: { gone?: readonly string[]; sources?: PolicySources | null } = {}) {
  const { gone = [], sources = (await loadPolicies("policies")).sources } = options;
  const readAlso: (readonly string[])[] = [];
  const freshness: Freshness[] = [];
  let loads = 0;
  const groups = {
    readAlso: (handles: readonly string[]) => void readAlso.push(handles),
    groups: async (asked: Freshness) => {
      freshness.push(asked);
      return [LEADS, "of-other-policies"].map((handle) => ({ handle, isGone: gone.includes(handle) }));
    },
  } as unknown as GroupDirectory & { groups: () => Promise<readonly KnownGroup[]> }; // nothing else is asked
  const stored = {
    policies: {
      sources: async () => {
        loads += 1;
        return sources;
      },
    },
  } as unknown as Transaction; // nothing else is read
  const uow = {
    read: (work: (tx: Transaction) => Promise<unknown>) => work(stored),
  } as unknown as UnitOfWork; // it only reads
  const earlierPolicies = createEarlierPolicies({ uow, groups });
  return { earlierPolicies, readAlso, freshness, loads: () => loads };
}

it("the groups that earlier policies name are read as those of now are, each time, and the policies made once", async () => {
  const { earlierPolicies, readAlso, freshness, loads } = await setUp();
  const engines = [await earlierPolicies("then"), await earlierPolicies("then")];
  expect(engines[1]).toBe(engines[0]);
  expect(loads()).toBe(1);
  expect(readAlso).toEqual([engines[0]?.groups, engines[0]?.groups]);
  expect(readAlso[0]).toContain(LEADS);
  expect(freshness).toEqual([FRESH, FRESH]);
});

it("a group that is gone stops a request whose policies name it, and no other", async () => {
  const { earlierPolicies } = await setUp({ gone: ["of-other-policies"] });
  expect(await earlierPolicies("then")).not.toBeNull();
  const without = await setUp({ gone: [LEADS] });
  await expect(without.earlierPolicies("then")).rejects.toThrow(`speak of @${LEADS}, which`);
});

it("policies that aren't kept, or that this version can't read, are none", async () => {
  expect(await (await setUp({ sources: null })).earlierPolicies("then")).toBeNull();
  const { sources } = await loadPolicies("policies");
  const broken = { ...sources, files: [{ name: "00.cedar", text: "permit (" }] };
  expect(await (await setUp({ sources: broken })).earlierPolicies("then")).toBeNull();
});
