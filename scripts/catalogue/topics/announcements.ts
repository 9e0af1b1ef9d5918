import type { ChangeRequest, RequestView } from "../../../src/change-requests/index.ts";
import { announcement } from "../../../src/slack/messages/announcement.ts";
import { entriesFor, joined, type Topic, under } from "../entries.ts";
import {
  AT,
  CHANGES,
  decisionOf,
  doneRequest,
  FORGED,
  factsFor,
  IN_STATE,
  PEOPLE,
  requestIn,
  requestOf,
  targetOf,
  viewOf,
} from "../fixtures.ts";

/** Messages in the thread of a card that is about one user. */
export function announcements(): Topic {
  const say = (topic: string, request: ChangeRequest, patch: Partial<RequestView> = {}) =>
    announcement(viewOf(request, patch), topic);
  const asking = { peopleAsked: ["U0THEO", "U0IRIS"], decisions: [decisionOf({ approver: PEOPLE.iris })] };
  const ofKind = (topic: string, request: (change: Partial<ChangeRequest>) => ChangeRequest) =>
    entriesFor(CHANGES, (change) => say(topic, request({ change })));
  const later = {
    kind: "change",
    requestId: 21,
    at: AT.later,
    change: CHANGES.activate,
    undoes: 17,
    target: { state: "verified", facts: factsFor("activate"), outstandingRoleIds: [] },
  } as const;
  return joined(
    under(
      "approved",
      ofKind("approved:1", (patch) => requestIn("approved", patch)),
    ),
    under(
      "verified",
      ofKind("done:verified", (patch) => doneRequest("verified", patch)),
    ),
    under(
      "already so",
      ofKind("done:verified", (patch) => doneRequest("already", patch)),
    ),
    under(
      "outcome unknown",
      ofKind("done:unknown", (patch) => doneRequest("unknown", patch)),
    ),
    {
      "approved without an approval": say("approved:0", requestIn("approved", { decisions: [] })),
      "approved, while frozen": say("approved:1", requestIn("approved"), { isFrozen: true }),
      "approved, under way while frozen": say("approved:1", requestIn("executing"), { isFrozen: true }),
      "approved, done while frozen": say("approved:1", doneRequest("verified"), { isFrozen: true }),
      "approved, too late to be said (nothing is said)": say("approved:1", requestIn("cancelled")),
      denied: say("denied", requestIn("denied")),
      "denied with a forged reason": say(
        "denied",
        requestIn("denied", { decisions: [decisionOf({ verdict: "denial", reason: FORGED.reason })] }),
      ),
      cancelled: say("cancelled", requestIn("cancelled")),
      "cancelled by the bot": say(
        "cancelled",
        requestIn("cancelled", {
          cancellation: null,
          targets: [targetOf({ explanation: "The requester is no longer entitled to this change." })],
        }),
      ),
      expired: say("expired", requestIn("expired")),
      stale: say(
        "stale:0",
        requestIn("stale", { targets: [targetOf({ explanation: "Roles lost: PROe User." })] }),
      ),
      "stale, too late to be said (nothing is said)": say("stale:0", requestIn("pending")),
      renewed: say("renewed:1", requestOf(IN_STATE.pending)),
      "renewed, people are asked again": say("renewed:1", requestOf(asking)),
      "needs another approval": say("pending:1", requestOf({ decisions: [decisionOf({ void: true })] })),
      "needs another approval, for a reason": say(
        "pending:1",
        requestOf({
          targets: [targetOf({ explanation: "An approver is no longer in a group that may approve." })],
        }),
      ),
      "needs another approval of people asked by name": say("pending:1", requestOf(asking)),
      "needs another approval, too late to be said (nothing is said)": say(
        "pending:1",
        requestIn("approved"),
      ),
      "refused by Incydr": say("done:failed", doneRequest("refused")),
      failed: say("done:failed", doneRequest("failed")),
      "verified, undone since": say("done:verified", doneRequest("verified"), {
        standing: { reversedBy: later, canBeUndone: false },
      }),
      "outcome unknown, known by now (nothing is said)": say("done:unknown", doneRequest("verified")),
      "another topic (nothing is said)": say("executing", requestIn("executing")),
    },
  );
}
