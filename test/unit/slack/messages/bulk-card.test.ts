import { expect, it } from "vitest";
import type { ChangeRequest, JobFailure, Target } from "../../../../src/change-requests/index.ts";
import { bulkCard } from "../../../../src/slack/messages/bulk-card.ts";
import {
  someDecision,
  someFacts,
  someRequest,
  someTarget,
  someView,
} from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

/** This number of targets, each with the fields that `patch` returns for its position. */
function targets(count: number, patch: (position: number) => Partial<Target> = () => ({})): Target[] {
  return Array.from({ length: count }, (_, position) => someTarget({ position, ...patch(position) }));
}

function textOf(patch: Partial<ChangeRequest>): string {
  return readable(bulkCard(someView(someRequest(patch))).blocks);
}

it("the card of a bulk counts its users by organization, the largest first, and names none of them", () => {
  const facts = (position: number) => someFacts({ orgName: position < 3 ? "Sales" : "Research" });
  const text = textOf({ targets: targets(12, (position) => ({ facts: facts(position) })) });
  expect(text).toContain("Users9 in Research3 in Sales");
  expect(text).not.toContain("nadia.petrov");
});

it("the card of a bulk has room for ten organizations, and counts the users of the others together", () => {
  const org = (position: number) => ({ facts: someFacts({ orgName: `Org ${position}` }) });
  expect(textOf({ targets: targets(11, org) })).toContain("1 in other organizations");
  expect(textOf({ targets: targets(14, org) })).toContain("4 in other organizations");
});

it("the card of a bulk counts users with a privileged role, under legal hold, and of unknown hold", () => {
  const facts = (position: number) =>
    someFacts({
      privileged: position < 2,
      legalHold: { fact: position < 3 ? "unknown" : position === 3 ? "yes" : "no", names: [] },
    });
  const users = targets(12, (position) => ({ facts: facts(position) }));
  const text = textOf({ targets: users });
  expect(text).toContain("With a privileged role: 2 of 12 users.");
  expect(text).toContain("Legal hold is unknown for 3 of 12 users.");
  expect(text).toContain("Under legal hold: 1 of 12 users.");
  const change = { kind: "add_roles", roles: [{ id: "alert-emails", name: "Alert Emails" }] } as const;
  expect(textOf({ targets: users, change })).not.toContain("Legal hold is unknown");
});

it("the card of a bulk warns of a privileged role that one of its users gets", () => {
  const ADMIN = { id: "incydr-admin", name: "Insider Risk Admin" };
  const users = targets(2, (position) => ({ facts: someFacts({ roles: position === 0 ? [ADMIN] : [] }) }));
  const textWith = (role: typeof ADMIN) =>
    textOf({ targets: users, change: { kind: "add_roles", roles: [role] } });
  expect(textWith(ADMIN)).toContain("about the privileged role");
  expect(textWith({ id: "alert-emails", name: "Alert Emails" })).not.toContain("about the privileged role");
});

it("the card of a bulk shows its progress, its rate and the time left", () => {
  const startMs = Date.parse("2026-11-01T10:00:00Z");
  const text = textOf({
    state: "executing",
    targets: targets(1_000, (position) => ({
      state: position < 300 ? "verified" : position < 304 ? "executing" : "waiting",
      settledAt: position < 300 ? new Date(startMs + position * 600) : null,
    })),
  });
  expect(text).toContain("██████░░░░░░░░░░░░░░ 300 of 1000 · 100 per minute · about 7 minutes left");
});

it("the bar of a bulk is full only when every target is settled, and its outcome claims no more than is known", () => {
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

it("a bulk can be paused and stopped only in progress, resumed only when paused, and listed always", () => {
  const labels = (patch: Partial<ChangeRequest>) =>
    bulkCard(someView(someRequest({ targets: targets(2), ...patch })))
      .blocks.flatMap((block) => (block.type === "actions" ? block.elements : []))
      .map((button) => readable([button]).replace(/(?<=^(Approve|Stop)).*/s, ""));
  expect(labels({ state: "pending" }).at(-1)).toBe("List users");
  expect(labels({ state: "executing" })).toEqual(["Pause", "Stop", "List users"]);
  expect(labels({ state: "executing", paused: true })).toEqual(["Resume", "Stop", "List users"]);
  expect(labels({ state: "done" })).toEqual(["List users"]);
});

it("the card of a bulk shows failed work, and after a denial its reason and the warnings as of the request", () => {
  const failure: JobFailure = {
    ...{ key: "k", kind: "execute", requestId: 1, faults: 20, errorCode: "TypeError" },
    ...{ reference: "1a2b", givenUpAt: new Date(0) },
  };
  const users = targets(2, () => ({ facts: someFacts({ privileged: true }) }));
  const decisions = [someDecision({ verdict: "denial", reason: "Not before Legal has answered" })];
  const request = someRequest({ state: "denied", targets: users, decisions });
  const text = readable(bulkCard(someView(request, { failures: [failure] })).blocks);
  expect(text).toContain("ref 1a2b");
  expect(text).toContain("Not before Legal has answered");
  expect(text).toContain("Warnings at request time");
});

it("the card of a bulk tells a bulk that wrote for no user from one that failed", () => {
  const skipped = targets(2, (position) => ({ state: position === 0 ? "skipped" : "stale" }));
  expect(textOf({ state: "done", targets: skipped })).toContain(
    "🚫 Not executed. All users were skipped or had changed since the request.",
  );
  const failed = targets(2, (position) => ({ state: position === 0 ? "skipped" : "failed" }));
  expect(textOf({ state: "done", targets: failed })).toContain(
    "❌ Failed. The change is verified for no user.",
  );
});

it("the card of a bulk that is out of date offers no renewal, because a renewal reads one user", () => {
  const text = textOf({ state: "stale", targets: targets(2) });
  expect(text).toContain("Make a new request with /incydr bulk.");
  expect(text).not.toContain("Renew");
});

it("the card of a bulk warns of the effects of which the card of a single user warns", () => {
  const text = textOf({});
  expect(text).toContain("A deactivated user can't be added to a legal hold.");
  expect(text).toContain("The user's account at the identity provider is not changed.");
  expect(text).toContain("If SCIM manages a user, the next SCIM sync may undo the change.");
});

it("the card of a bulk that is held shows neither its rate nor the time left", () => {
  const users = targets(4, (position) => ({
    state: position < 2 ? "verified" : position === 2 ? "executing" : "waiting",
    settledAt: position < 2 ? new Date(position * 1_000) : null,
  }));
  const running = someRequest({ state: "executing", targets: users });
  const held = [
    someView(running, { isFrozen: true }),
    someView(someRequest({ ...running, paused: true })),
    someView(someRequest({ ...running, stopped: true })),
  ];
  expect(readable(bulkCard(someView(running)).blocks)).toMatch(/per minute · about .* left/);
  for (const view of held) expect(readable(bulkCard(view).blocks)).not.toMatch(/per minute| left/);
});

it("the card of a stopped bulk counts the users in progress, and offers no pause and no second stop", () => {
  const users = targets(3, (position) => ({ state: position === 0 ? "executing" : "skipped" }));
  const request = someRequest({ state: "executing", stopped: true, targets: users });
  const text = readable(bulkCard(someView(request)).blocks);
  expect(text).toContain("⏹️ Stopping. The bot checks the users in progress. No other user is changed.");
  expect(text).not.toMatch(/Pause|Stop CR/);
});

it("a notification about a bulk has the words of its card", () => {
  const summary = (patch: Partial<ChangeRequest>) => bulkCard(someView(someRequest(patch))).text;
  const skipped = targets(2, () => ({ state: "skipped" }));
  expect(summary({ state: "done", targets: skipped })).toMatch(/: not executed$/);
  const partly = targets(2, (position) => ({ state: position === 0 ? "failed" : "verified" }));
  expect(summary({ state: "done", targets: partly })).toMatch(/: done, but not for every user$/);
  expect(textOf({ state: "cancelled", targets: targets(2) })).toContain("The bot cancelled it: ");
});
