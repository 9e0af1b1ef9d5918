import type { PgBoss } from "pg-boss";
import { expect, it, vi } from "vitest";
import { JOB_KINDS } from "../../../src/change-requests/index.ts";
import { watchDueJobs } from "../../../src/jobs/due-jobs.ts";

type Answer = readonly { kind: string }[] | Error | "none";

/** A watched queue that gives these answers. Each pause ends at once while answers are left. */
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
    // The deadline of a question begins before the question.
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

it("each due kind is reported, and four questions a second ask for all kinds", async () => {
  const watched = watching([[{ kind: "expire" }], [], [{ kind: "execute" }, { kind: "remind" }]]);
  await expect.poll(() => watched.due).toEqual(["expire", "execute", "remind"]);
  expect(watched.asked[0]).toEqual([JOB_KINDS]);
  const pauses = () => watched.sleep.mock.calls.map(([ms]) => ms).filter((ms) => ms !== 5000);
  await expect.poll(pauses).toEqual([250, 250, 250]);
  await watched.watch[Symbol.asyncDispose]();
});

it("a failed question is reported, and the next one is asked", async () => {
  const watched = watching([new Error("connection lost"), [{ kind: "expire" }]]);
  await expect.poll(() => watched.due).toEqual(["expire"]);
  expect(watched.errors).toEqual(["The bot could not look for due jobs: connection lost"]);
  expect(watched.watched()).toBe(1);
  await watched.watch[Symbol.asyncDispose]();
});

it("a question without an answer is given up after five seconds, and the next one is asked", async () => {
  const watched = watching(["none", [{ kind: "expire" }]]);
  await expect.poll(() => watched.due).toEqual(["expire"]);
  expect(watched.errors).toEqual([
    "The bot could not look for due jobs: the database did not answer within 5000 ms",
  ]);
  await watched.watch[Symbol.asyncDispose]();
});

it("the watch ends at once and without an error while a question has no answer", async () => {
  const watched = watching(["none"]);
  await expect.poll(() => watched.asked.length).toBe(1);
  await watched.watch[Symbol.asyncDispose]();
  expect(watched.errors).toEqual([]);
});

it("no question is asked after the watch is disposed of", async () => {
  const watched = watching([[]]);
  await expect.poll(() => watched.sleep.mock.calls.map(([ms]) => ms)).toContain(250);
  await watched.watch[Symbol.asyncDispose]();
  expect(watched.asked).toHaveLength(1);
});
