import { describe, expect, it } from "vitest";
import {
  type AuditEntry,
  type AuditEvent,
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
const HEAD = { seq: 7, hash: "a".repeat(64) };
const CORRELATION_ID = "5d1f0c9e-8f0b-4c55-9a53-2d0f4f3c6a11";
const ENTRY = link(HEAD, EVENT, { correlationId: CORRELATION_ID });

describe("the hash of an audit entry", () => {
  it.each<[string, Partial<AuditEntry>]>([
    ["kind", { kind: "request.approved" }],
    ["time by a millisecond", { at: new Date("2026-11-01T09:00:00.002Z") }],
    ["actor's Slack id", { actor: { slackUserId: "U0OTHER", email: "maya@example.com" } }],
    ["actor's e-mail", { actor: { slackUserId: "U0MAYA", email: "eve@example.com" } }],
    ["actor without an e-mail", { actor: { slackUserId: "U0MAYA", email: null } }],
    ["actor, the bot", { actor: "bot" }],
    ["request", { requestId: "0198-2" }],
    ["missing request", { requestId: null }],
    ["subject", { subject: "ivy@example.com" }],
    ["missing subject", { subject: null }],
    ["policy hash", { policyHash: "5f" }],
    ["missing policy hash", { policyHash: null }],
    ["detail", { details: { change: "activate" } }],
    ["further detail", { details: { change: "deactivate", undo: null } }],
    ["correlation id", { correlationId: "5d1f0c9e-8f0b-4c55-9a53-2d0f4f3c6a12" }],
    ["empty correlation id", { correlationId: "" }],
    ["missing correlation id", { correlationId: null }],
    ["previous hash", { prevHash: "b".repeat(64) }],
    ["number", { seq: 9 }],
  ])("an entry with another %s is found altered", async (_field, patch) => {
    expect((await verifyChain([ENTRY], HEAD)).faults).toEqual([]);
    const { faults } = await verifyChain([{ ...ENTRY, ...patch }], HEAD);
    expect(faults).toContainEqual({ seq: patch.seq ?? 8, fault: "was altered" });
  });

  it("a correlation id is found if the entry had none", async () => {
    const altered = { ...link(HEAD, EVENT), correlationId: CORRELATION_ID };
    expect((await verifyChain([altered], HEAD)).faults).toEqual([{ seq: 8, fault: "was altered" }]);
  });

  it("the hash stays as it was published, so that old entries can be verified", () => {
    const published = "b6e0e49dc159272313f3ffe59592026639bc676e3901e31f473c9f937d14759b";
    expect(link(HEAD, EVENT).hash).toBe(published);
    expect(link(HEAD, EVENT, { correlationId: null }).hash).toBe(published);
  });

  it("texts are hashed in each field as PostgreSQL stores them", async () => {
    const entryOf = (text: string) => ({
      actor: { slackUserId: text, email: text },
      requestId: text,
      subject: text,
      details: { [text]: [text, { [text]: [text] }] },
    });
    const entry = link(EMPTY_CHAIN, { ...EVENT, ...entryOf("a\u0000b\uD800") });
    const stored: AuditEntry = { ...entry, ...entryOf("a\uFFFDb\uFFFD") };
    expect(entry).toEqual(stored);
    expect((await verifyChain([stored])).faults).toEqual([]);
  });
});
