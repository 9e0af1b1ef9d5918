import { expect, it } from "vitest";
import type { EnqueuedJob } from "../../../src/change-requests/index.ts";
import { dedupeJobs } from "../../../src/persistence/unit-of-work.ts";

const LATER = new Date("2026-11-01T09:00:00Z");

it("a job that a transaction enqueues twice is kept once, but not at another time or for another request", () => {
  const publish: EnqueuedJob = { job: { kind: "publish_audit" } };
  const settle = (requestId: number): EnqueuedJob => ({ job: { kind: "settle", requestId } });
  const later: EnqueuedJob = { ...settle(1), startAfter: LATER };
  const enqueued = [publish, settle(1), publish, settle(2), later, settle(1), later];
  expect(dedupeJobs(enqueued)).toEqual([publish, settle(1), settle(2), later]);
});

it("a card is not shown beside an announcement of its request, unless that comes later", () => {
  const announced: EnqueuedJob = { job: { kind: "announce", requestId: 1, topic: "approved" } };
  const card = (requestId: number): EnqueuedJob => ({ job: { kind: "show_card", requestId } });
  expect(dedupeJobs([card(1), card(2), announced])).toEqual([card(2), announced]);
  const announcedLater = { ...announced, startAfter: LATER };
  expect(dedupeJobs([card(1), announcedLater])).toEqual([card(1), announcedLater]);
});
