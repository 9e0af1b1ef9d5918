import {
  type BulkDraft,
  createPerformDryRun,
  type DryRun,
  type DryRunOptions,
  NothingToRequestError,
} from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import type { Preflight, UserFault } from "../../src/subjects/index.ts";
import { someChannels, someFacts, somePerson } from "./domain-objects.ts";
import { worded } from "./worded.ts";

/** An Incydr tenant as a bulk reads it. */
export interface FakeTenant {
  readonly users: readonly Partial<Preflight>[];
  /** Names whose look-up fails, with the fault. */
  readonly unread?: Readonly<Record<string, UserFault>>;
  readonly roles: readonly { readonly roleId: string; readonly roleName: string }[];
  readonly orgs: readonly { readonly orgGuid: string; readonly orgName: string; readonly active?: boolean }[];
}

/** The stored dry run of a list; without a change if no line can be requested. */
export type StoredReading = Pick<DryRun, "leftOut" | "faults"> & Partial<DryRun>;

/** Reads a list from its text to the stored dry run, with the sentences of its faults. Incydr is a fake; every request is allowed. */
export async function readingOf(given: {
  tenant: FakeTenant;
  kind: BulkDraft["kind"];
  text: string;
  roles?: readonly string[];
}): Promise<StoredReading> {
  const { tenant, kind, text, roles = [] } = given;
  const users = tenant.users.map((user) => someFacts(user));
  const userByName = new Map(
    users.flatMap((user) => [[user.userId, user] as const, [user.username, user] as const]),
  );
  const foundAs = (name: string) => {
    const user = userByName.get(name.normalize("NFC").toLowerCase());
    return user ? { user } : { fault: tenant.unread?.[name] ?? { kind: "no_such_user" } };
  };
  let stored: StoredReading | null = null;
  let draft: BulkDraft = {
    id: crypto.randomUUID(),
    opener: { slackUserId: "U0MAYA", email: null },
    place: { channelId: "C0APPROVE", threadTs: null },
    kind,
    input: { text, fileId: null, roles, viewId: "V1" },
    ...{ reading: null, requestId: null, expiresAt: new Date("2099-01-01") },
  };
  const tx = {
    bulkDrafts: {
      lock: async () => draft,
      update: async (_id: string, patch: Partial<BulkDraft>) => {
        draft = { ...draft, ...patch };
      },
    },
    audit: { append: async () => {} },
    jobs: { enqueue: async () => {} },
  };
  const grants = { holders: async () => new Set<string>() };
  const authorizer = {
    policyHash: "p",
    pin: async () => authorizer,
    check: () => ({ allowed: true }),
    approvalsNeeded: () => 1,
    terms: () => ({ escalateTo: [] }),
  };
  const options = {
    authorizer,
    directory: { person: async () => somePerson(), idsByEmail: async () => [] },
    channels: someChannels(),
    identify: async () => ({ userId: "maya" }),
    incydr: {
      users: { listRoles: async () => wholeList(tenant.roles) },
      orgs: { list: async () => wholeList(tenant.orgs) },
    },
    findMany: async (names: readonly string[]) => new Map(names.map((name) => [name, foundAs(name)])),
    preflightMany: async () => new Map(users.map((facts) => [facts.userId, facts])),
    findPlace: async () => {},
    files: {},
    forms: {
      showDryRun: async (_viewId: string, { reading }: { reading: DryRun }) => {
        stored = reading;
      },
      showRefusal: async (_input: unknown, _kind: string, error: unknown) => {
        if (!(error instanceof NothingToRequestError)) throw error;
        stored = error.reading;
      },
    },
    uow: {
      run: (work: (within: unknown) => unknown) => work(tx),
      read: (work: (within: unknown) => unknown) => work({ grants }),
    },
    clock: systemClock,
  } as unknown as DryRunOptions; // reading uses no more of them
  await createPerformDryRun(options)(draft.id);
  if (!stored) throw new Error("Neither a reading nor a refusal was shown.");
  return worded<StoredReading>(stored);
}

function wholeList<Item>(items: readonly Item[]) {
  return Object.assign([...items], { complete: true, skipped: [] });
}
