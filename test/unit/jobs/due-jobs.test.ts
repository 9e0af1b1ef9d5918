import type { PgBoss } from "pg-boss";
import { expect, it, vi } from "vitest";
import { JOB_KINDS } from "../../../src/change-requests/index.ts";
import { watchDueJobs } from "../../../src/jobs/due-jobs.ts";

type Answer = readonly { kind: string }[] | Error | "none";

/** A queue that answers each question as the test says, and a clock whose times are over at once, or when needed. */
function watching(answers: readonly Answer[]) {
  const asked: unknown[] = [];
  const due: string[] = [];
  const errors: string[] = [];
  let watched = 0;
  const boss = {
    getDb: () => ({
      executeSql: async (_text: string, values: unknown[]) => {
        const answer = answers[asked.length] ?? [];
        asked.push(values);
        if (answer instanceof Error) throw answer;
        if (answer === "none") return new Promise(() => {});
        return { rows: answer };
      },
    }),
  } as unknown as PgBoss; // nothing else is asked
  const sleep = vi.fn(async (ms: number, signal?: AbortSignal) => {
    // What a question may take begins before it is asked.
    const isOver =
      ms === 5000
        ? answers[asked.length] === "none" && asked.length < answers.length - 1
        : asked.length < answers.length;
    if (isOver) return;
    await new Promise((_resolve, reject) => signal?.addEventListener("abort", reject, { once: true }));
  });
  const watch = watchDueJobs({
    boss,
    clock: { now: () => new Date(), sleep },
    onDue: (kind) => due.push(kind),
    onWatched: () => {
      watched += 1;
    },
    onWatchFailed: ({ message }) => void errors.push(message),
  });
  return { watch, asked, due, errors, sleep, watched: () => watched };
}

it("tells each kind that is due, and asks for all kinds at once, a second apart", async () => {
  const watched = watching([[{ kind: "expire" }], [], [{ kind: "execute" }, { kind: "remind" }]]);
  await expect.poll(() => watched.due).toEqual(["expire", "execute", "remind"]);
  expect(watched.asked[0]).toEqual([JOB_KINDS]);
  const pauses = () => watched.sleep.mock.calls.map(([ms]) => ms).filter((ms) => ms !== 5000);
  await expect.poll(pauses).toEqual([1000, 1000, 1000]);
  await watched.watch[Symbol.asyncDispose]();
});

it("goes on after a question that failed, and tells each failure and each answer", async () => {
  const watched = watching([new Error("connection lost"), [{ kind: "expire" }]]);
  await expect.poll(() => watched.due).toEqual(["expire"]);
  expect(watched.errors).toEqual(["Due jobs couldn't be asked for: connection lost"]);
  expect(watched.watched()).toBe(1);
  await watched.watch[Symbol.asyncDispose]();
});

it("gives up a question that isn't answered, and asks again", async () => {
  const watched = watching(["none", [{ kind: "expire" }]]);
  await expect.poll(() => watched.due).toEqual(["expire"]);
  expect(watched.errors).toEqual(["Due jobs couldn't be asked for: no answer within 5000 ms"]);
  await watched.watch[Symbol.asyncDispose]();
});

it("ends at once, and silently, while a question isn't answered", async () => {
  const watched = watching(["none"]);
  await expect.poll(() => watched.asked.length).toBe(1);
  await watched.watch[Symbol.asyncDispose]();
  expect(watched.errors).toEqual([]);
});

it("asks no more once it is disposed of", async () => {
  const watched = watching([[]]);
  await expect.poll(() => watched.sleep.mock.calls.map(([ms]) => ms)).toContain(1000);
  await watched.watch[Symbol.asyncDispose]();
  expect(watched.asked).toHaveLength(1);
});
