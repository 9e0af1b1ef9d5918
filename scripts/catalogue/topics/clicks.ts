import {
  type Authorizer,
  DirectoryUnavailableError,
  IdentityUnavailableError,
  PoliciesDifferError,
} from "../../../src/authorization/index.ts";
import { createClickAnswer } from "../../../src/change-requests/clicks/click-answer.ts";
import {
  type BulkControl,
  type ChangeRequest,
  createControlBulk,
  createDecide,
  createSendList,
  createUserExports,
  type ExportedFiles,
  NowhereToPostError,
  SHOWN_SNAPSHOT_LENGTH,
} from "../../../src/change-requests/index.ts";
import { IncydrError } from "../../../src/incydr/index.ts";
import { FileTransferError } from "../../../src/slack/web-api/slack-outage.ts";
import type { TenantDirectory } from "../../../src/subjects/index.ts";
import { type Entry, joined, type Topic, under } from "../entries.ts";
import { CHANNELS, FORGED, factsOf, PEOPLE, ROLES, requestOf, targetOf } from "../fixtures.ts";
import { CLOCK, peopleDirectory, recordingUnitOfWork } from "../recorder.ts";

/** Answers to clicks without an effect, and to clicks whose effect is still to come. */
export async function clicks(): Promise<Topic> {
  return joined(
    under("waits", await waiting()),
    under("refused", await refused()),
    under("pause, resume, stop", await controls()),
    {
      "approval of a subject that has changed": await staleApproval(),
      "the list of a bulk can't be sent": await listNotSent(),
      "an export is sent": await exported("delivered"),
      "an export can't be sent": await exported("unreachable"),
    },
  );
}

const CLICK = {
  clickId: "00000000-0000-4000-8000-000000000001",
  requestId: 17,
  slackUserId: "U0THEO",
  place: { channelId: CHANNELS.approvals, threadTs: null },
};

/** The domain for a click on one request; `told` returns the message to the clicking person. */
function bench(request: ChangeRequest) {
  const { uow, told: messages } = recordingUnitOfWork(request, { policies: { current: async () => null } });
  const told = (): Entry => {
    const [first] = messages;
    if (!first) throw new Error("The person got no answer.");
    return first;
  };
  const entitlement = { policyIds: [], groups: [] };
  const allowed = {
    policyHash: POLICY_HASH,
    check: () => ({ allowed: true, ...entitlement }),
    approvalsNeeded: () => 1,
    authorize: async () => ({ ...PEOPLE.theo, policyHash: POLICY_HASH }),
    authorizeChange: async () => ({ ...PEOPLE.theo, policyHash: POLICY_HASH, entitlement }),
  };
  const authorizer = { pin: async () => allowed } as unknown as Authorizer; // no other member is called
  const channel = { private: true, shared: false, allowed: true };
  const channels = {
    ofPlace: async () => channel,
    ofNextCard: async () => channel,
    ofCard: async () => channel,
    isCardUnseen: async () => false,
  };
  const directory = peopleDirectory();
  return {
    told,
    uow,
    clock: CLOCK,
    authorizer,
    directory,
    channels,
    visibleRequest: async () => request,
  };
}

const POLICY_HASH = "2".repeat(64);

async function answered(error: Error, reason: string | null = null): Promise<Entry> {
  const { told, ...options } = bench(requestOf());
  // A waiting click throws its error again, so that its job runs later.
  await createClickAnswer(options)({ ...CLICK, reason }, "approval", () => Promise.reject(error)).catch(
    () => {},
  );
  return told();
}

async function waiting(): Promise<Topic> {
  return {
    "policies are being changed": await answered(new PoliciesDifferError("1".repeat(64), POLICY_HASH)),
    "Incydr can't say who it is": await answered(new IdentityUnavailableError(null)),
    "Incydr can't be read": await answered(new IncydrError("unavailable", "Incydr is away.", { sent: "no" })),
    "the restricted channel is out": await answered(new NowhereToPostError("archived")),
    "Slack takes no file": await answered(new FileTransferError("Slack didn't take the file.", 503)),
  };
}

async function refused(): Promise<Topic> {
  const error = new DirectoryUnavailableError(null);
  return {
    "without a reason": await answered(error),
    "with a reason, given back": await answered(error, FORGED.reason),
  };
}

const CONTROLS: Readonly<Record<BulkControl, true>> = { pause: true, resume: true, stop: true };

async function controls(): Promise<Topic> {
  const entries: [string, Entry][] = [];
  for (const control of Object.keys(CONTROLS) as BulkControl[]) {
    const { told, ...options } = bench(requestOf({ targets: [targetOf(), targetOf({ position: 1 })] }));
    await createControlBulk(options)(CLICK, control);
    entries.push([`${control} of a bulk that isn't carried out`, told()]);
  }
  return Object.fromEntries(entries);
}

async function staleApproval(): Promise<Entry> {
  const request = requestOf();
  const { told, ...options } = bench(request);
  const now = factsOf({ active: true, roles: [ROLES.desktop, ROLES.alerts], orgName: "Sales" });
  const subjects = { state: async () => now, effect: async () => now };
  const shownSnapshot = request.snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH);
  await createDecide({ ...options, subjects })({
    ...CLICK,
    verdict: "approval",
    reason: null,
    shownSnapshot,
  });
  return told();
}

async function listNotSent(): Promise<Entry> {
  const { told, ...options } = bench(requestOf({ targets: [targetOf(), targetOf({ position: 1 })] }));
  const delivery = { deliver: async () => "unreachable" as const };
  await createSendList({ ...options, delivery })(CLICK);
  return told();
}

async function exported(outcome: "delivered" | "unreachable"): Promise<Entry> {
  const { told, ...options } = bench(requestOf());
  const files = {
    deliver: async () => outcome,
  } as unknown as ExportedFiles; // no other member is called
  const tenant = {} as TenantDirectory; // the stub of the files makes none
  await createUserExports({ ...options, tenant, files }).exportUsers({
    ...{ kind: "export_users", exportId: "e", clickId: CLICK.clickId },
    ...{ slackUserId: CLICK.slackUserId, place: CLICK.place },
    filter: { text: null, active: null, blocked: null, org: null, role: null },
  });
  return told();
}
