import type { BulkKind, ChangeRequest, Target, TargetState } from "../../../src/change-requests/index.ts";
import { bulkAnnouncement } from "../../../src/slack/messages/announcement.ts";
import { bulkCard } from "../../../src/slack/messages/bulk-card.ts";
import { entriesFor, joined, type Topic, under } from "../entries.ts";
import {
  AT,
  CHANGES,
  DENIAL,
  decisionOf,
  FORGED,
  factsFor,
  factsOf,
  IN_STATE,
  PEOPLE,
  ROLES,
  requestIn,
  requestOf,
  targetOf,
  viewOf,
} from "../fixtures.ts";

/** Every kind of change that a bulk can have. */
const KINDS: Readonly<Record<BulkKind, true>> = {
  deactivate: true,
  activate: true,
  move: true,
  add_roles: true,
  remove_roles: true,
};

const MINUTE_MS = 60_000;

/** Targets in these states, one settled every half minute. */
function targetsIn(states: readonly TargetState[], kind: BulkKind = "deactivate"): Target[] {
  return states.map((state, position) => {
    const facts = factsFor(kind, {
      userId: `30000000000000000${position}`,
      username: `user-${position}@harborlight.example`,
      displayName: `User ${position}`,
      orgName: position % 3 === 0 ? "Sales" : "Research",
    });
    const isSettled = state !== "waiting" && state !== "executing" && state !== "unknown";
    const settledAt = isSettled ? new Date(AT.settled.getTime() + (position * MINUTE_MS) / 2) : null;
    return targetOf({ position, facts, state, settledAt }, kind);
  });
}

function many(state: TargetState, count = 4): TargetState[] {
  return Array.from({ length: count }, () => state);
}

function bulkOf(states: readonly TargetState[], patch: Partial<ChangeRequest> = {}): ChangeRequest {
  const kind = patch.change?.kind ?? "deactivate";
  const targets = targetsIn(states, kind as BulkKind); // no bulk replaces roles
  return requestOf({ targets, ...patch, targetCount: patch.targetCount ?? targets.length });
}

/** A bulk in every state, and an executing one with every outcome. */
function bulksByState(): Readonly<Record<string, ChangeRequest>> {
  const waiting = many("waiting");
  const open = (state: keyof typeof IN_STATE) => bulkOf(waiting, { state, ...IN_STATE[state] });
  const mixed: TargetState[] = [
    "verified",
    "already",
    "refused",
    "failed",
    "unknown",
    "stale",
    "skipped",
    "executing",
    "waiting",
  ];
  const approved = { decisions: [decisionOf()] };
  const done = (states: readonly TargetState[], patch: Partial<ChangeRequest> = {}) =>
    bulkOf(states, { state: "done", ...approved, ...patch });
  return {
    pending: open("pending"),
    "pending, one of two approvals": bulkOf(waiting, { approvalsNeeded: 2, ...approved }),
    "pending, people are asked by name": bulkOf(waiting, { peopleAsked: ["U0THEO", "U0IRIS"] }),
    approved: open("approved"),
    "approved, waits": bulkOf(waiting, { state: "approved", ...approved, waitingFor: "incydr" }),
    "executing, nobody is settled": bulkOf(waiting, { state: "executing", ...approved }),
    "executing, every state of a target": bulkOf(mixed, { state: "executing", ...approved }),
    "executing, an hour is left": bulkOf([...many("verified", 3), ...many("waiting", 300)], {
      state: "executing",
      ...approved,
    }),
    "executing, waits": bulkOf(waiting, { state: "executing", ...approved, waitingFor: "subject" }),
    paused: bulkOf(["verified", "verified", "waiting"], { state: "executing", ...approved, paused: true }),
    stopped: done(["verified", "verified", "skipped"], { stopped: true }),
    "stopped, one is still written": bulkOf(["verified", "executing", "skipped"], {
      state: "executing",
      ...approved,
      stopped: true,
    }),
    "done, verified": done(many("verified")),
    "done, partly verified": done(["verified", "failed", "refused"]),
    "done, failed": done(["failed", "refused"]),
    "done, all skipped": done(["skipped", "stale", "skipped"], { stopped: true }),
    "done, unknown": done(["verified", "unknown"]),
    denied: open("denied"),
    cancelled: open("cancelled"),
    "cancelled by the bot": bulkOf(waiting, { state: "cancelled" }),
    expired: open("expired"),
    stale: open("stale"),
  };
}

/** Cards of bulks. */
export function bulkCards(): Topic {
  const states = bulksByState();
  return joined(
    under(
      "kind",
      entriesFor(KINDS, (_, kind) => {
        const change = CHANGES[kind as BulkKind]; // a key of that record
        return bulkCard(viewOf(bulkOf(many("waiting"), { change })));
      }),
    ),
    entriesFor(states, (request) => bulkCard(viewOf(request))),
    under(
      "frozen",
      entriesFor(states, (request) => bulkCard(viewOf(request, { isFrozen: true }))),
    ),
    under("details", details()),
  );
}

function details(): Topic {
  const card = (facts: readonly ReturnType<typeof factsOf>[], patch: Partial<ChangeRequest> = {}) => {
    const targets = facts.map((each, position) => targetOf({ position, facts: each }));
    return bulkCard(viewOf(requestOf({ ...patch, targets })));
  };
  const orgs = Array.from({ length: 13 }, (_, index) =>
    factsOf({ orgName: `Org ${String(index).padStart(2, "0")}` }),
  );
  return {
    "more organizations than a card has room for": card(orgs, { ticket: null }),
    "warnings about the subjects": card([
      factsOf({ privileged: true }),
      factsOf({ legalHold: { fact: "yes", names: ["Matter 12"] } }),
      factsOf({ legalHold: { fact: "unknown", names: [] } }),
    ]),
    "warnings once it is decided": card([factsOf({ privileged: true }), factsOf()], { state: "approved" }),
    "a privileged role is given": card([factsOf(), factsOf()], {
      change: { kind: "add_roles", roles: [ROLES.admin] },
    }),
    "a change too long for the title": card([factsOf(), factsOf()], {
      change: {
        kind: "add_roles",
        roles: Array.from({ length: 9 }, (_, index) => ({
          id: `role-${index}`,
          name: `A role with a long name ${index}`,
        })),
      },
    }),
    "forged texts": card([factsOf({ orgName: FORGED.org }), factsOf()], {
      reason: FORGED.reason,
      ticket: FORGED.ticket,
      change: { kind: "move", org: { guid: "x", name: FORGED.org } },
    }),
    "work that failed": bulkCard(
      viewOf(bulkOf(many("waiting"), { state: "executing" }), {
        failures: [
          {
            key: "0".repeat(64),
            kind: "execute_bulk",
            requestId: 17,
            faults: 20,
            errorCode: "unexpected_answer",
            reference: "4f2a",
            givenUpAt: AT.later,
          },
        ],
      }),
    ),
  };
}

/** Messages in the thread of a bulk's card. */
export function bulkAnnouncements(): Topic {
  const waiting = many("waiting");
  const approved = { decisions: [decisionOf()] };
  const said = (topic: string, states: readonly TargetState[], patch: Partial<ChangeRequest> = {}) =>
    bulkAnnouncement(viewOf(bulkOf(states, patch)), topic);
  const frozen = viewOf(bulkOf(waiting, { state: "approved", ...approved }), { isFrozen: true });
  const frozenLater = viewOf(bulkOf(waiting, { state: "executing", ...approved }), { isFrozen: true });
  const done = { state: "done", ...approved } as const;
  return {
    approved: said("approved:1", waiting, { state: "approved", ...approved }),
    "approved without an approval": said("approved:0", waiting, { state: "approved" }),
    "approved, while frozen": bulkAnnouncement(frozen, "approved:1"),
    "approved, under way while frozen": bulkAnnouncement(frozenLater, "approved:1"),
    "approved, too late to be said (nothing is said)": said("approved:1", waiting, { state: "cancelled" }),
    denied: said("denied", waiting, { state: "denied", decisions: [DENIAL] }),
    "denied without a reason": said("denied", waiting, {
      state: "denied",
      decisions: [{ ...DENIAL, reason: null }],
    }),
    cancelled: said("cancelled", waiting, { state: "cancelled" }),
    expired: said("expired", waiting, { state: "expired" }),
    "needs another approval": said("pending:1", waiting, { decisions: [decisionOf({ void: true })] }),
    "needs another approval of people asked by name": said("pending:1", waiting, {
      peopleAsked: ["U0THEO", "U0IRIS"],
      decisions: [decisionOf({ approver: PEOPLE.iris })],
    }),
    "needs another approval, too late to be said (nothing is said)": said("pending:1", waiting, {
      state: "denied",
    }),
    "verified for every user": said("done:verified", many("verified"), done),
    "partly verified": said("done:partly_verified", ["verified", "failed", "skipped"], done),
    failed: said("done:failed", ["failed", "refused"], done),
    "all skipped": said("done:failed", ["skipped", "skipped"], done),
    "outcome unknown": said("done:unknown", ["verified", "unknown"], done),
    "outcome unknown, known by now (nothing is said)": said("done:unknown", many("verified"), done),
    "another topic (nothing is said)": said("stale:1", waiting),
    "no bulk (nothing is said)": bulkAnnouncement(viewOf(requestIn("approved")), "approved:1"),
  };
}
