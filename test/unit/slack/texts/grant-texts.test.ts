import { describe, expect, it } from "vitest";
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

const view = (grants: readonly Grant[], patch: Partial<ChangeRequest> = DONE) =>
  someView(someRequest(patch), { grants });
const card = (grants: readonly Grant[], patch: Partial<ChangeRequest> = DONE) =>
  readable(requestCard(view(grants, patch)).blocks);

describe("a card says of roles for a limited time", () => {
  it("how long it will be, before they are given", () => {
    const text = card([], { ...DONE, state: "pending", targets: [someTarget()] });
    expect(text).toContain("Temporary: 8 hours, starting when the change is made.");
  });

  it("until when they are given, and offers more time and an end", () => {
    expect(card([someGrant()])).toContain("⏱️ Until ");
    expect(card([someGrant()])).toContain("Revoke now");
  });

  it("nothing as confirmed while they are being taken away, and how often that failed", () => {
    const failing = { state: "revoking", failedAttempts: 2, waitingFor: "incydr" } as const;
    const text = card([someGrant({ ...failing, explanation: "Incydr doesn't answer." })]);
    expect(text).toContain("Not confirmed yet. The bot tries again.");
    expect(text).toContain("2 attempts failed. The last error: Incydr doesn't answer.");
    expect(text).not.toMatch(/Removed/);
    expect(text).not.toContain("Revoke now");
  });

  it("that they are taken away only when they are", () => {
    expect(card([someGrant({ state: "revoked", endedAt: END })])).toContain("↩️ Removed ");
  });

  it("why nothing was taken away by it", () => {
    const over = { state: "superseded", endedAt: END, explanation: "CR-9 gave the role for good." } as const;
    const text = card([someGrant(over)]);
    expect(text).toContain("This request removes nothing: CR-9 gave the role for good.");
  });

  it("which were held before, and so stay", () => {
    const change = { kind: "add_roles", roles: [ALERTS, READ], grantHours: 8 } as const;
    const text = card([someGrant()], { ...DONE, change });
    expect(text).toContain("Kept at the end: Insider Risk Read Only.");
  });
});

describe("a thread", () => {
  it("is told only of the roles that were over at that moment", () => {
    const revoked = someGrant({ state: "revoked", endedAt: END });
    const earlier = someGrant({ role: READ, state: "revoked", endedAt: new Date(0) });
    const said = announcement(view([earlier, revoked]), `grants_over:${END.getTime()}`);
    expect(readable(said?.blocks ?? [])).toMatch(
      /temporary roles removed and verified.*no longer has Alert Emails\./,
    );
    expect(announcement(view([]), `grants_over:${END.getTime()}`)).toBeNull();
  });

  it("isn't warned late of what is over", () => {
    const warned = someGrant({ warnedAt: new Date(0) });
    expect(announcement(view([warned]), "grants_end_soon")).not.toBeNull();
    expect(announcement(view([{ ...warned, state: "revoked" }]), "grants_end_soon")).toBeNull();
  });

  it("isn't told late that a role could not be taken away which is gone", () => {
    const failing = someGrant({ state: "revoking", failedAttempts: 3, explanation: "Not permitted." });
    expect(readable(announcement(view([failing]), "grants_overdue:1")?.blocks ?? [])).toContain(
      "3 attempts failed. The last error: Not permitted.",
    );
    expect(announcement(view([{ ...failing, state: "revoked" }]), "grants_overdue:1")).toBeNull();
  });
});

it.each([
  [1, "1 hour"],
  [24, "1 day"],
  [36, "36 hours"],
  [0.5, "30 minutes"],
  [20 / 3600, "20 seconds"],
])("%d hours are %s", (hours, text) => {
  expect(lengthText(hours)).toBe(text);
});
