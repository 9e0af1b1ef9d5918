import { expect, it } from "vitest";
import { SlackUnreachableError } from "../../../src/app/read-bot-identity.ts";
import type { Job } from "../../../src/change-requests/index.ts";
import { someLead, somePerson, someRequest } from "../../support/domain-objects.ts";
import { directoryOf, startIncydrBench } from "../subjects/incydr-bench.ts";
import { CHANNEL, PLACE, shippedEngine, wireDomain } from "./wire-domain.ts";

const FAULT = new TypeError("Cannot read properties of undefined");
const OUTAGE = new SlackUnreachableError("ECONNRESET");
/** More targets than a bulk works on at the same time. */
const TARGETS = Array.from({ length: 12 }, (_, position) => ({ position }));

/**
 * The domain on a bulk, and the tried targets. The first target fails by a fault, and the other targets by an outage.
 */
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
  return { ...wireDomain({ tx: { requests, jobs: { enqueue: async () => {} } } }), tried };
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
    policies: { read: async () => shippedEngine.hash },
    audit: { append: async () => {} },
  };
  const { prepareDraft } = wireDomain({ tx, isFrozen, reader: bench.incydr });
  const who = "nadia.petrov@harborlight.example";
  const choice = { who, kind: "deactivate", role: null, org: null, undoes: null } as const;
  expect(await prepareDraft("d", "U0MAYA", choice)).toMatchObject({ facts: { username: who }, isFrozen });
});

/** The whole domain on two open requests, whose cards stand in a channel that is public by now. */
function setUpClicks(failure: Error | null = null) {
  const jobs: Job[] = [];
  const shown: unknown[] = [];
  const planned = [1, 2].map((requestId) => ({
    ...{ requestId, step: "reminder", dueAt: new Date(0), escalateTo: [] },
  }));
  const tx = {
    requests: { get: async (id: number) => someRequest({ id, peopleAsked: ["U0THEO"] }) },
    reminders: { ofDigest: async () => planned },
    policies: { read: async () => shippedEngine.hash, sources: async () => null },
    audit: { append: async () => {} },
    clicks: { claim: async () => true },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  };
  let asked = 0;
  const domain = wireDomain({
    tx,
    people: directoryOf(somePerson(), someLead()),
    facts: async () => {
      asked += 1;
      if (failure) throw failure;
      return { ...CHANNEL, isPrivate: false };
    },
    identify: async () => ({ userId: "user-theo" }),
    displays: {
      cards: { channelOf: async () => PLACE.channelId },
      digests: { showDigest: async (_id: number, lines: unknown) => void shown.push(lines) },
    },
  });
  return { domain, jobs, shown, asked: () => asked };
}

it("a click has a card moved that may not stand in its channel any more", async () => {
  const { domain, jobs } = setUpClicks();
  const opening = { requestId: 1, slackUserId: "U0THEO", shownSnapshot: "0123456789abcdef" };
  await domain.openDenial(opening as Parameters<typeof domain.openDenial>[0]).catch(() => null);
  expect(jobs).toContainEqual({ kind: "show_card", requestId: 1 });
});

it("an outage ends a digest at once, and nothing of it is posted", async () => {
  const { domain, shown, asked } = setUpClicks(OUTAGE);
  await expect(domain.reminders.postDigest(3)).rejects.toBe(OUTAGE);
  expect([shown, asked()]).toEqual([[], 1]);
});
