import type { DigestLine } from "../../../src/change-requests/index.ts";
import {
  digestMessage,
  type LinkedLine,
  personalDigest,
} from "../../../src/slack/messages/reminder-digest-message.ts";
import { invitationMessage } from "../../../src/slack/texts/invitation-texts.ts";
import { joined, type Topic, under } from "../entries.ts";
import { CHANGES, grantOf, requestOf, TEMPORARY, targetOf } from "../fixtures.ts";

const LEADS = ["insider-risk-leads"];

function lineOf(id: number, patch: Partial<LinkedLine> = {}): LinkedLine {
  return {
    request: requestOf({ id }),
    step: "reminder",
    escalateTo: [],
    approvalsMissing: 1,
    invitedApprovers: [],
    revoking: [],
    cardUrl: `https://harborlight.slack.example/archives/C0APPROVE/p${id}`,
    ...patch,
  };
}

const BULK = requestOf({
  id: 19,
  change: CHANGES.move,
  targets: [targetOf({}, "move"), targetOf({ position: 1 }, "move")],
});

/** Reminders of waiting requests, invitations, and roles that could not be revoked. */
export function digests(): Topic {
  const revocation = (patch: Partial<DigestLine> = {}) =>
    lineOf(18, {
      step: "revocation",
      request: requestOf({ id: 18, change: TEMPORARY }),
      revoking: [grantOf({ state: "revoking", failedAttempts: 3 })],
      escalateTo: LEADS,
      ...patch,
    });
  const many = Array.from({ length: 60 }, (_, index) =>
    lineOf(index + 100, { invitedApprovers: ["U0THEO", "U0IRIS"] }),
  );
  return joined(
    under("channel", {
      "one waits": digestMessage([lineOf(17)]),
      "without a card's address": digestMessage([lineOf(17, { cardUrl: null })]),
      "a bulk that needs two approvals": digestMessage([lineOf(19, { request: BULK, approvalsMissing: 2 })]),
      "people are asked by name": digestMessage([lineOf(17, { invitedApprovers: ["U0THEO", "U0IRIS"] })]),
      escalated: digestMessage([lineOf(17, { step: "escalation", escalateTo: LEADS })]),
      "escalated, no group is named": digestMessage([lineOf(17, { step: "escalation" })]),
      "roles could not be taken away": digestMessage([revocation()]),
      "roles could not be taken away, no group is named": digestMessage([
        revocation({ escalateTo: [], revoking: [] }),
      ]),
      "roles could not be taken away, without a card's address": digestMessage([
        { ...revocation(), cardUrl: null },
      ]),
      "one of each": digestMessage([
        lineOf(16, { step: "escalation", escalateTo: LEADS }),
        lineOf(17, { step: "escalation", escalateTo: ["security-managers"] }),
        lineOf(19, { request: BULK }),
        lineOf(20),
        revocation(),
      ]),
      "more than a message has room for": digestMessage(many),
      "two lists that a message has no room for": digestMessage([
        ...many,
        ...many.map((line) => ({ ...line, step: "escalation" as const, escalateTo: LEADS })),
        ...Array.from({ length: 30 }, (_, index) => ({
          ...revocation(),
          request: requestOf({ id: 300 + index }),
        })),
      ]),
    }),
    under("person", {
      "one waits": personalDigest([lineOf(17, { invitedApprovers: ["U0THEO"] })]),
      "several wait": personalDigest([lineOf(17), lineOf(19, { request: BULK })]),
    }),
    under("invitation", {
      "to a public channel": invitationMessage(requestOf(), {
        url: "https://harborlight.slack.example/x",
        isPrivate: false,
      }),
      "to a private channel": invitationMessage(requestOf(), {
        url: "https://harborlight.slack.example/x",
        isPrivate: true,
      }),
      "without the card's address": invitationMessage(requestOf(), { url: null, isPrivate: true }),
      "to a bulk": invitationMessage(BULK, { url: null, isPrivate: false }),
    }),
  );
}
