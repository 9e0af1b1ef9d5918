import type { BulkDraft, Draft, DraftForm } from "../../src/change-requests/index.ts";
import { somePerson } from "./domain-objects.ts";

/** Maya's draft in the approvals channel, before she has filled in the form. */
export function someDraft(patch: Partial<Draft> = {}): Draft {
  return {
    id: "9f4f6f5e-0000-4000-8000-00000000000a",
    opener: { slackUserId: "U0MAYA", email: somePerson().email },
    place: { channelId: "C0APPROVE", threadTs: null },
    who: null,
    kind: null,
    emergency: false,
    facts: null,
    slackUserIds: [],
    roleOptions: [],
    orgOptions: [],
    undo: null,
    requestId: null,
    expiresAt: new Date("2099-01-01T00:00:00Z"),
    ...patch,
  };
}

/** The fields of a form in which only the reason is filled in. */
export function someDraftForm(patch: Partial<DraftForm> = {}): DraftForm {
  return {
    reason: "Data is leaving now",
    ticket: "",
    peopleAsked: [],
    roleIds: [],
    orgGuid: null,
    grantHours: null,
    legalHoldConfirmed: false,
    ...patch,
  };
}

/** A bulk deactivation that Maya opened, before anything is entered. */
export function someBulkDraft(patch: Partial<BulkDraft> = {}): BulkDraft {
  return {
    id: "9f4f6f5e-0000-4000-8000-00000000000b",
    opener: { slackUserId: "U0MAYA", email: somePerson().email },
    place: { channelId: "C0APPROVE", threadTs: null },
    kind: "deactivate",
    input: null,
    reading: null,
    requestId: null,
    expiresAt: new Date("2099-01-01T00:00:00Z"),
    ...patch,
  };
}
