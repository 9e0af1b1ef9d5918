import { randomUUID } from "node:crypto";
import type { BulkDraft, Draft } from "../../src/change-requests/index.ts";

const OPENED = {
  opener: { slackUserId: "U0MAYA", email: null },
  place: { channelId: "C0APPROVE", threadTs: null },
  requestId: null,
  expiresAt: new Date("2026-11-01T10:00:00Z"),
};

/** A form that Maya has just opened, and in which nothing is filled in. */
export function someDraft(patch: Partial<Draft> = {}): Draft {
  return {
    ...OPENED,
    id: randomUUID(),
    who: null,
    kind: null,
    emergency: false,
    facts: null,
    slackUserIds: [],
    roleOptions: [],
    orgOptions: [],
    undo: null,
    ...patch,
  };
}

/** The form of a bulk that Maya has just opened. */
export function someBulkDraft(patch: Partial<BulkDraft> = {}): BulkDraft {
  return { ...OPENED, id: randomUUID(), kind: "deactivate", input: null, reading: null, ...patch };
}
