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

describe("a card never claims more than is known: it says of a request that is", () => {
  it("pending, how many approvals it waits for", () => {
    expect(textOf({ approvalsNeeded: 2 })).toContain("🕓 Pending. Needs 2 approvals (0 of 2 given) by ");
    expect(textOf({ approvalsNeeded: 2, decisions: APPROVED })).toContain(
      "Needs 1 approval (1 of 2 given) by ",
    );
    expect(textOf({})).toContain("Needs 1 approval by ");
  });

  it("approved, that nothing is done yet", () => {
    expect(textOf({ state: "approved", decisions: APPROVED })).toContain("☑️ Approved, not executed yet.");
  });

  it.each([
    ["incydr", "Incydr isn't available. The bot tries again."],
    ["slack", "Slack isn't available, so approvals can't be checked. The bot tries again."],
    ["subject", "another change to the same user is in progress"],
  ] as const)("approved and waiting for %s, what it waits for", (waitingFor, words) => {
    expect(textOf({ state: "approved", waitingFor })).toContain(`Waiting: ${words}`);
    expect(textOf({ state: "executing", waitingFor })).toContain(`Waiting: ${words}`);
  });

  it("approved, nothing of a freeze that is over, although its turn has not come yet", () => {
    expect(textOf({ state: "approved", waitingFor: "freeze" })).not.toContain("frozen");
    expect(textOf({ state: "executing", waitingFor: "freeze" })).not.toContain("frozen");
  });

  it("approved while writes are frozen, that they are, whatever else it waits for", () => {
    expect(textOf({ state: "approved", waitingFor: "incydr" }, true)).toContain("Waiting: all changes");
  });

  it("executing, that nothing is confirmed", () => {
    expect(textOf({ state: "executing" })).toContain("⏳ In progress. Not confirmed yet.");
  });

  it("verified, that Incydr was read and shows it, and when", () => {
    expect(done("verified")).toContain(`✅ Done and verified. ${SUBJECT} is now deactivated. `);
  });

  it("so already, that nothing had to be changed", () => {
    expect(done("already")).toContain(`✅ No change needed. ${SUBJECT} was already deactivated.`);
  });

  it("refused, that nothing was changed, and why", () => {
    expect(done("refused", "Legal hold.")).toContain(
      "❌ Refused by Incydr. Nothing was changed. Legal hold.",
    );
  });

  it("failed, that Incydr doesn't show it, and why", () => {
    expect(done("failed", "Not done for: X.")).toContain(
      `❌ Failed. Checked in Incydr: it does not show that ${SUBJECT} is deactivated. Not done for: X.`,
    );
  });

  it("of unknown outcome, that it isn't known", () => {
    const text = done("unknown", "No answer.");
    expect(text).toContain(`❓ Unknown. It is not known yet whether ${SUBJECT} is deactivated. No answer.`);
    expect(text).not.toContain("Nothing was changed");
  });

  it("given up, that it was not carried out, and why", () => {
    expect(done("stale", "roles gained: x")).toContain("🚫 Not executed. roles gained: x");
    expect(done("skipped", "The requester left.")).toContain("🚫 Not executed. The requester left.");
  });

  it("cancelled, by whom and when", () => {
    const cancellation = { slackUserId: "U0MAYA", at: new Date(0) };
    expect(textOf({ state: "cancelled", cancellation })).toMatch(
      /🚫 Cancelled by .* on .*\. Nothing was changed\./,
    );
  });

  it("denied, cancelled, expired or stale, that nothing was changed", () => {
    expect(textOf({ state: "denied" })).toContain("⛔ Denied. Nothing was changed.");
    expect(textOf({ state: "expired" })).toContain("⌛ Expired. Nothing was changed.");
    const targets = [someTarget({ explanation: "The requester left." })];
    expect(textOf({ state: "cancelled", targets })).toContain(
      "🚫 Cancelled. Nothing was changed. The requester left.",
    );
    const changed = [someTarget({ explanation: "roles gained: x" })];
    expect(textOf({ state: "stale", targets: changed })).toMatch(
      /♻️ Out of date\. Nothing was changed: .* roles gained: x The requester can renew it\. It will need new approval\./,
    );
  });
});

describe("a finished card stays true:", () => {
  const ALERTS = { id: "alert-emails", name: "Alert Emails" };
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

  it("it says first that it was undone, then what was verified, and offers no second undo", () => {
    const text = cardAfter(finished({ kind: "deactivate" }), later({ kind: "activate" }, 1));
    expect(text).toMatch(
      /↩️ Undone by CR-2 on \. Verified at that time: \S+ was active\.\s*✅ Done and verified\. \S+ was deactivated at that time\./,
    );
    expect(text).not.toMatch(/is (now )?deactivated/);
    expect(text).not.toContain("Undo…");
    const before = requestCard(someView(finished({ kind: "deactivate" }))).blocks;
    expect(readable(before)).toContain("Undo…");
  });

  it("it says which other request has changed the same since", () => {
    const text = cardAfter(
      finished({ kind: "add_roles", roles: [ALERTS] }),
      later({ kind: "remove_roles", roles: [ALERTS] }, null),
    );
    expect(text).toMatch(
      /↪️ Changed later by CR-2 on \. Verified at that time: \S+ no longer had Alert Emails\./,
    );
    expect(text).not.toMatch(/(has|holds) Alert Emails/);
  });

  it.each([1, null])(
    "it names no request that changed nothing as the one that reversed it (undo of %s)",
    (undoes) => {
      const change = later({ kind: "activate" }, undoes);
      if (change.kind !== "change") throw new Error("It is a change.");
      const found = { ...change, target: { ...change.target, state: "already" as const } };
      const text = cardAfter(finished({ kind: "deactivate" }), found);
      expect(text).toMatch(/↪️ Changed later, found by CR-2 on \. Verified at that time: \S+ was active\./);
      expect(text).not.toMatch(/(Undone|Changed later) by/);
    },
  );

  it("it says first that a temporary role was taken away", () => {
    const request = finished({ kind: "add_roles", roles: [ALERTS], grantHours: 8 });
    const revoked = someGrant({ state: "revoked", endedAt: new Date(1) });
    const grantEnded = { kind: "grant_ended", requestId: 1, at: new Date(1), role: ALERTS } as const;
    const standing = { reversedBy: grantEnded, canBeUndone: false };
    const text = readable(requestCard(someView(request, { grants: [revoked], standing })).blocks);
    expect(text).toMatch(/↩️ Removed .*✅ Done and verified\. \S+ had Alert Emails at that time/s);
    expect(text).not.toMatch(/(has|holds) Alert Emails/);
  });

  it("an emergency that was carried out was made, and one that was not is only asked for", () => {
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

  it("what was read of the subject before the change is not said to be so now", () => {
    expect(done("verified")).toContain(`Nadia Petrov, at request time Research, active`);
  });

  it("facts that were not asked for are not said to be unreadable", () => {
    const notAsked = { fact: "unknown", names: [], notAsked: true } as const;
    const facts = someFacts({ devices: notAsked, agents: notAsked, watchlists: notAsked });
    const text = textOf({ targets: [someTarget({ facts })] });
    expect(text).toContain("Watchlists are not checked in bulk changes.");
    expect(text).toContain(
      "Agents and devices are not checked in bulk changes. Agents may still be reporting.",
    );
    expect(text).not.toContain("could not be read");
  });
});

describe("a card says who, when and why", () => {
  it("with subject, change, reason and ticket", () => {
    const text = textOf({});
    expect(text).toContain(`CR-1 · Deactivate · ${SUBJECT}`);
    expect(text).toContain(`Nadia Petrov, Research, active`);
    expect(text).toContain("Exfiltration alert 4711");
    expect(text).toContain("INC-4711");
    expect(textOf({ ticket: null })).not.toContain("Ticket");
  });

  it("with each decision, also those that no longer count", () => {
    const decisions = [someDecision({ void: true }), someDecision({ verdict: "denial", reason: "Not now" })];
    const text = textOf({ state: "denied", decisions });
    expect(text).toContain("👍 Approved by ");
    expect(text).toContain(" (no longer counts)");
    expect(text).toMatch(/👎 Denied by .*Reason for the denial\s*Not now/);
  });

  it("with the warnings that the requester saw", () => {
    const facts = someFacts({ legalHold: { fact: "unknown", names: [] } });
    const text = textOf({ targets: [someTarget({ facts })] });
    expect(text).toContain("⚠️ Check before you decide");
    expect(text).toContain("Legal hold is unknown: it could not be read.");
    expect(text).toContain("Deactivation stops Incydr's monitoring");
  });
});

describe("the buttons", () => {
  it("are those of what can still be done, and gone when it is begun or over", () => {
    expect(buttonsOf({})).toEqual(["approve", "deny", "cancel"]);
    expect(buttonsOf({ state: "approved" })).toEqual(["cancel"]);
    expect(buttonsOf({ state: "stale" })).toEqual(["renew", "cancel"]);
    for (const state of ["executing", "done", "denied", "cancelled", "expired"] as const)
      expect(buttonsOf({ state })).toEqual([]);
  });

  it("carry the number and the beginning of the snapshot's hash, and no fact", () => {
    const request = someRequest();
    const block = requestCard(someView(request)).blocks.find(({ type }) => type === "actions");
    expect(block).toMatchObject({
      block_id: `decision:${request.snapshotHash.slice(0, 16)}`,
      elements: [{ value: "1" }, { value: "1" }, { value: "1" }],
    });
  });
});

it("says of a replacement which of the roles it keeps end all the same", () => {
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

it("keeps within Slack's limits however long names are", () => {
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

it("a card names no bulk among other requests: its reader may be a subject of one", () => {
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
