import { expect, it } from "vitest";
import {
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
  explanation: string | null = null,
  now: RequestState = REQUEST_STATES.find((each) => each === topic) ?? "done",
): string | null {
  const targets = [someTarget({ state, explanation })];
  const request = someRequest({ state: now, decisions: [someDecision()], targets });
  const content = announcement(someView(request), topic);
  return content && readable(content.blocks);
}

it.each([
  ["approved", "waiting", null, "CR-1 approved by : deactivate nadia.petrov@harborlight.example."],
  ["denied", "waiting", null, "CR-1 denied by . Nothing was changed. "],
  [
    "cancelled",
    "waiting",
    "The requester left.",
    "CR-1 cancelled. Nothing was changed. The requester left. ",
  ],
  ["expired", "waiting", null, "CR-1 expired. Nothing was changed. "],
  [
    "stale",
    "waiting",
    "roles gained: x",
    "CR-1 is out of date. Nothing was changed: the user has changed since. roles gained: x The requester can renew it on its card. ",
  ],
  [
    "done:verified",
    "verified",
    null,
    "CR-1 done and verified: nadia.petrov@harborlight.example is now deactivated. ",
  ],
  [
    "done:verified",
    "already",
    null,
    "CR-1 needed no change: nadia.petrov@harborlight.example was already deactivated. ",
  ],
  ["done:failed", "refused", "Legal hold.", "CR-1 was refused by Incydr. Legal hold. "],
  ["done:failed", "failed", "Not done.", "CR-1 failed. Not done. "],
  [
    "done:unknown",
    "unknown",
    "No answer.",
    "CR-1 has an unknown outcome. It is not known yet whether nadia.petrov@harborlight.example is deactivated. No answer. The bot is checking. ",
  ],
] as const)("says of %s (%s)", (topic, state, explanation, words) => {
  expect(said(topic, state, explanation)).toBe(words);
});

it.each([
  ["stale:0", "denied"],
  ["stale:0", "pending"],
  ["pending:0.1", "done"],
  ["approved:0.1", "cancelled"],
] as const)("says nothing of %s when it comes late, and the request is %s", (topic, now) => {
  expect(said(topic, "waiting", null, now)).toBeNull();
});

it.each([
  ["pending:0.1", "pending", "CR-1 needs another approval"],
  ["pending:0.1", "approved", null],
  ["pending:0.1", "done", null],
  ["approved:0.1", "cancelled", null],
] as const)("of a bulk, it says of %s while the request is %s: %s", (topic, state, words) => {
  const targets = [0, 1].map((position) => someTarget({ position }));
  const said = bulkAnnouncement(someView(someRequest({ state, targets })), topic);
  expect(said?.text ?? null).toBe(words);
});

it("says nothing late of an outcome that is no longer unknown, and nothing is said to be happening that is over", () => {
  expect(said("done:unknown", "verified")).toBeNull();
  for (const state of ["approved", "executing", "done"] as const)
    expect(said("approved:0.1", "waiting", null, state)).not.toMatch(/Now:|Deactivating/);
});

it("says in the past tense, if it comes late, what was changed again since", () => {
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

it("says something of every end of a request with one subject, and nothing of its beginning", () => {
  for (const state of REQUEST_STATES.filter((each) => each !== "done" && each !== "executing"))
    expect(said(state), state).not.toBeNull();
  for (const state of ["verified", "already", "refused", "failed", "unknown", "skipped", "stale"] as const)
    expect(said(`done:${outcomeOf([state])}`, state), state).not.toBeNull();
  expect(said("executing")).toBeNull();
});
