import { expect, it } from "vitest";
import {
  type ChangeRequest,
  outcomeOf,
  REQUEST_STATES,
  type RequestState,
  type TargetState,
} from "../../../../src/change-requests/index.ts";
import { announcement, bulkAnnouncement } from "../../../../src/slack/messages/announcement.ts";
import {
  someDecision,
  someFacts,
  someRequest,
  someTarget,
  someView,
} from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

function said(
  topic: string,
  state: TargetState = "waiting",
  now: RequestState = REQUEST_STATES.find((each) => each === topic) ?? "done",
): string | null {
  const targets = [someTarget({ state })];
  const request = someRequest({ state: now, decisions: [someDecision()], targets });
  const content = announcement(someView(request), topic);
  return content && readable(content.blocks);
}

it.each([
  [
    "done:verified",
    "verified",
    "CR-1 done and verified: nadia.petrov@harborlight.example is now deactivated. ",
  ],
  [
    "done:verified",
    "already",
    "CR-1 needed no change: nadia.petrov@harborlight.example was already deactivated. ",
  ],
  ["done:failed", "refused", "CR-1 was refused by Incydr."],
  ["done:failed", "failed", "CR-1 failed."],
] as const)(
  "the announcement of %s claims no more than is known of a target that is %s",
  (topic, state, words) => {
    expect(said(topic, state)).toContain(words);
  },
);

it("the announcement of a cancellation gives the bot's reason only if no person cancelled", () => {
  const targets = [someTarget({ explanation: "The requester left." })];
  const told = (cancellation: ChangeRequest["cancellation"]) =>
    readable(
      announcement(someView(someRequest({ state: "cancelled", targets, cancellation })), "cancelled")?.blocks,
    );
  expect(told(null)).toContain("The requester left.");
  expect(told({ slackUserId: "U0MAYA", at: new Date(0) })).not.toContain("The requester left.");
});

it.each([
  ["stale:0", "denied"],
  ["stale:0", "pending"],
  ["pending:0.1", "done"],
  ["approved:0.1", "cancelled"],
] as const)("an announcement of %s is not made late, when the request is %s", (topic, now) => {
  expect(said(topic, "waiting", now)).toBeNull();
});

it.each([
  ["pending:0.1", "pending", "CR-1 needs another approval"],
  ["pending:0.1", "approved", null],
  ["pending:0.1", "done", null],
  ["approved:0.1", "cancelled", null],
] as const)("the announcement of %s for a bulk that is %s says: %s", (topic, state, words) => {
  const targets = [0, 1].map((position) => someTarget({ position }));
  const said = bulkAnnouncement(someView(someRequest({ state, targets })), topic);
  expect(said?.text ?? null).toBe(words);
});

it("a late announcement claims neither an unknown outcome that is known by now nor a change in progress", () => {
  expect(said("done:unknown", "unknown")).toContain("has an unknown outcome");
  expect(said("done:unknown", "verified")).toBeNull();
  for (const state of ["approved", "executing", "done"] as const)
    expect(said("approved:0.1", "waiting", state)).not.toMatch(/Now:|Deactivating/);
});

it("a late announcement of a change that was reversed since is in the past tense", () => {
  const targets = [someTarget({ state: "verified" })];
  const request = someRequest({ state: "done", targets });
  const target = { state: "verified", facts: someFacts(), outstandingRoleIds: null } as const;
  const change = { kind: "activate" } as const;
  const reversedBy = { kind: "change", requestId: 2, at: new Date(1), change, undoes: 1, target } as const;
  const late = someView(request, { standing: { reversedBy, canBeUndone: false } });
  expect(readable(announcement(late, "done:verified")?.blocks)).toContain(
    "CR-1 done and verified: nadia.petrov@harborlight.example was deactivated at that time.",
  );
});

it("each end of a request is announced, and its beginning is not", () => {
  for (const state of REQUEST_STATES.filter((each) => each !== "done" && each !== "executing"))
    expect(said(state), state).not.toBeNull();
  for (const state of ["verified", "already", "refused", "failed", "unknown", "skipped", "stale"] as const)
    expect(said(`done:${outcomeOf([state])}`, state), state).not.toBeNull();
  expect(said("executing")).toBeNull();
});

it("the announcement of an approval names the last approver whose decision still counts, if there is one", () => {
  const gone = someDecision({ approver: { slackUserId: "U0GONE", email: null }, void: true });
  const told = (decisions: ChangeRequest["decisions"]) =>
    announcement(someView(someRequest({ state: "approved", decisions })), "approved:0.2");
  expect(JSON.stringify(told([someDecision(), gone]))).toContain("U0THEO");
  expect(JSON.stringify(told([someDecision(), gone]))).not.toContain("U0GONE");
  expect(readable(told([])?.blocks)).toContain("no approval needed");
});
