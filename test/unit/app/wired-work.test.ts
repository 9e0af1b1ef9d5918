import { expect, it } from "vitest";
import { channelRulesOf } from "../../../src/app/create-audience.ts";
import { createDomain, type DomainOptions } from "../../../src/app/create-domain.ts";
import { SlackUnreachableError } from "../../../src/app/read-bot-identity.ts";
import { createPolicyEngine, loadPolicies } from "../../../src/authorization/index.ts";
import type { Transaction } from "../../../src/change-requests/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { validEnvironment } from "../config/valid-environment.ts";
import { directoryOf, startIncydrBench } from "../subjects/incydr-bench.ts";

const engine = createPolicyEngine(await loadPolicies("policies"));
const PLACE = { channelId: "C0APPROVE", threadTs: null };
const FAULT = new TypeError("Cannot read properties of undefined");
const OUTAGE = new SlackUnreachableError("ECONNRESET");
/** More targets than a bulk works on at the same time. */
const TARGETS = Array.from({ length: 12 }, (_, position) => ({ position }));

const CHANNEL = {
  ...{ channelId: PLACE.channelId, name: "approvals", isPrivate: true, isShared: false },
  ...{ botIsMember: true, memberIds: [] },
};

/** The whole domain on this store. */
function domainOn(tx: object, { isFrozen = false, reader = {} } = {}) {
  const config = loadConfig(validEnvironment);
  const run = async (work: (of: Transaction) => unknown) => work(tx as Transaction); // nothing else of it is used
  return createDomain({
    ...{ config, clock: systemClock },
    policies: { engine, earlierPolicies: async () => engine },
    audience: {
      people: directoryOf(somePerson()),
      channels: { facts: async () => CHANNEL },
      rules: channelRulesOf(config),
      findPlace: async () => ({ place: PLACE, moved: null }),
    },
    incydr: { users: {}, reader, identify: async () => ({ userId: "user-maya" }) },
    storage: {
      ...{ uow: { run, read: run }, isFrozen: async () => isFrozen },
      bulkLock: { tryWithLock: (_id: number, work: () => Promise<void>) => work().then(() => true) },
    },
    displays: { cards: {} },
  } as unknown as DomainOptions); // nothing else is used
}

/** The domain on a request whose first target fails by a fault and whose others meet an outage, and the tried targets. */
function setUpOutage() {
  const tried: number[] = [];
  const requests = {
    update: async () => {},
    targetsIn: async () => TARGETS,
    progress: async () => ({ state: "executing", paused: false, waitingFor: null }),
    getTarget: async (_id: number, position: number) => {
      tried.push(position);
      throw position === 0 ? FAULT : OUTAGE;
    },
  };
  return { ...domainOn({ requests, jobs: { enqueue: async () => {} } }), tried };
}

it("an outage ends a job that settles targets at once, and a fault of one target does not hide it", async () => {
  const { executor, tried } = setUpOutage();
  await expect(executor.settle(7)).rejects.toBe(OUTAGE);
  expect(tried).toEqual([0, 1]);
});

it("an outage keeps a bulk from beginning further targets, and a fault of one target does not hide it", async () => {
  const { executeBulk, tried } = setUpOutage();
  await expect(executeBulk(7)).rejects.toBe(OUTAGE);
  expect(tried).not.toContain(TARGETS.length - 1);
});

it.each([true, false])("a change form says whether changes are frozen: %s", async (isFrozen) => {
  await using bench = await startIncydrBench();
  const opener = { slackUserId: "U0MAYA", email: null };
  const draft = { id: "d", opener, place: PLACE, expiresAt: new Date("2099-01-01T00:00:00Z") };
  const tx = {
    drafts: { lock: async () => draft, update: async () => {} },
    requests: { openOn: async () => [] },
    policies: { read: async () => engine.hash },
    audit: { append: async () => {} },
  };
  const { prepareDraft } = domainOn(tx, { isFrozen, reader: bench.incydr });
  const who = "nadia.petrov@harborlight.example";
  const choice = { who, kind: "deactivate", role: null, org: null, undoes: null } as const;
  expect(await prepareDraft("d", "U0MAYA", choice)).toMatchObject({ facts: { username: who }, isFrozen });
});
