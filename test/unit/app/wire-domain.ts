import { channelRulesOf } from "../../../src/app/create-audience.ts";
import { createDomain, type DomainOptions } from "../../../src/app/create-domain.ts";
import { createPolicyEngine, loadPolicies, type PolicyEngine } from "../../../src/authorization/index.ts";
import type { Transaction } from "../../../src/change-requests/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { validEnvironment } from "../config/valid-environment.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";

export const shippedEngine = createPolicyEngine(await loadPolicies("policies"));
export const PLACE = { channelId: "C0APPROVE", threadTs: null };
export const CHANNEL = {
  ...{ channelId: PLACE.channelId, name: "approvals", isPrivate: true, isShared: false },
  ...{ botIsMember: true, isArchived: false, hasOutsiders: false, memberIds: [] },
};

/** Creates the whole domain on the store `tx`; the other options replace parts of it. */
export function wireDomain({
  env = {},
  tx,
  engine = shippedEngine,
  people = directoryOf(somePerson()),
  facts = async () => CHANNEL,
  reader = {},
  identify = async () => ({ userId: "user-maya" }),
  isFrozen = false,
  displays = {},
}: {
  readonly env?: Readonly<Record<string, string>>;
  readonly tx: object;
  readonly engine?: PolicyEngine;
  readonly people?: object;
  readonly facts?: () => Promise<object>;
  readonly reader?: object;
  readonly identify?: () => Promise<object>;
  readonly isFrozen?: boolean;
  readonly displays?: object;
}) {
  const config = loadConfig({ ...validEnvironment, ...env });
  const run = async (work: (of: Transaction) => unknown) => work(tx as Transaction); // nothing else of it is used
  return createDomain({
    ...{ config, clock: systemClock, displays },
    policies: { engine, earlierPolicies: async () => engine },
    audience: {
      ...{ people, channels: { facts }, rules: channelRulesOf(config) },
      findPlace: async () => ({ place: PLACE, moved: null }),
    },
    incydr: { users: {}, reader, identify },
    storage: {
      ...{ uow: { run, read: run }, isFrozen: async () => isFrozen },
      bulkLock: { tryWithLock: (_id: number, work: () => Promise<void>) => work().then(() => true) },
    },
  } as unknown as DomainOptions); // nothing else is used
}
