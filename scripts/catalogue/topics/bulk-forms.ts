import {
  type BulkDraft,
  BulkFileError,
  type BulkKind,
  type DryRun,
  type Job,
  NothingToRequestError,
} from "../../../src/change-requests/index.ts";
import { createBulkForms } from "../../../src/slack/posting/bulk-forms.ts";
import { bulkFormView } from "../../../src/slack/views/bulk-form-view.ts";
import { bulkInputView } from "../../../src/slack/views/bulk-input-view.ts";
import { type Entry, entriesFor, joined, type Topic, under } from "../entries.ts";
import { AT, CHANGES, CHANNELS, FORGED, factsFor, factsOf, PEOPLE, ROLES } from "../fixtures.ts";
import { inOrder, messageOf, recordingSlack } from "../recorder.ts";
import { DRAFT_ID } from "./forms.ts";

const TERMS = {
  expiryHours: 24,
  remindAfterMinutes: null,
  escalateAfterMinutes: null,
  escalateTo: [],
  ratifyWithinHours: null,
};

/** Changes of every kind that a bulk can have. */
export const BULK_CHANGES = {
  deactivate: CHANGES.deactivate,
  activate: CHANGES.activate,
  move: CHANGES.move,
  add_roles: CHANGES.add_roles,
  remove_roles: CHANGES.remove_roles,
} as const satisfies Record<BulkKind, unknown>;

/** A left-out user for each reason. */
const LEFT_OUT: DryRun["leftOut"] = [
  { line: 4, username: "a@harborlight.example", because: "already", why: null },
  { line: 5, username: "b@harborlight.example", because: "protected", why: null },
  { line: 6, username: "maya.lindqvist@harborlight.example", because: "oneself", why: null },
  { line: 7, username: "c@harborlight.example", because: "forbidden", why: "This user is under legal hold." },
];

/** A dry run that found two users and left others out. */
export function readingOf(kind: BulkKind, patch: Partial<DryRun> = {}): DryRun {
  const second = factsFor(kind, {
    userId: "300000000000000002",
    username: "omar.haddad@harborlight.example",
  });
  return {
    change: BULK_CHANGES[kind],
    subjects: [
      { line: 2, facts: factsFor(kind), slackUserIds: [] },
      { line: 3, facts: second, slackUserIds: [] },
    ],
    leftOut: LEFT_OUT,
    faults: [{ line: 8, text: "nadja", fault: "Incydr has no such user." }],
    approvalsNeeded: 2,
    terms: TERMS,
    ...patch,
  };
}

export function bulkDraftOf(kind: BulkKind, reading: DryRun): BulkDraft & { readonly reading: DryRun } {
  return {
    id: DRAFT_ID,
    opener: PEOPLE.maya,
    place: { channelId: CHANNELS.approvals, threadTs: null },
    kind,
    input: null,
    reading,
    requestId: null,
    expiresAt: AT.expiry,
  };
}

/** Forms of bulks, and the notices that replace a refused form. */
export async function bulkForms(): Promise<Topic> {
  const form = (kind: BulkKind, patch: Partial<DryRun> = {}, isFrozen = false) =>
    bulkFormView(bulkDraftOf(kind, readingOf(kind, patch)), { isFrozen });
  const kinds = Object.keys(BULK_CHANGES) as BulkKind[]; // its keys are these
  const named = Object.fromEntries(kinds.map((kind) => [kind, kind]));
  return joined(
    ...[false, true].map((isFrozen) =>
      joined(
        under(
          isFrozen ? "input, while frozen" : "input",
          entriesFor(named, (kind) => bulkInputView({ id: DRAFT_ID, kind }, { isFrozen })),
        ),
        under(
          isFrozen ? "form, while frozen" : "form",
          joined(
            entriesFor(named, (kind) => form(kind, {}, isFrozen)),
            { "no approval is needed": form("deactivate", { approvalsNeeded: 0 }, isFrozen) },
          ),
        ),
      ),
    ),
    under("form", details(form)),
    under("refused", await refused()),
  );
}

function details(form: (kind: BulkKind, patch?: Partial<DryRun>) => Entry): Topic {
  const [one] = readingOf("deactivate").subjects;
  const faults = Array.from({ length: 30 }, (_, index) => ({
    line: index + 10,
    text: index === 0 ? "" : `user ${index}`,
    fault: "Incydr has no such user.",
  }));
  const rounded = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ line: index + 2, id: "300000000000000000" }));
  return {
    "one user, nothing left out": form("deactivate", { subjects: one ? [one] : [], leftOut: [], faults: [] }),
    "one line skipped": form("deactivate", { leftOut: [] }),
    "one approval is needed": form("deactivate", { approvalsNeeded: 1 }),
    "the policy rules it out": form("deactivate", { approvalsNeeded: null }),
    "more lines than it has room for": form("deactivate", { faults }),
    "more faults than are kept": form("deactivate", { faults, moreFaults: 500 }),
    "a spreadsheet rounded ids": form("deactivate", { ignoredIds: rounded(2) }),
    "a spreadsheet rounded many ids": form("deactivate", { ignoredIds: rounded(9) }),
    "legal hold is unknown of some": form("deactivate", {
      subjects: [
        { line: 2, facts: factsOf({ legalHold: { fact: "unknown", names: [] } }), slackUserIds: [] },
      ],
    }),
    "forged texts": form("add_roles", {
      change: { kind: "add_roles", roles: [{ id: "x", name: FORGED.role }, ROLES.alerts] },
      leftOut: [{ line: 3, username: FORGED.username, because: "forbidden", why: FORGED.reason }],
      faults: [{ line: 2, text: FORGED.name, fault: "Incydr has no such user." }],
    }),
  };
}

/** The waiting modal after an unusable list, and the message if a person closed that modal. */
async function refused(): Promise<Topic> {
  const errors = {
    "the file can't be read": new BulkFileError({ kind: "of_another" }),
    "nobody is left": new NothingToRequestError({
      leftOut: LEFT_OUT,
      faults: readingOf("deactivate").faults,
      moreFaults: 500,
    }),
  };
  const inputs = {
    "with a file": { text: null, fileId: "F0LIST", roles: [], viewId: "V0FORM" },
    "with pasted lines": {
      text: "nadia\nomar",
      fileId: null,
      roles: ["Alert Emails", "x"],
      viewId: "V0FORM",
    },
  };
  const parts: Topic[] = [];
  for (const [why, error] of Object.entries(errors)) {
    for (const [how, input] of Object.entries(inputs)) {
      for (const isClosed of [false, true]) {
        const { sent, api } = recordingSlack(() => (isClosed ? "not_found" : null));
        const jobs = {
          enqueue: async (job: Job) => {
            if (job.kind === "tell") sent.push(messageOf(job));
          },
        };
        const forms = createBulkForms({ api, jobs, isFrozen: async () => false });
        await forms.showRefusal(input, "deactivate", error, {
          opener: PEOPLE.maya,
          place: { channelId: CHANNELS.approvals, threadTs: null },
        });
        parts.push(inOrder(`${why} · ${how}${isClosed ? " · the modal is closed" : ""}`, sent));
      }
    }
  }
  return joined(...parts);
}
