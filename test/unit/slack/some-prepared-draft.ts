import type { PreparedDraft } from "../../../src/change-requests/index.ts";
import { someFacts } from "../../support/domain-objects.ts";

/** The content of the form of a deactivation that needs one approval, and of which nothing else is special. */
export function somePreparedDraft(patch: Partial<PreparedDraft> = {}): PreparedDraft {
  return {
    draftId: "00000000-0000-4000-8000-000000000001",
    kind: "deactivate",
    facts: someFacts(),
    warnings: [],
    roleOptions: [{ id: "r", name: "Role" }],
    chosenRoles: [],
    lengths: [],
    chosenLength: null,
    temporaryGrants: [],
    chosenOrg: null,
    undo: null,
    othersOpen: [],
    emergency: null,
    approvalsNeeded: 1,
    asksLegalHold: false,
    isFrozen: false,
    ...patch,
  };
}
