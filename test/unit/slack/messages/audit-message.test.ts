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
