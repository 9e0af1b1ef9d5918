import { expect, it } from "vitest";
import type { AuditEntry } from "../../../../src/audit/index.ts";
import { auditMessage } from "../../../../src/slack/messages/audit-message.ts";
import { readable } from "../block-texts.ts";

it("an entry's details and the texts quoted below it have room for 500 characters together", () => {
  const words = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`d${at}`, "w".repeat(100)]));
  const lengthWith = (details: AuditEntry["details"]) => {
    const entry = { seq: 1, kind: "request.created", at: new Date(0), actor: "bot", details, hash: "h" };
    return readable(auditMessage([entry as unknown as AuditEntry]).blocks).length; // nothing else is shown
  };
  const bare = lengthWith({});
  expect(lengthWith({ ...words }) - bare).toBeLessThan(520);
  expect(lengthWith({ reason: "r".repeat(3_000), ...words }) - bare).toBeLessThan(520);
});
