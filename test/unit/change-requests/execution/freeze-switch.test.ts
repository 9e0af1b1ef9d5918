import { describe, expect, it } from "vitest";
import { type Authorizer, FRESH, RECENT } from "../../../../src/authorization/index.ts";
import {
  createFreezeSwitch,
  createPostFreezeNotice,
  type Freeze,
  type FreezeInForce,
  type Job,
  noticeOf,
} from "../../../../src/change-requests/index.ts";
import { someLead } from "../../../support/domain-objects.ts";
import { LENIENT } from "../../../support/one-request.ts";
import { clockAt, uowOf } from "../../../support/stub-ports.ts";

const AT = new Date("2026-11-01T12:00:00Z");
const BEFORE: Freeze = { by: { slackUserId: "U0PRIYA", email: null }, at: new Date(0), reason: "Ours alone" };

function setUp({ freeze = null as Freeze | null, decidedBy = null as string | null } = {}) {
  let current = freeze;
  const asked: unknown[] = [];
  const audited: string[] = [];
  const jobs: Job[] = [];
  const claimed = new Set<string>();
  const uow = uowOf({
    freeze: {
      current: async () => current,
      set: async (next: Freeze | null) => {
        current = next;
      },
    },
    requests: {
      affectedByFreeze: async () => [3],
      unfinished: async () => [
        { id: 3, state: "approved", emergency: null, targetCount: 1 },
        { id: 4, state: "executing", emergency: null, targetCount: 2 },
      ],
    },
    grants: { due: async () => [5] },
    clicks: { claim: async (id: string) => !claimed.has(id) && claimed.add(id).has(id) },
    policies: { current: async () => decidedBy },
    audit: { append: async ({ kind }: { kind: string }) => void audited.push(kind) },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  });
  const authorizer = {
    authorize: async (who: string, action: string, { freshness }: { freshness: unknown }) => {
      asked.push({ who, action, freshness });
      return { ...someLead(), policyHash: LENIENT, userId: null };
    },
  } as unknown as Authorizer; // nothing else of it is asked
  const freezeSwitch = createFreezeSwitch({ authorizer, uow, clock: clockAt(AT), readOnly: false });
  return { ...freezeSwitch, asked, audited, jobs, current: () => current };
}

describe("freezing and unfreezing all changes", () => {
  it("a freeze needs groups of five minutes, and its end groups of half a minute", async () => {
    const { freeze, unfreeze, asked } = setUp();
    await freeze("U0THEO", null, "a");
    await unfreeze("U0THEO", "b");
    expect(asked).toEqual([
      { who: "U0THEO", action: "freeze", freshness: RECENT },
      { who: "U0THEO", action: "unfreeze", freshness: FRESH },
    ]);
  });

  it("a freeze of one person is not taken over by another", async () => {
    const { freeze, current } = setUp({ freeze: BEFORE });
    await expect(freeze("U0THEO", null, "a")).rejects.toMatchObject({ code: "freeze_unchanged" });
    expect(current()).toEqual(BEFORE);
  });

  it("a freeze with a reason that says nothing is refused", async () => {
    const { freeze, current } = setUp();
    await expect(freeze("U0THEO", " ", "a")).rejects.toMatchObject({ code: "reason_missing" });
    expect(current()).toBeNull();
  });

  it("a freeze can begin but not end while other policies are taking over", async () => {
    const { freeze, unfreeze, current } = setUp({ decidedBy: "newer" });
    await freeze("U0THEO", null, "a");
    await expect(unfreeze("U0THEO", "b")).rejects.toMatchObject({ code: "policies_differ" });
    expect(current()).not.toBeNull();
  });

  it("the end of a freeze wakes all waiting work, shows its cards, and is announced with both people", async () => {
    const { unfreeze, jobs, audited } = setUp({ freeze: BEFORE });
    await unfreeze("U0THEO", "a");
    expect(audited).toEqual(["writes.unfrozen"]);
    const ended = { by: "U0THEO", at: AT.toISOString() };
    expect(jobs).toMatchObject([
      { kind: "announce_freeze", notice: { by: "U0PRIYA", at: BEFORE.at.toISOString(), ended } },
      { kind: "execute", requestId: 3 },
      { kind: "execute_bulk", requestId: 4 },
      { kind: "end_grants", requestId: 5 },
      { kind: "show_card", requestId: 3 },
    ]);
  });

  it("a freeze that does not exist can't be ended", async () => {
    const { unfreeze, audited } = setUp();
    await expect(unfreeze("U0THEO", "a")).rejects.toMatchObject({ code: "freeze_unchanged" });
    expect(audited).toEqual([]);
  });

  it("a command that is delivered again does nothing and asks no policy", async () => {
    const { freeze, unfreeze, asked, audited, current } = setUp();
    await freeze("U0THEO", null, "a");
    await unfreeze("U0THEO", "b");
    expect(await freeze("U0THEO", null, "a")).toBe("repeated");
    expect(current()).toBeNull();
    await freeze("U0THEO", null, "c");
    expect(await unfreeze("U0THEO", "b")).toBe("repeated");
    expect(current()).not.toBeNull();
    expect(asked).toHaveLength(3);
    expect(audited).toEqual(["writes.frozen", "writes.unfrozen", "writes.frozen"]);
  });
});

describe("the announcement of a freeze", () => {
  it.each<[FreezeInForce, Freeze | null]>([
    ["this", BEFORE],
    ["another", { ...BEFORE, at: new Date(1) }],
    ["none", null],
  ])("the announcement says that the freeze in force is: %s", async (expected, current) => {
    let seen: FreezeInForce | undefined;
    const announce = createPostFreezeNotice({
      uow: uowOf({ freeze: { read: async () => current } }),
      display: {
        showFreeze: async (_freeze, inForce) => {
          seen = await inForce();
        },
        showReadOnly: async () => {},
      },
    });
    await announce(noticeOf(BEFORE));
    expect(seen).toBe(expected);
  });

  it("the announcement does not hold the reason of the freeze", () => {
    expect(JSON.stringify(noticeOf(BEFORE))).not.toContain(BEFORE.reason);
  });
});
