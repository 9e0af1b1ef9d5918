import { describe, expect, it } from "vitest";
import { FRESH } from "../../../../src/authorization/index.ts";
import {
  createRevokeNow,
  type Grant,
  type Job,
  type Transaction,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import {
  someChannels,
  someGrant,
  someLead,
  somePerson,
  someRequest,
} from "../../../support/domain-objects.ts";
import { someClick } from "../../../support/one-click.ts";
import { LENIENT, lenientAuthorizer } from "../../../support/one-request.ts";
import { toldIn } from "../../../support/told-in.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const CLICK = someClick();
const WATCHLISTS = { id: "watchlist-manager", name: "Watchlist Manager" };

/** The grants of Nadia, which Theo ends. */
function setUp(grants: readonly Grant[], { decidedBy = null }: { decidedBy?: string | null } = {}) {
  let stored = grants;
  const claimed: string[] = [];
  const audited: { kind: string; policyHash: string | null }[] = [];
  const jobs: Job[] = [];
  const tx = {
    grants: {
      ofRequest: async (id: number) => stored.filter(({ requestId }) => requestId === id),
      lockOpen: async () => stored.filter(({ state }) => state === "active" || state === "revoking"),
      update: async ({ requestId, role }: Grant, patch: Partial<Grant>) => {
        stored = stored.map((each) =>
          each.requestId === requestId && each.role.id === role.id ? { ...each, ...patch } : each,
        );
      },
    },
    requests: {
      lock: async () => someRequest(),
      finishedOn: async () => [],
      bulksAmong: async () => [],
    },
    clicks: {
      claim: async (id: string) => {
        if (claimed.includes(id)) return false;
        claimed.push(id);
        return true;
      },
    },
    policies: { current: async () => decidedBy },
    audit: { append: async (entry: (typeof audited)[number]) => void audited.push(entry) },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  } as unknown as Transaction; // nothing else of it is used
  const people = [somePerson(), someLead()];
  const { authorizer, asked } = lenientAuthorizer(people);
  const revokeNow = createRevokeNow({
    authorizer,
    directory: directoryOf(...people),
    channels: someChannels(),
    uow: {
      run: async (work) => {
        const [before, count] = [stored, claimed.length];
        try {
          return await work(tx);
        } catch (error) {
          stored = before;
          claimed.length = count;
          throw error;
        }
      },
      read: (work) => work(tx),
    },
    visibleRequest: async () => someRequest({ state: "done" }),
    clock: systemClock,
  });
  const states = () => stored.map(({ state }) => state);
  const told = () => toldIn(jobs);
  const ends = () => jobs.filter(({ kind }) => kind === "end_grants").length;
  const announced = () => jobs.flatMap((job) => (job.kind === "announce" ? [job.topic] : []));
  return { revokeNow, states, announced, told, ends, audited, asked, stored: () => stored };
}

describe("ending temporary roles before their time", () => {
  it("a permitted click leaves all roles of the request to be revoked by one job", async () => {
    const { revokeNow, states, ends, audited, asked, stored } = setUp([
      someGrant(),
      someGrant({ role: WATCHLISTS }),
    ]);
    await revokeNow(CLICK);
    expect(states()).toEqual(["revoking", "revoking"]);
    expect(stored()).toMatchObject([{ endedBy: { slackUserId: "U0THEO" } }, {}]);
    expect(ends()).toBe(1);
    expect(audited).toMatchObject([{ policyHash: LENIENT }, { policyHash: LENIENT }]);
    expect(asked.actions).toEqual([{ who: "U0THEO", action: "revoke", freshness: FRESH }]);
    expect(asked.pins).toEqual([{ attemptId: CLICK.clickId }]);
  });

  it("a role that another request gives longer is left to that request", async () => {
    const { revokeNow, states, announced } = setUp([someGrant(), someGrant({ requestId: 2 })]);
    await revokeNow(CLICK);
    expect(states()).toEqual(["superseded", "active"]);
    expect(announced()).toEqual([expect.stringMatching(/^grants_over:/)]);
  });

  it("the roles of other requests stay", async () => {
    const { revokeNow, states } = setUp([someGrant(), someGrant({ requestId: 2, role: WATCHLISTS })]);
    await revokeNow(CLICK);
    expect(states()).toEqual(["revoking", "active"]);
  });

  it.each(["revoking", "revoked", "superseded"] as const)(
    "a role that is %s already can't be ended",
    async (state) => {
      const { revokeNow, told, states, ends } = setUp([someGrant({ state })]);
      await revokeNow(CLICK);
      expect(told()).toEqual(["nothing_to_revoke"]);
      expect(states()).toEqual([state]);
      expect(ends()).toBe(0);
    },
  );

  it("a click on Revoke now fails if other policies decide when it is stored", async () => {
    const { revokeNow, states } = setUp([someGrant()], { decidedBy: "newer" });
    await expect(revokeNow(CLICK)).rejects.toMatchObject({ code: "policies_differ" });
    expect(states()).toEqual(["active"]);
  });

  it("a click that is delivered twice ends the roles once, and no refusal is told", async () => {
    const { revokeNow, told, ends } = setUp([someGrant()]);
    await revokeNow(CLICK);
    await revokeNow(CLICK);
    expect(told()).toEqual([]);
    expect(ends()).toBe(1);
  });
});
