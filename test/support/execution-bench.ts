import { beforeEach } from "vitest";
import type { ChangeRequest, NewChangeRequest } from "../../src/change-requests/index.ts";
import { snapshotOf } from "../../src/change-requests/model/snapshot.ts";
import { createPreflight, createSubjectReader, type SubjectReader } from "../../src/subjects/index.ts";
import { type IncydrBench, startIncydrBench } from "../unit/subjects/incydr-bench.ts";
import { someDecision, someNewRequest, someTarget } from "./domain-objects.ts";
import { readRequest } from "./stored-rows.ts";
import { type ExecutorPatch, executorBetween } from "./stub-executor.ts";
import type { QueueStore, Replica } from "./test-store.ts";
import { useOpened, useQueueStore, useReplica } from "./use-store.ts";

export const NADIA = "nadia.petrov@harborlight.example";

/** A write of an executor that crashed after it had claimed the target. */
export interface InterruptedWrite {
  /** When it was claimed; default long ago. */
  readonly at?: Date;
  /** Until when the write may be on its way; default: it can't be any more. */
  readonly deadlineAt?: Date;
  /** The number of attempts; default one. */
  readonly attempts?: number;
}

/** The parts around an executor: a store with a second replica, and a simulated Incydr. */
export interface ExecutionBench {
  readonly store: QueueStore;
  readonly other: Replica;
  readonly bench: IncydrBench;
  /** Reads the simulated Incydr. */
  subjects(): SubjectReader;
  executorOn(
    replica: Pick<Replica, "uow" | "withLock">,
    patch?: ExecutorPatch,
  ): ReturnType<typeof executorBetween>;
  /** Executes a request on the first replica. */
  execute(id: number, patch?: ExecutorPatch): Promise<void>;
  /** Makes an approved request about the present state of Nadia or of another user; resolves to its number. */
  approved(patch?: Partial<NewChangeRequest>, username?: string): Promise<number>;
  /** Lets the execution of a request be interrupted between its claim and the result of its write. */
  interrupt(id: number, write?: InterruptedWrite): Promise<void>;
  /** A replica whose units of work freeze all changes as soon as a request's target is claimed. */
  freezingOnceClaimed(id: number): Pick<Replica, "uow" | "withLock">;
  stored(id: number): Promise<ChangeRequest>;
}

/** One for the tests of a file, empty before each. */
export function useExecutionBench(): ExecutionBench {
  const store = useQueueStore();
  const other = useReplica(store);
  const bench = useOpened(startIncydrBench);
  beforeEach(() => bench.simulator.control.reset());
  const stored = (id: number) => readRequest(store, id);

  return {
    store,
    other,
    bench,
    subjects: () => createSubjectReader({ incydr: bench.incydr, protectedUsernames: new Set() }),
    executorOn: (replica, patch = {}) => executorBetween(bench, replica, patch),
    execute: async (id, patch = {}) => (await executorBetween(bench, store, patch)).execute(id),

    async approved(patch = {}, username = NADIA) {
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

    async interrupt(id, { at = new Date(0), deadlineAt = at, attempts = 1 } = {}) {
      await store.uow.run(async (tx) => {
        await tx.requests.update(id, { state: "executing" });
        const intent = { at, deadlineAt };
        await tx.requests.updateTarget(id, 0, { state: "executing", attempts, intent });
      });
    },

    freezingOnceClaimed: (id) => ({
      withLock: store.withLock,
      uow: {
        read: store.uow.read,
        async run(work) {
          const result = await store.uow.run(work);
          const freeze = { by: { slackUserId: "U0THEO", email: null }, at: new Date(), reason: null };
          if ((await stored(id)).targets[0]?.state === "executing")
            await store.uow.run((tx) => tx.freeze.set(freeze));
          return result;
        },
      },
    }),

    stored,
  };
}
