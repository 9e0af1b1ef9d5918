import { beforeEach, expect, test } from "vitest";
import { stopDatabaseClock } from "../support/database-clock.ts";
import { insertRequest } from "../support/stored-rows.ts";
import { useTestStore } from "../support/use-store.ts";

// The database's clock stands still, so that no test depends on how fast the machine is.
const AT = new Date("2026-11-01T10:00:00Z");

const store = useTestStore();
beforeEach(async () => {
  await stopDatabaseClock(store.database.lockPool, AT);
  await sql("update card_pace set next_at = '2001-01-01'");
});

const sql = (text: string) => store.database.lockPool.query(text);
const scheduled = (requestId: number) => store.uow.run((tx) => tx.requests.scheduleProgress(requestId));
const reserveUpdate = () => store.uow.run((tx) => tx.cards.reserveUpdate());

/** The seconds until the reserved update. */
function inSeconds(turn: Date | null): number {
  if (!turn) throw new Error("No turn was given.");
  return (turn.getTime() - AT.getTime()) / 1_000;
}

test("the progress of many cards is shown 40 times a minute, however many bulks there are", async () => {
  const ids = await Promise.all(Array.from({ length: 41 }, () => insertRequest(store)));
  const turns: number[] = [];
  for (const id of ids) turns.push((await scheduled(id))?.getTime() ?? Number.NaN);
  const pauses = turns.slice(1).map((turn, index) => turn - (turns[index] ?? 0));
  expect(pauses.every((pause) => pause === 1_500)).toBe(true);
  expect((turns[40] ?? 0) - (turns[0] ?? 0)).toBe(60_000);
});

test("a card shows progress every three seconds at most, by one job at a time", async () => {
  const id = await insertRequest(store);
  const first = await scheduled(id);
  expect(inSeconds(first)).toBe(0);
  await sql("update change_requests set progress_due_at = current_instant() + interval '2 s'");
  expect(await scheduled(id)).toBeNull();

  await sql("update change_requests set progress_due_at = current_instant() - interval '1 s'");
  expect(inSeconds(await scheduled(id))).toBe(2);
  await sql("update change_requests set progress_due_at = current_instant() - interval '3 s'");
  await sql("update card_pace set next_at = '2001-01-01'");
  expect(inSeconds(await scheduled(id))).toBe(0);
});

test("outcomes are shown at once, and progress is shown after them", async () => {
  const id = await insertRequest(store);
  for (let shown = 0; shown < 4; shown += 1) await reserveUpdate();
  expect(inSeconds(await scheduled(id))).toBe(6);
});

test("a flood of outcomes holds up progress for no longer than the minute that it fills", async () => {
  const id = await insertRequest(store);
  for (let shown = 0; shown < 60; shown += 1) await reserveUpdate();
  expect(inSeconds(await scheduled(id))).toBe(60);
});
