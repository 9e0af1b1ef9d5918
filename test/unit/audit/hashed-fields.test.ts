import { describe, expect, it } from "vitest";
import {
  type AuditEntry,
  type AuditEvent,
  type ChainHead,
  EMPTY_CHAIN,
  link,
  verifyChain,
} from "../../../src/audit/index.ts";

const EVENT: AuditEvent = {
  kind: "request.created",
  at: new Date("2026-11-01T09:00:00.001Z"),
  actor: { slackUserId: "U0MAYA", email: "maya@example.com" },
  requestId: "0198-1",
  subject: "nadia@example.com",
  policyHash: "5e",
  details: { change: "deactivate" },
};
const HEAD: ChainHead = { seq: 7, hash: "a".repeat(64) };

/** What differs, in one place only. */
const OTHERS: readonly (readonly [string, AuditEvent, ChainHead])[] = [
  ["kind", { ...EVENT, kind: "request.approved" }, HEAD],
  ["at, by a millisecond", { ...EVENT, at: new Date("2026-11-01T09:00:00.002Z") }, HEAD],
  ["actor's Slack id", { ...EVENT, actor: { slackUserId: "U0OTHER", email: "maya@example.com" } }, HEAD],
  ["actor's e-mail", { ...EVENT, actor: { slackUserId: "U0MAYA", email: "eve@example.com" } }, HEAD],
  ["actor without an e-mail", { ...EVENT, actor: { slackUserId: "U0MAYA", email: null } }, HEAD],
  ["actor, who is the bot", { ...EVENT, actor: "bot" }, HEAD],
  ["requestId", { ...EVENT, requestId: "0198-2" }, HEAD],
  ["requestId, which is missing", { ...EVENT, requestId: null }, HEAD],
  ["subject", { ...EVENT, subject: "ivy@example.com" }, HEAD],
  ["subject, which is missing", { ...EVENT, subject: null }, HEAD],
  ["policyHash", { ...EVENT, policyHash: "5f" }, HEAD],
  ["policyHash, which is missing", { ...EVENT, policyHash: null }, HEAD],
  ["details", { ...EVENT, details: { change: "activate" } }, HEAD],
  ["details, by one member more", { ...EVENT, details: { change: "deactivate", undo: null } }, HEAD],
  ["prevHash", EVENT, { ...HEAD, hash: "b".repeat(64) }],
  ["seq", EVENT, { ...HEAD, seq: 8 }],
];

describe("the hash of an entry is another one for another", () => {
  it.each(OTHERS)("%s", (_field, event, head) => {
    expect(link(head, event).hash).not.toBe(link(HEAD, EVENT).hash);
  });
});

it("the hash of an entry depends on its correlation id, and on whether it has one", () => {
  const ids = [null, "", "5d1f0c9e-8f0b-4c55-9a53-2d0f4f3c6a11", "5d1f0c9e-8f0b-4c55-9a53-2d0f4f3c6a12"];
  const hashes = ids.map((correlationId) => link(HEAD, EVENT, { correlationId }).hash);
  expect(new Set(hashes).size).toBe(ids.length);
  expect(hashes[0]).toBe(link(HEAD, EVENT).hash);
});

it("the hash of an entry stays as it was published, so that old entries can be verified", () => {
  expect(link(HEAD, EVENT).hash).toBe("b6e0e49dc159272313f3ffe59592026639bc676e3901e31f473c9f937d14759b");
});

it("an entry behind a gap is a fault, and so is one that stands twice", async () => {
  const first = link(EMPTY_CHAIN, EVENT);
  const gap: AuditEntry = link({ seq: 2, hash: first.hash }, EVENT);
  expect((await verifyChain([first, gap])).faults).toEqual([{ seq: 3, fault: "entry 2 is missing" }]);
  const twice: AuditEntry = link({ seq: 0, hash: first.hash }, EVENT);
  expect((await verifyChain([first, twice])).faults).toEqual([{ seq: 1, fault: "entry 2 is missing" }]);
});

it("an entry that continues another one than that before it is a fault", async () => {
  const first = link(EMPTY_CHAIN, EVENT);
  const stray = link({ seq: 1, hash: "c".repeat(64) }, EVENT);
  expect((await verifyChain([first, stray])).faults).toEqual([
    { seq: 2, fault: "does not continue the entry before it" },
  ]);
});

it("texts that PostgreSQL can't keep are hashed as it keeps them, in each field", async () => {
  const odd = "a\u0000b\uD800";
  const kept = "a\uFFFDb\uFFFD";
  const entry = link(EMPTY_CHAIN, {
    ...EVENT,
    actor: { slackUserId: odd, email: odd },
    requestId: odd,
    subject: odd,
    details: { [odd]: [odd, { [odd]: [odd] }] },
  });
  const stored: AuditEntry = {
    ...entry,
    actor: { slackUserId: kept, email: kept },
    requestId: kept,
    subject: kept,
    details: { [kept]: [kept, { [kept]: [kept] }] },
  };
  expect(entry).toEqual(stored);
  expect((await verifyChain([stored])).faults).toEqual([]);
});
