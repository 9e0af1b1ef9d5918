import { expect, it } from "vitest";
import {
  createReadView,
  createRequestShowing,
  type HeldCard,
  type Job,
  type LaterChange,
  type RequestDisplay,
  type RequestView,
  type Transaction,
  type UnitOfWork,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const SETTLED = new Date("2026-11-01T10:00:00Z");
const REVERSED: LaterChange = {
  ...{ requestId: 9, at: SETTLED, kind: "change", change: { kind: "activate" }, undoes: null },
  target: { state: "verified", facts: someFacts({ active: false }), outstandingRoleIds: null },
};

/** Shows a deactivation that a bulk has reversed, and whose card moves; what is read of it, and what it leaves. */
async function shown() {
  const views: RequestView[] = [];
  const jobs: Job[] = [];
  const targets = [someTarget({ state: "verified", settledAt: SETTLED })];
  const request = someRequest({ state: "done", targets, othersOpen: [5] });
  const tx = {
    cards: { reserveUpdate: async () => {} },
    requests: {
      get: async () => request,
      changesSince: async () => [REVERSED],
      bulksAmong: async (ids: readonly number[]) => ids.filter((id) => id === 9),
    },
    grants: { temporaryBetween: async () => [] },
    jobFailures: { givenUpOf: async () => [] },
    freeze: { read: async () => null },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  } as unknown as Transaction; // nothing else is asked
  const display = {
    withCard: (_id: number, work: (card: HeldCard) => Promise<unknown>) =>
      work({
        channelId: "C0EARLIER",
        put: async (view) => {
          views.push(view);
          return "updated";
        },
        takeAway: async () => true,
        takeAwayEarlier: async () => {},
      }),
    withWarning: async () => {},
  } as unknown as RequestDisplay; // nothing else of it is called
  const run = (work: (within: Transaction) => unknown) => work(tx);
  const uow = { run, read: run } as unknown as UnitOfWork; // one store for both
  const { showCard } = createRequestShowing({
    ...{ uow, display, clock: systemClock, readView: createReadView({ uow, readOnly: false }) },
    findPlace: async (place) => ({ place, moved: null }),
    people: directoryOf(),
    channels: { facts: async () => null },
    rules: {
      ...{ approvalsChannelId: "C0APPROVE", auditChannelId: "C0AUDIT", restrictedChannelIds: ["C0RESTRICT"] },
      ...{ acceptsUnmappedSubjects: false, isCardChannel: () => true, isAllowedPublic: () => false },
    },
  });
  await showCard(1);
  return { views, jobs };
}

it("a card knows of the request that reversed it whether that is a bulk, whose number its readers may not know", async () => {
  const { views } = await shown();
  expect(views).toMatchObject([{ standing: { reversedBy: { requestId: 9 } } }]);
  expect(views[0]?.bulks).toEqual(new Set([9]));
});

it("people who are asked by name are asked anew when the card moves, since they may not be where it stands then", async () => {
  expect((await shown()).jobs).toEqual([{ kind: "ask", requestId: 1 }]);
});
