import { afterAll, beforeAll, beforeEach } from "vitest";
import type { ChangeRequest, NewChangeRequest } from "../../src/change-requests/index.ts";
import { snapshotOf } from "../../src/change-requests/model/snapshot.ts";
import { createPreflight } from "../../src/subjects/index.ts";
import { type IncydrBench, startIncydrBench } from "../unit/subjects/incydr-bench.ts";
import { someDecision, someNewRequest, someTarget } from "./domain-objects.ts";
import { type ExecutorPatch, executorBetween } from "./stub-executor.ts";
import { openQueueStore, type QueueStore, type Replica } from "./test-store.ts";

/** What executions are tried on: a store with a second replica, and a simulated Incydr. */
export interface ExecutionBench {
  readonly store: QueueStore;
  readonly other: Replica;
  readonly bench: IncydrBench;
  executorOn(
    replica: Pick<Replica, "uow" | "withLock">,
    patch?: ExecutorPatch,
  ): ReturnType<typeof executorBetween>;
  /** Makes an approved request about a user of the tenant as they are now. */
  approved(username: string, patch?: Partial<NewChangeRequest>): Promise<number>;
  stored(id: number): Promise<ChangeRequest>;
}

/** One for the tests of a file, empty before each. */
export function useExecutionBench(): () => ExecutionBench {
  let opened: Pick<ExecutionBench, "store" | "other" | "bench">;
  beforeAll(async () => {
    const store = await openQueueStore();
    opened = { store, other: store.openReplica(), bench: await startIncydrBench() };
  });
  beforeEach(async () => {
    opened.bench.simulator.control.reset();
    await opened.store.empty();
  });
  afterAll(async () => {
    const { bench, other, store } = opened;
    await bench[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  return () => {
    const { store, bench } = opened;
    return {
      ...opened,
      executorOn: (replica, patch = {}) => executorBetween(bench, replica, patch),

      async approved(username, patch = {}) {
        const preflight = createPreflight({ incydr: bench.incydr, protectedUsernames: new Set() });
        const facts = await preflight(await bench.user(username));
        const snapshot = snapshotOf(patch.change?.kind ?? "deactivate", facts);
        const targets = [someTarget({ facts, snapshot, slackUserIds: [] })];
        const request = someNewRequest({ state: "approved", targets, ...patch });
        return store.uow.run(async (tx) => {
          const { id } = await tx.requests.insert(request);
          const clickId = crypto.randomUUID();
          await tx.requests.addDecision(id, someDecision({ clickId, snapshotHash: request.snapshotHash }));
          return id;
        });
      },

      async stored(id) {
        const request = await store.uow.read(({ requests }) => requests.get(id));
        if (!request) throw new Error(`There is no request ${id}.`);
        return request;
      },
    };
  };
}
