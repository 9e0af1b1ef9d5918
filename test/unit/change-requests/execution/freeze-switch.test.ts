import { describe, expect, it } from "vitest";
import { type Authorizer, FRESH, RECENT } from "../../../../src/authorization/index.ts";
import {
  createFreezeSwitch,
  type Freeze,
  type Job,
  type Transaction,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someLead } from "../../../support/domain-objects.ts";
import { LENIENT } from "../../../support/one-request.ts";

const BEFORE: Freeze = { by: { slackUserId: "U0PRIYA", email: null }, at: new Date(0), reason: null };

function setUp({ freeze = null as Freeze | null, decidedBy = null as string | null } = {}) {
  let current = freeze;
  const asked: unknown[] = [];
  const audited: string[] = [];
  const jobs: Job[] = [];
  const claimed = new Set<string>();
  const tx = {
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
  } as unknown as Transaction; // nothing else of it is used
  const authorizer = {
    authorize: async (who: string, action: string, { freshness }: { freshness: unknown }) => {
      asked.push({ who, action, freshness });
      return { ...someLead(), policyHash: LENIENT, userId: null };
    },
  } as unknown as Authorizer; // nothing else of it is asked
  const uow = {
    run: async <T>(work: (transaction: Transaction) => Promise<T>) => work(tx),
    read: async <T>(work: (transaction: Transaction) => Promise<T>) => work(tx),
  };
  const freezeSwitch = createFreezeSwitch({ authorizer, uow, clock: systemClock, readOnly: false });
  return { freezeSwitch, asked, audited, jobs, current: () => current };
}

describe("a freeze", () => {
  it("works with groups of five minutes, and its end takes those of half a minute", async () => {
    const { freezeSwitch, asked } = setUp();
    await freezeSwitch.freeze("U0THEO", null, "a");
    await freezeSwitch.unfreeze("U0THEO", "b");
    expect(asked).toEqual([
      { who: "U0THEO", action: "freeze", freshness: RECENT },
      { who: "U0THEO", action: "unfreeze", freshness: FRESH },
    ]);
  });

  it("of one person isn't taken over by another", async () => {
    const { freezeSwitch, current } = setUp({ freeze: BEFORE });
    await expect(freezeSwitch.freeze("U0THEO", null, "a")).rejects.toMatchObject({
      code: "freeze_unchanged",
    });
    expect(current()).toEqual(BEFORE);
  });

  it("with a reason that says nothing doesn't freeze", async () => {
    const { freezeSwitch, current } = setUp();
    await expect(freezeSwitch.freeze("U0THEO", " ", "a")).rejects.toMatchObject({ code: "reason_missing" });
    expect(current()).toBeNull();
  });

  it("can be made while other policies are being taken over, and not be ended", async () => {
    const { freezeSwitch, current } = setUp({ decidedBy: "newer" });
    await freezeSwitch.freeze("U0THEO", null, "a");
    await expect(freezeSwitch.unfreeze("U0THEO", "b")).rejects.toMatchObject({ code: "policies_differ" });
    expect(current()).not.toBeNull();
  });

  it("that ends wakes everything that waited for it, and shows the cards that said so", async () => {
    const { freezeSwitch, jobs, audited } = setUp({ freeze: BEFORE });
    await freezeSwitch.unfreeze("U0THEO", "a");
    expect(audited).toEqual(["writes.unfrozen"]);
    expect(jobs).toMatchObject([
      { kind: "announce_freeze" },
      { kind: "execute", requestId: 3 },
      { kind: "execute_bulk", requestId: 4 },
      { kind: "end_grants", requestId: 5 },
      { kind: "show_card", requestId: 3 },
    ]);
  });

  it("that isn't there isn't ended", async () => {
    const { freezeSwitch, audited } = setUp();
    await expect(freezeSwitch.unfreeze("U0THEO", "a")).rejects.toMatchObject({ code: "freeze_unchanged" });
    expect(audited).toEqual([]);
  });
});

it("a command that is delivered again does nothing, though everything has changed meanwhile, and asks nobody", async () => {
  const { freezeSwitch, asked, audited, current } = setUp();
  await freezeSwitch.freeze("U0THEO", null, "a");
  await freezeSwitch.unfreeze("U0THEO", "b");
  expect(await freezeSwitch.freeze("U0THEO", null, "a")).toBe("repeated");
  expect(current()).toBeNull();
  await freezeSwitch.freeze("U0THEO", null, "c");
  expect(await freezeSwitch.unfreeze("U0THEO", "b")).toBe("repeated");
  expect(current()).not.toBeNull();
  expect(asked).toHaveLength(3);
  expect(audited).toEqual(["writes.frozen", "writes.unfrozen", "writes.frozen"]);
});
