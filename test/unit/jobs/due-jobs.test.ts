import type { PgBoss } from "pg-boss";
import { expect, it, vi } from "vitest";
import { watchDueJobs } from "../../../src/jobs/due-jobs.ts";
import { JOB_KINDS } from "../../../src/jobs/job-queue.ts";

/** A queue that answers each question as the test says, and a second that is over at once. */
function watching(answers: readonly (readonly { kind: string }[] | Error)[]) {
  const asked: unknown[] = [];
  const due: string[] = [];
  const errors: string[] = [];
  const boss = {
    getDb: () => ({
      executeSql: async (_text: string, values: unknown[]) => {
        const answer = answers[asked.length] ?? [];
        asked.push(values);
        if (answer instanceof Error) throw answer;
        return { rows: answer };
      },
    }),
    emit: (_name: string, error: Error) => void errors.push(error.message),
  } as unknown as PgBoss; // nothing else is asked
  const sleep = vi.fn(async (_ms: number, signal?: AbortSignal) => {
    if (asked.length < answers.length) return;
    await new Promise((_resolve, reject) => signal?.addEventListener("abort", reject, { once: true }));
  });
  const watch = watchDueJobs({
    boss,
    clock: { now: () => new Date(), sleep },
    onDue: (kind) => due.push(kind),
  });
  return { watch, asked, due, errors, sleep };
}

it("tells each kind that is due, and asks for all kinds at once, a second apart", async () => {
  const watched = watching([[{ kind: "expire" }], [], [{ kind: "execute" }, { kind: "remind" }]]);
  await expect.poll(() => watched.due).toEqual(["expire", "execute", "remind"]);
  expect(watched.asked[0]).toEqual([Object.keys(JOB_KINDS)]);
  expect(watched.sleep.mock.calls.map(([ms]) => ms)).toEqual([1000, 1000, 1000]);
  await watched.watch[Symbol.asyncDispose]();
});

it("goes on after a question that failed, which is told", async () => {
  const watched = watching([new Error("connection lost"), [{ kind: "expire" }]]);
  await expect.poll(() => watched.due).toEqual(["expire"]);
  expect(watched.errors).toEqual(["Due jobs couldn't be asked for: connection lost"]);
  await watched.watch[Symbol.asyncDispose]();
});

it("asks no more once it is disposed of", async () => {
  const watched = watching([[]]);
  await expect.poll(() => watched.sleep.mock.calls.length).toBe(1);
  await watched.watch[Symbol.asyncDispose]();
  expect(watched.asked).toHaveLength(1);
});
