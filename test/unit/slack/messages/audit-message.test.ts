import { expect, it } from "vitest";
import type { AuditEntry } from "../../../../src/audit/index.ts";
import { auditMessage } from "../../../../src/slack/messages/audit-message.ts";
import { readable } from "../block-texts.ts";

/** The text of a message about one entry of the bot's. */
function shown(patch: Partial<AuditEntry>): string {
  const entry = {
    seq: 1,
    kind: "request.created",
    at: new Date(0),
    actor: "bot",
    details: {},
    hash: "h",
    ...patch,
  };
  return readable(auditMessage([entry as unknown as AuditEntry]).blocks); // nothing else is shown
}

it("an entry's details and the texts quoted below it have room for 500 characters together", () => {
  const words = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`d${at}`, "w".repeat(100)]));
  const bare = shown({}).length;
  expect(shown({ details: words }).length - bare).toBeLessThan(520);
  expect(shown({ details: { reason: "r".repeat(3_000), ...words } }).length - bare).toBeLessThan(520);
});

it("long texts of an entry share the room for quotations, so that each is shown in part", () => {
  const text = shown({ details: { reason: "a".repeat(900), ticket: "b".repeat(900) } });
  expect(text.match(/a{50,}/)?.[0].length).toBeLessThanOrEqual(150);
  expect(text.match(/b{50,}/)?.[0].length).toBeLessThanOrEqual(150);
});

it("an entry shows no username of a list", () => {
  expect(shown({ details: { usernames: ["nadia@x.example"] } })).not.toContain("nadia");
});

it("an entry names a person at the command line, whom Slack doesn't know", () => {
  expect(shown({ actor: { slackUserId: "cli:root", email: null } })).toContain("cli:root");
});

it("an entry shows names of details and times in words, a typed text as it is, and mentions nobody but its actor", () => {
  const typed = "2026-11-01T10:00 alert · verdict: approval";
  const details = { approvalsNeeded: 2, endsAt: "2026-11-01T18:02:00.000Z", event: "enough_approvals" };
  const text = shown({ details: { ...details, overdue: false, peopleAsked: ["U0THEO"], reason: typed } });
  expect(text).toContain(
    "approvals needed: 2 · ends at: 2026-11-01 18:02 UTC · event: enough approvals · overdue: no · ",
  );
  expect(text).toContain(`people asked: U0THEO · reason: “${typed}”`);
});
