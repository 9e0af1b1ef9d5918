import { describe, expect, it } from "vitest";
import { DirectoryUnavailableError } from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  createInvitePeople,
  createReminders,
  type DigestLine,
  type Grant,
  type InvitedApprovers,
  type Job,
  type Reminder,
} from "../../../../src/change-requests/index.ts";
import { someDecision, someGrant, someRequest } from "../../../support/domain-objects.ts";
import { uowOf } from "../../../support/stub-ports.ts";
import { createManualClock } from "../../incydr/manual-clock.ts";

/** Digests about these requests, each of which is told by this step. */
function setUp(
  requests: readonly ChangeRequest[],
  {
    step = "reminder",
    grants = [],
    invitedApprovers = async () => [],
    isOutage = () => false,
  }: {
    step?: Reminder["step"];
    grants?: readonly Grant[];
    invitedApprovers?: InvitedApprovers;
    isOutage?: (error: unknown) => boolean;
  } = {},
) {
  const clock = createManualClock();
  const shown: (readonly DigestLine[])[] = [];
  const jobs: Job[] = [];
  const planned = requests.map(({ id }) => ({ requestId: id, step, dueAt: clock.now(), escalateTo: [] }));
  const reminders = createReminders({
    uow: uowOf({
      requests: { get: async (id: number) => requests.find((each) => each.id === id) ?? null },
      grants: { ofRequest: async () => grants },
      reminders: {
        lockDigests: async () => null,
        find: async (id: number) => planned.find(({ requestId }) => requestId === id) ?? null,
        due: async () => planned,
        addDigest: async () => 3,
        ofDigest: async () => planned,
      },
      audit: { append: async () => {} },
      jobs: { enqueue: async (job: Job) => void jobs.push(job) },
    }),
    display: { showDigest: async (_id, lines) => void shown.push(lines) },
    ...{ invitedApprovers, isOutage, clock },
  });
  return { reminders, shown, jobs };
}

describe("a digest", () => {
  it("a digest of requests that wait no more is not posted", async () => {
    const { reminders, shown } = setUp([someRequest({ state: "denied" })]);
    await reminders.postDigest(3);
    expect(shown).toEqual([]);
  });

  it("a pending request with all approvals of its card is said to wait for one more", async () => {
    const { reminders, shown } = setUp([someRequest({ approvalsNeeded: 1, decisions: [someDecision()] })]);
    await reminders.postDigest(3);
    expect(shown.flat().map(({ approvalsMissing }) => approvalsMissing)).toEqual([1]);
  });

  it("a digest shows an overdue removal, and neither revoked nor active roles", async () => {
    const revoking = someGrant({ state: "revoking" });
    const grants = [someGrant({ state: "revoked" }), revoking, someGrant({ state: "active" })];
    const { reminders, shown, jobs } = setUp([someRequest({ state: "done" })], {
      step: "revocation",
      grants,
    });
    await reminders.remind(1, "revocation");
    expect(jobs).toEqual([
      { kind: "announce", requestId: 1, topic: "grants_overdue:3" },
      { kind: "post_digest", digestId: 3 },
    ]);
    await reminders.postDigest(3);
    expect(shown.flat().map((line) => line.revoking)).toEqual([[revoking]]);
  });

  it("a digest shows the other requests if one fails, and waits for the end of an outage", async () => {
    const fault = new TypeError("It is broken.");
    const invitedApprovers: InvitedApprovers = ({ id }) =>
      id === 1 ? Promise.reject(fault) : Promise.resolve([]);
    const requests = [someRequest(), someRequest({ id: 2 })];
    const broken = setUp(requests, { invitedApprovers });
    await expect(broken.reminders.postDigest(3)).rejects.toBe(fault);
    expect(broken.shown.flat().map(({ request }) => request.id)).toEqual([2]);
    const away = setUp(requests, { invitedApprovers, isOutage: (error) => error === fault });
    await expect(away.reminders.postDigest(3)).rejects.toBe(fault);
    expect(away.shown).toEqual([]);
  });

  it("a digest names no approver while Slack can't say who may approve", async () => {
    const invitedApprovers = () => Promise.reject(new DirectoryUnavailableError(null));
    const { reminders, shown } = setUp([someRequest()], { invitedApprovers });
    await reminders.postDigest(3);
    expect(shown.flat().map((line) => line.invitedApprovers)).toEqual([[]]);
  });
});

describe("invited approvers", () => {
  const invite = async (request: ChangeRequest | null, people: readonly string[]) => {
    const done: string[] = [];
    const invitePeople = createInvitePeople({
      uow: uowOf({
        requests: {
          get: async () => {
            done.push("read");
            return request;
          },
        },
      }),
      showing: { showCard: async () => void done.push("shown") },
      display: { inviteDirectly: async (_request, invited) => void done.push(...invited) },
      invitedApprovers: async () => people,
    });
    await invitePeople(1);
    return done;
  };

  it("approvers are invited after the card is shown, to the request as it is then", async () => {
    expect(await invite(someRequest(), ["U0THEO"])).toEqual(["shown", "read", "U0THEO"]);
  });

  it("an invitation to a request that is gone is an error", async () => {
    await expect(invite(null, [])).rejects.toMatchObject({ code: "request_not_found" });
  });
});
