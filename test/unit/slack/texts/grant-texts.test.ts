import { expect, it } from "vitest";
import type { ChangeRequest, Grant } from "../../../../src/change-requests/index.ts";
import { announcement } from "../../../../src/slack/messages/announcement.ts";
import { requestCard } from "../../../../src/slack/messages/request-card.ts";
import { lengthText } from "../../../../src/slack/texts/change-texts.ts";
import { someGrant, someRequest, someTarget, someView } from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const READ = { id: "insider-risk-read-only", name: "Insider Risk Read Only" };
const DONE: Partial<ChangeRequest> = {
  state: "done",
  change: { kind: "add_roles", roles: [ALERTS], grantHours: 8 },
  targets: [someTarget({ state: "verified", settledAt: new Date(0) })],
};
const END = new Date("2026-11-01T18:00:05Z");

const view = (grants: readonly Grant[], patch: Partial<ChangeRequest> = {}, isFrozen = false) =>
  someView(someRequest({ ...DONE, ...patch }), { grants, isFrozen });
const card = (...shown: Parameters<typeof view>) => readable(requestCard(view(...shown)).blocks);

it("a card claims no removal and offers none while roles are being taken away, and counts failed attempts", () => {
  const revoking = { state: "revoking", waitingFor: "incydr" } as const;
  const failing = { failedAttempts: 2, explanation: "Incydr doesn't answer." };
  expect(card([someGrant()])).toContain("Revoke now");
  expect(card([someGrant(revoking)])).not.toContain("attempt");
  const text = card([someGrant({ ...revoking, ...failing })]);
  expect(text).toContain("2 attempts failed. The last error: Incydr doesn't answer.");
  expect(text).not.toMatch(/Removed/);
  expect(text).not.toContain("Revoke now");
});

it("roles that the user had before are kept at the end, and only those", () => {
  const change = { kind: "add_roles", roles: [ALERTS, READ], grantHours: 8 } as const;
  expect(card([someGrant()], { change })).toContain("Kept at the end: Insider Risk Read Only.");
  const given = (grants: readonly Grant[]) => readable(announcement(view(grants), "done:verified")?.blocks);
  expect(given([])).toContain("nothing is removed");
  expect(given([someGrant({ state: "revoked", endedAt: END })])).not.toContain("nothing is removed");
});

it("a removal waits for the end of a freeze only while there is a freeze", () => {
  const waiting = [someGrant({ state: "revoking", waitingFor: "freeze" })];
  expect(card(waiting, {}, true)).toContain("Waiting: all changes are frozen.");
  expect(card(waiting)).not.toContain("frozen");
});

it("an announcement of ended roles names only those that ended then, and there is none without such", () => {
  const revoked = someGrant({ state: "revoked", endedAt: END });
  const earlier = someGrant({ role: READ, state: "revoked", endedAt: new Date(0) });
  const said = announcement(view([earlier, revoked]), `grants_over:${END.getTime()}`);
  expect(readable(said?.blocks ?? [])).toMatch(
    /temporary roles removed and verified.*no longer has Alert Emails\./,
  );
  expect(announcement(view([earlier]), `grants_over:${END.getTime()}`)).toBeNull();
});

it("the warning before the end is not posted late, after the end", () => {
  const warned = someGrant({ warnedAt: new Date(0) });
  expect(announcement(view([warned]), "grants_end_soon")).not.toBeNull();
  expect(announcement(view([{ ...warned, state: "revoked" }]), "grants_end_soon")).toBeNull();
});

it("a failing removal is not announced late, after the removal", () => {
  const failing = someGrant({ state: "revoking", failedAttempts: 3, explanation: "Not permitted." });
  expect(readable(announcement(view([failing]), "grants_overdue:1")?.blocks ?? [])).toContain(
    "3 attempts failed. The last error: Not permitted.",
  );
  expect(announcement(view([{ ...failing, state: "revoked" }]), "grants_overdue:1")).toBeNull();
});

it.each([
  [1, "1 hour"],
  [24, "1 day"],
  [36, "36 hours"],
  [0.5, "30 minutes"],
  [20 / 3600, "20 seconds"],
])("a length of %d hours reads %s", (hours, text) => {
  expect(lengthText(hours)).toBe(text);
});
