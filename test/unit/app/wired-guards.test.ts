import { expect, it } from "vitest";
import { channelRulesOf } from "../../../src/app/create-audience.ts";
import { createDomain, type DomainOptions } from "../../../src/app/create-domain.ts";
import { SlackUnreachableError } from "../../../src/app/read-bot-identity.ts";
import { createPolicyEngine, loadPolicies } from "../../../src/authorization/index.ts";
import type { Job, Transaction } from "../../../src/change-requests/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { someLead, somePerson, someRequest } from "../../support/domain-objects.ts";
import { validEnvironment } from "../config/valid-environment.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";

const engine = createPolicyEngine(await loadPolicies("policies"));

/** The whole domain on two open requests, whose cards stand in a channel that is public by now. */
function setUp(failure: Error | null = null) {
  const jobs: Job[] = [];
  const shown: unknown[] = [];
  const planned = [1, 2].map((requestId) => ({
    ...{ requestId, step: "reminder", dueAt: new Date(0), escalateTo: [] },
  }));
  const tx = {
    requests: { get: async (id: number) => someRequest({ id, peopleAsked: ["U0THEO"] }) },
    reminders: { ofDigest: async () => planned },
    policies: { read: async () => engine.hash, sources: async () => null },
    audit: { append: async () => {} },
    clicks: { claim: async () => true },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  } as unknown as Transaction; // nothing else of it is used
  const run = async (work: (of: Transaction) => unknown) => work(tx);
  const config = loadConfig(validEnvironment);
  const open = { channelId: "C1", name: "inc-1", isPrivate: false, isShared: false, botIsMember: true };
  let asked = 0;
  const domain = createDomain({
    ...{ config, clock: systemClock },
    policies: { engine, earlierPolicies: async () => engine },
    audience: {
      people: directoryOf(somePerson(), someLead()),
      channels: {
        facts: async () => {
          asked += 1;
          if (failure) throw failure;
          return { ...open, memberIds: [], isArchived: false, hasOutsiders: false };
        },
      },
      rules: channelRulesOf(config),
      findPlace: async () => ({ place: { channelId: "C1", threadTs: null }, moved: null }),
    },
    incydr: { users: {}, reader: {}, identify: async () => ({ userId: "user-theo" }) },
    storage: { uow: { run, read: run }, isFrozen: async () => false },
    displays: {
      cards: { channelOf: async () => "C1" },
      digests: { showDigest: async (_id: number, lines: unknown) => void shown.push(lines) },
    },
  } as unknown as DomainOptions); // nothing else is used
  return { domain, jobs, shown, asked: () => asked };
}

it("a click has a card moved that may not stand in its channel any more", async () => {
  const { domain, jobs } = setUp();
  const opening = { requestId: 1, slackUserId: "U0THEO", shownSnapshot: "0123456789abcdef" };
  await domain.openDenial(opening as Parameters<typeof domain.openDenial>[0]).catch(() => null);
  expect(jobs).toContainEqual({ kind: "show_card", requestId: 1 });
});

it("an outage ends a digest at once, and nothing of it is posted", async () => {
  const away = new SlackUnreachableError("ECONNRESET");
  const { domain, shown, asked } = setUp(away);
  await expect(domain.reminders.postDigest(3)).rejects.toBe(away);
  expect([shown, asked()]).toEqual([[], 1]);
});
