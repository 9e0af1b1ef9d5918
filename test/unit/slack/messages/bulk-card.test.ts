import { describe, expect, it } from "vitest";
import type { ChangeRequest, Target } from "../../../../src/change-requests/index.ts";
import { bulkCard } from "../../../../src/slack/messages/bulk-card.ts";
import { someFacts, someRequest, someTarget, someView } from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

/** So many targets; `patch` says of each what is special. */
function targets(count: number, patch: (position: number) => Partial<Target> = () => ({})): Target[] {
  return Array.from({ length: count }, (_, position) => someTarget({ position, ...patch(position) }));
}

function textOf(patch: Partial<ChangeRequest>): string {
  return readable(bulkCard(someView(someRequest(patch))).blocks);
}

describe("the one card of a bulk", () => {
  it("counts its users by organization, the largest first, and names none of them", () => {
    const facts = (position: number) => someFacts({ orgName: position < 3 ? "Sales" : "Research" });
    const text = textOf({ targets: targets(12, (position) => ({ facts: facts(position) })) });
    expect(text).toContain("Users9 in Research3 in Sales");
    expect(text).not.toContain("nadia.petrov");
  });

  it("has room for ten organizations, and counts the rest together", () => {
    const facts = (position: number) => someFacts({ orgName: `Org ${position}` });
    const text = textOf({ targets: targets(14, (position) => ({ facts: facts(position) })) });
    expect(text).toContain("4 in other organizations");
  });

  it("counts those who are privileged, under legal hold, and of whom that is unknown", () => {
    const facts = (position: number) =>
      someFacts({
        privileged: position < 2,
        legalHold: { fact: position < 3 ? "unknown" : position === 3 ? "yes" : "no", names: [] },
      });
    const text = textOf({ targets: targets(12, (position) => ({ facts: facts(position) })) });
    expect(text).toContain("With a privileged role: 2 of 12 users.");
    expect(text).toContain("Legal hold is unknown for 3 of 12 users.");
    expect(text).toContain("Under legal hold: 1 of 12 users.");
  });

  it("shows how far it is, how fast, and for how long", () => {
    const startMs = Date.parse("2026-11-01T10:00:00Z");
    const text = textOf({
      state: "executing",
      targets: targets(1_000, (position) => ({
        state: position < 300 ? "verified" : position < 304 ? "executing" : "waiting",
        settledAt: position < 300 ? new Date(startMs + position * 600) : null,
      })),
    });
    expect(text).toContain("██████░░░░░░░░░░░░░░ 300 of 1000 · 100 per minute · about 7 minutes left");
    expect(text).toContain("✅ 300 done and verified");
    expect(text).toContain("⏳ 4 in progress");
    expect(text).toContain("🕓 696 waiting");
  });

  it("is full only when everything is settled, and claims no more than is known", () => {
    const almost = textOf({
      state: "executing",
      targets: targets(400, (position) => ({ state: position < 399 ? "verified" : "executing" })),
    });
    expect(almost).toContain("███████████████████░ 399 of 400");
    const partly = targets(3, (position) => ({ state: position === 2 ? "failed" : "verified" }));
    expect(textOf({ state: "done", targets: partly })).toContain("⚠️ Done, but not for every user.");
    const unknown = targets(3, (position) => ({ state: position === 2 ? "unknown" : "verified" }));
    expect(textOf({ state: "done", targets: unknown })).toContain("❓ Unknown.");
  });

  it("tells a bulk that wrote for no user from one that failed", () => {
    const skipped = targets(2, (position) => ({ state: position === 0 ? "skipped" : "stale" }));
    const text = textOf({ state: "done", targets: skipped });
    expect(text).toContain("🚫 Not executed. All users were skipped or had changed since the request.");
    const failed = targets(2, (position) => ({ state: position === 0 ? "skipped" : "failed" }));
    expect(textOf({ state: "done", targets: failed })).toContain(
      "❌ Failed. The change is verified for no user.",
    );
  });

  it("offers no renewal of a bulk that is out of date, since a renewal reads one user", () => {
    const text = textOf({ state: "stale", targets: targets(2, () => ({})) });
    expect(text).toContain("Make a new request with /incydr bulk.");
    expect(text).not.toContain("Renew");
  });

  it("warns of the effects of which the card of a single user warns", () => {
    const text = textOf({});
    for (const effect of [
      "A deactivated user can't be added to a legal hold.",
      "The user's account at the identity provider is not changed.",
      "If SCIM manages a user, the next SCIM sync may undo the change.",
    ])
      expect(text).toContain(effect);
  });
});
