import { describe, expect, it } from "vitest";
import type { Change, ChangeRequest, LaterChange } from "../../../../src/change-requests/index.ts";
import { requestCard } from "../../../../src/slack/messages/request-card.ts";
import {
  someDecision,
  someFacts,
  someGrant,
  someRequest,
  someTarget,
  someView,
} from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

const APPROVED = [someDecision()];
const SUBJECT = "nadia.petrov@harborlight.example";

function textOf(patch: Partial<ChangeRequest>, isFrozen = false): string {
  return readable(requestCard(someView(someRequest(patch), { isFrozen })).blocks);
}

function done(
  state: "verified" | "already" | "refused" | "failed" | "unknown" | "stale" | "skipped",
  explanation: string | null = null,
) {
  return textOf({
    state: "done",
    decisions: APPROVED,
    targets: [someTarget({ state, explanation, settledAt: new Date(0) })],
  });
}

function buttonsOf(patch: Partial<ChangeRequest>): string[] {
  const { blocks } = requestCard(someView(someRequest(patch)));
  return blocks.flatMap((block) =>
    block.type === "actions"
      ? block.elements.map((element) => ("action_id" in element ? (element.action_id ?? "") : ""))
      : [],
  );
}

it.each<[Partial<ChangeRequest>, string]>([
  [{ state: "approved", decisions: APPROVED }, "☑️ Approved, not executed yet."],
  [{ state: "approved" }, "☑️ No approval needed. Not executed yet."],
  [{ state: "executing" }, "⏳ In progress. Not confirmed yet."],
  [{ state: "denied" }, "⛔ Denied. Nothing was changed."],
  [{ state: "expired" }, "⌛ Expired. Nothing was changed."],
  [{ state: "cancelled" }, "🚫 Cancelled. Nothing was changed."],
  [
    { state: "approved", waitingFor: "slack" },
    "Waiting: Slack isn't available, so approvals can't be checked. The bot tries again.",
  ],
  [{ state: "executing", waitingFor: "subject" }, "Waiting: another change to the same user is in progress"],
])("a card claims no more than is known of a request: %o", (patch, words) => {
  expect(textOf(patch)).toContain(words);
});

it.each([
  ["verified", `✅ Done and verified. ${SUBJECT} is now deactivated. `],
  ["already", `✅ No change needed. ${SUBJECT} was already deactivated.`],
  ["refused", "❌ Refused by Incydr. Nothing was changed. Why."],
  ["failed", `❌ Failed. Checked in Incydr: it does not show that ${SUBJECT} is deactivated. Why.`],
  ["stale", "🚫 Not executed. Why."],
  ["skipped", "🚫 Not executed. Why."],
] as const)("a card claims no more than is known of a target that is %s", (state, words) => {
  expect(done(state, "Why.")).toContain(words);
});

it("a card dates the facts of the user to the request once the change has begun", () => {
  expect(done("verified")).toContain(`Nadia Petrov, at request time Research, active`);
  expect(textOf({})).toContain(`Nadia Petrov, Research, active`);
});

it("the card of an unknown outcome does not claim that nothing was changed", () => {
  const text = done("unknown", "No answer.");
  expect(text).toContain(`❓ Unknown. It is not known yet whether ${SUBJECT} is deactivated. No answer.`);
  expect(text).not.toContain("Nothing was changed");
});

it("a card counts the approvals that are still missing", () => {
  expect(textOf({ approvalsNeeded: 2 })).toContain("🕓 Pending. Needs 2 approvals (0 of 2 given) by ");
  expect(textOf({ approvalsNeeded: 2, decisions: APPROVED })).toContain(
    "Needs 1 more approval (1 of 2 given) by ",
  );
});

it("a card that waits during a freeze names the freeze, and no other cause", () => {
  expect(textOf({ state: "approved", waitingFor: "incydr" }, true)).toContain("Waiting: all changes");
});

it("a card warns of a privileged role before the decision, and tells the warnings after it", () => {
  const change = { kind: "add_roles", roles: [{ id: "incydr-admin", name: "Insider Risk Admin" }] } as const;
  expect(textOf({ change })).toContain("Check before you decide");
  expect(textOf({ change })).toContain("Privileged roles: Insider Risk Admin");
  expect(textOf({ change, state: "denied" })).toContain("Warnings at request time");
  expect(textOf({ change, state: "denied" })).not.toContain("Check before you decide");
});

describe("a finished card", () => {
  const finished = (change: Change) =>
    someRequest({
      state: "done",
      change,
      targets: [someTarget({ state: "verified", settledAt: new Date(0) })],
    });
  const later = (change: Change, undoes: number | null): LaterChange => ({
    kind: "change",
    requestId: 2,
    at: new Date(1),
    change,
    undoes,
    target: { state: "verified", facts: someFacts(), outstandingRoleIds: null },
  });
  const cardAfter = (request: ChangeRequest, reversedBy: LaterChange) =>
    readable(requestCard(someView(request, { standing: { reversedBy, canBeUndone: false } })).blocks);

  it("a card that was undone says so first, then what was verified, and offers no second undo", () => {
    const text = cardAfter(finished({ kind: "deactivate" }), later({ kind: "activate" }, 1));
    expect(text).toMatch(
      /↩️ Undone by CR-2 on \. Verified at that time: \S+ was active\.\s*✅ Done and verified\. \S+ was deactivated at that time\./,
    );
    expect(text).not.toMatch(/is (now )?deactivated/);
    expect(text).not.toContain("Undo…");
    const before = requestCard(someView(finished({ kind: "deactivate" }))).blocks;
    expect(readable(before)).toContain("Undo…");
  });

  it.each([1, null])(
    "a card does not name a request that changed nothing as the reversing one (undo of %s)",
    (undoes) => {
      const change = later({ kind: "activate" }, undoes);
      if (change.kind !== "change") throw new Error("It is a change.");
      const found = { ...change, target: { ...change.target, state: "already" as const } };
      const text = cardAfter(finished({ kind: "deactivate" }), found);
      expect(text).toMatch(/↪️ Changed later, found by CR-2 on \. Verified at that time: \S+ was active\./);
      expect(text).not.toMatch(/(Undone|Changed later) by/);
    },
  );

  it("a card whose temporary role was removed tells the role in the past", () => {
    const roles = [{ id: "alert-emails", name: "Alert Emails" }];
    const request = finished({ kind: "add_roles", roles, grantHours: 8 });
    const grants = [someGrant({ state: "revoked", endedAt: new Date(1) })];
    const text = readable(requestCard(someView(request, { grants })).blocks);
    expect(text).toMatch(/↩️ Removed .*✅ Done and verified\. \S+ had Alert Emails at that time/s);
    expect(text).not.toMatch(/(has|holds) Alert Emails/);
  });

  it("a card says that an emergency was made only if it was carried out", () => {
    const emergency = { ratifyWithinHours: 24, escalateTo: [] };
    const done = textOf({ state: "done", emergency, targets: [someTarget({ state: "verified" })] });
    expect(done).toContain("Made by");
    expect(done).toContain("made this change without prior approval");
    for (const text of [
      textOf({ state: "approved", emergency }),
      textOf({ state: "expired", emergency }),
      textOf({ state: "done", emergency, targets: [someTarget({ state: "refused" })] }),
      textOf({ state: "done", emergency, targets: [someTarget({ state: "unknown" })] }),
    ]) {
      expect(text).not.toMatch(/Made by|made this change/);
      expect(text).toContain("Requested by");
    }
  });
});

it("a fact that was not asked for is not called unreadable", () => {
  const notAsked = { fact: "unknown", names: [], notAsked: true } as const;
  const facts = someFacts({ devices: notAsked, agents: notAsked, watchlists: notAsked });
  const text = textOf({ targets: [someTarget({ facts })] });
  expect(text).toContain("Watchlists are not checked in bulk changes.");
  expect(text).not.toContain("could not be read");
});

describe("the buttons of a card", () => {
  it("a card has the buttons of the steps that are possible, and none once the change has begun", () => {
    expect(buttonsOf({})).toEqual(["approve", "deny", "cancel"]);
    expect(buttonsOf({ state: "approved" })).toEqual(["cancel"]);
    expect(buttonsOf({ state: "stale" })).toEqual(["renew", "cancel"]);
    for (const state of ["executing", "done", "denied", "cancelled", "expired"] as const)
      expect(buttonsOf({ state })).toEqual([]);
  });

  it("a button carries the number and the beginning of the snapshot's hash, and no fact", () => {
    const request = someRequest();
    const block = requestCard(someView(request)).blocks.find(({ type }) => type === "actions");
    expect(block).toMatchObject({
      block_id: `decision:${request.snapshotHash.slice(0, 16)}`,
      elements: [{ value: "1" }, { value: "1" }, { value: "1" }],
    });
  });
});

it("the card of a replacement names the kept roles that are temporary", () => {
  const roles = [{ id: "alert-emails", name: "Alert Emails" }];
  const request = someRequest({
    change: { kind: "replace_roles", roles },
    targets: [someTarget({ facts: someFacts({ roles }) })],
  });
  const view = someView(request, { temporaryGrants: [someGrant()] });
  expect(readable(requestCard(view).blocks)).toContain(
    "Still temporary Alert Emails: CR-1 will remove it on ",
  );
});

it("a card keeps within Slack's limits with long names and many roles", () => {
  const long = `${"ü".repeat(200)}@harborlight.example`;
  const roles = Array.from({ length: 30 }, (_, index) => ({ id: `r${index}`, name: `Role ${index} 😀` }));
  const targets = [someTarget({ username: long, facts: someFacts({ username: long }) })];
  const { blocks } = requestCard(someView(someRequest({ change: { kind: "add_roles", roles }, targets })));
  const header = blocks.find(({ type }) => type === "header");
  expect(header).toBeDefined();
  expect(
    header && "text" in header ? String((header.text as { text: string }).text).length : 0,
  ).toBeLessThanOrEqual(150); // a header has one
  const actions = blocks.find((block) => block.type === "actions");
  for (const element of actions?.elements ?? []) {
    if (element.type !== "button") continue;
    expect(element.accessibility_label?.length).toBeLessThanOrEqual(75);
    expect(element.confirm?.title?.text.length ?? 0).toBeLessThanOrEqual(100);
    expect(
      element.confirm && "text" in element.confirm.text ? element.confirm.text.text.length : 0,
    ).toBeLessThanOrEqual(300);
  }
});

it("a card names no bulk among other requests, since its reader may be a subject of one", () => {
  const other: LaterChange = {
    ...{ kind: "change", requestId: 9, at: new Date(0), undoes: null, change: { kind: "activate" } },
    target: { state: "verified", facts: someFacts(), outstandingRoleIds: null },
  };
  const request = someRequest({ id: 1, state: "done", othersOpen: [7, 8, 9] });
  const bulks = new Set([8, 9]);
  const view = someView(request, { bulks, standing: { reversedBy: other, canBeUndone: false } });
  const text = readable(requestCard(view).blocks);
  expect(text).toContain("Other open requests at that time CR-7, a bulk change");
  expect(text).toContain("Changed later by a bulk change on ");
  expect(text).not.toMatch(/CR-[89]/);
});

it("the card names every role of a long change, and the dialog of Approve counts them", () => {
  const roles = Array.from({ length: 40 }, (_, at) => ({ id: `r${at}`, name: `Role number ${at}` }));
  const { blocks } = requestCard(someView(someRequest({ change: { kind: "add_roles", roles } })));
  for (const { name } of roles) expect(readable(blocks)).toContain(name);
  expect(JSON.stringify(blocks)).toContain(`You approve: add 40 roles (see the card) to ${SUBJECT}.`);
});

it("the card says how many roles it has no room for", () => {
  const roles = Array.from({ length: 40 }, (_, at) => ({ id: `r${at}`, name: `${"x".repeat(60)}${at}` }));
  const text = textOf({ change: { kind: "add_roles", roles } });
  const shown = roles.filter(({ name }) => text.includes(name)).length;
  expect(shown).toBeGreaterThan(20);
  expect(text).toContain(` and ${40 - shown} more`);
});

it.each([
  [{ state: "stale" }, "out of date"],
  [{ state: "approved" }, "not executed yet"],
  [{ state: "done", targets: [someTarget({ state: "already" })] }, "no change needed"],
  [{ state: "done", targets: [someTarget({ state: "skipped" })] }, "not executed"],
] as const)("a notification about a request has the words of its card: %o", (patch, words) => {
  expect(requestCard(someView(someRequest(patch))).text.endsWith(`: ${words}`)).toBe(true);
});
