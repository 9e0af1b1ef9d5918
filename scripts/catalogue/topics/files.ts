import type { Authorizer } from "../../../src/authorization/index.ts";
import {
  type BulkKind,
  type ChangeRequest,
  createBulkReports,
  createSendList,
  type DryRun,
  type FileForPerson,
  type TargetState,
  type UserExport,
} from "../../../src/change-requests/index.ts";
import { toCsv } from "../../../src/slack/posting/to-csv.ts";
import { EXPORT_COLUMNS, exportCells, exportComment } from "../../../src/slack/texts/export-texts.ts";
import type { DirectoryRecord } from "../../../src/subjects/index.ts";
import { type Entry, joined, type Topic, under } from "../entries.ts";
import { AT, CHANNELS, FORGED, factsFor, factsOf, ROLES, requestOf, targetOf } from "../fixtures.ts";
import { CLOCK, fileText, peopleDirectory, recordingUnitOfWork } from "../recorder.ts";
import { BULK_CHANGES, bulkDraftOf, readingOf } from "./bulk-forms.ts";

/** Files that the bot sends by direct message: the preview of a bulk, its list and its results. */
export async function files(): Promise<Topic> {
  const kinds = Object.keys(BULK_CHANGES) as BulkKind[]; // its keys are these
  const previews: [string, Entry][] = [];
  const lists: [string, Entry][] = [];
  for (const kind of kinds) {
    previews.push([kind, await preview(kind)]);
    lists.push([kind, await list(bulk(kind))]);
  }
  return joined(
    under("preview", Object.fromEntries(previews)),
    under("preview", await previewDetails()),
    under("list before it is carried out", Object.fromEntries(lists)),
    {
      export: exported({ filter: EVERYBODY }),
      "export that is full, from a directory that is still read": exported({
        ...{ rows: 1, total: 12_345, mayMatch: 3, filter: { ...EVERYBODY, active: true } },
        age: { ...WHOLE_AGE, readUsers: 12_348, expectedUsers: 20_000, isEveryUserRead: false },
      }),
      "list while it is carried out": await list({ ...bulk("deactivate"), state: "executing" }),
      "results of every kind": await results(bulk("deactivate", OUTCOMES)),
      "results with forged texts": await results(
        requestOf({
          targets: [0, 1].map((position) =>
            targetOf({ position, state: "refused", facts: FORGED_FACTS, explanation: FORGED.reason }),
          ),
        }),
      ),
    },
  );
}

const EVERYBODY = { text: null, active: null, blocked: null, org: null, role: null };
const WHOLE_AGE = {
  ...{ readUsers: 320, expectedUsers: 320, isEveryUserRead: true, usersWithRoles: 300 },
  ...{ oldestReadAt: AT.asked, oldestRolesReadAt: AT.asked },
};
const RECORDS: readonly DirectoryRecord[] = [
  {
    ...{ userId: "1", username: "nadia.petrov@harborlight.example", displayName: "Nadia Petrov" },
    ...{ active: true, blocked: false, orgName: "Sales", listedAt: AT.asked },
    ...{ roles: ["Alert Emails", "Desktop User"], rolesListedAt: AT.asked },
  },
  {
    ...{ userId: "2", username: "=cmd|' /C calc'!A0", displayName: FORGED.name },
    ...{ active: null, blocked: null, orgName: null, listedAt: AT.asked, roles: null, rolesListedAt: null },
  },
  {
    ...{ userId: "3", username: "olga.novak@harborlight.example", displayName: "Olga Novak" },
    ...{ active: false, blocked: true, orgName: "+Sales;-1", listedAt: AT.asked },
    ...{ roles: [], rolesListedAt: AT.asked },
  },
];

/** A file of users, and its message. */
function exported(file: Partial<UserExport>): Entry {
  const numbers = { rows: RECORDS.length, total: RECORDS.length, mayMatch: 0 };
  const whole = { ...numbers, filter: EVERYBODY, age: WHOLE_AGE, readAt: AT.later, bytes: Buffer.of() };
  return {
    ...{ file: "users.csv", comment: exportComment({ ...whole, ...file }) },
    lines: toCsv([EXPORT_COLUMNS, ...RECORDS.map(exportCells)], { continuesFile: true }).split("\r\n"),
  };
}

const OUTCOMES: readonly TargetState[] = [
  "verified",
  "already",
  "refused",
  "failed",
  "unknown",
  "stale",
  "skipped",
];

const FORGED_FACTS = factsOf({
  username: `=cmd|' /C calc'!A0`,
  displayName: FORGED.name,
  orgName: "+Sales;-1",
});

function bulk(kind: BulkKind, states: readonly TargetState[] = ["waiting", "waiting"]): ChangeRequest {
  const targets = states.map((state, position) => {
    const facts = factsFor(kind, { username: `user-${position}@harborlight.example` });
    const isSettled = state !== "waiting" && state !== "unknown";
    const settledAt = isSettled ? new Date(CLOCK.now().getTime() + position * 1_000) : null;
    return targetOf(
      { position, facts, state, settledAt, explanation: isSettled ? `It is ${state}.` : null },
      kind,
    );
  });
  return requestOf({ change: BULK_CHANGES[kind], targets });
}

async function delivered(send: (deliver: (file: FileForPerson) => void) => Promise<void>): Promise<Entry> {
  const sent: FileForPerson[] = [];
  await send((file) => sent.push(file));
  const [file] = sent;
  if (!file) throw new Error("No file was sent.");
  return fileText(file);
}

function preview(kind: BulkKind, patch: Partial<DryRun> = {}): Promise<Entry> {
  const draft = bulkDraftOf(kind, readingOf(kind, patch));
  return reported(requestOf(), (reports) => reports.deliverDryRun(draft.id), {
    bulkDrafts: { lock: async () => draft },
  });
}

function results(request: ChangeRequest): Promise<Entry> {
  return reported(request, (reports) => reports.deliverOutcomes(request.id, "done:verified"));
}

function reported(
  request: ChangeRequest,
  work: (reports: ReturnType<typeof createBulkReports>) => Promise<void>,
  stored: object = {},
): Promise<Entry> {
  return delivered((deliver) => {
    const { uow } = recordingUnitOfWork(request, stored);
    const delivery = {
      deliver: async (_key: string, _to: string, file: FileForPerson) => {
        deliver(file);
        return "delivered" as const;
      },
    };
    return work(createBulkReports({ uow, directory: peopleDirectory(), delivery }));
  });
}

function list(request: ChangeRequest): Promise<Entry> {
  return delivered((deliver) => {
    const { uow } = recordingUnitOfWork(request);
    const authorizer = { authorize: async () => ({ email: null, policyHash: "2".repeat(64) }) };
    const sendList = createSendList({
      authorizer: { pin: async () => authorizer } as unknown as Authorizer, // no other member is called
      uow,
      visibleRequest: async () => request,
      delivery: {
        deliver: async (_key, _to, file) => {
          deliver(file);
          return "delivered";
        },
      },
      clock: CLOCK,
    });
    return sendList({
      clickId: "00000000-0000-4000-8000-000000000001",
      requestId: request.id,
      slackUserId: "U0THEO",
      place: { channelId: CHANNELS.approvals, threadTs: null },
    });
  });
}

async function previewDetails(): Promise<Topic> {
  const subject = (line: number, patch: Parameters<typeof factsOf>[0]) => ({
    line,
    facts: factsOf(patch),
    slackUserIds: [],
  });
  return {
    "notes on subjects": await preview("add_roles", {
      change: { kind: "add_roles", roles: [ROLES.admin, ROLES.proe] },
      subjects: [
        subject(2, { privileged: true, active: false, blocked: true }),
        subject(3, { legalHold: { fact: "yes", names: ["Matter 12", "Matter 13"] } }),
        subject(4, { roles: [ROLES.admin, ROLES.proe] }),
      ],
    }),
    "legal hold is unknown": await preview("deactivate", {
      subjects: [subject(2, { legalHold: { fact: "unknown", names: [] } })],
    }),
    "further lines, rounded ids, more faults than are kept": await preview("add_roles", {
      furtherLines: [
        { line: 9, of: 2 },
        { line: 10, of: 99 },
      ],
      ignoredIds: [{ line: 2, id: "300000000000000000" }],
      moreFaults: 500,
    }),
    "a user who is so already": await preview("deactivate", {
      leftOut: [{ line: 4, username: "root@harborlight.example", because: "already", why: null }],
    }),
    "forged texts": await preview("deactivate", {
      subjects: [{ line: 2, facts: FORGED_FACTS, slackUserIds: [] }],
      faults: [{ line: 3, text: "@SUM(A1)\t-1|=2", fault: FORGED.reason }],
    }),
  };
}
