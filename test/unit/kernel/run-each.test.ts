import { expect, it } from "vitest";
import { runEach } from "../../../src/kernel/run-each.ts";

it("works on the other items when one fails, and then throws the first failure", async () => {
  const done: number[] = [];
  const running = runEach(
    [1, 2, 3, 4],
    () => false,
    async (item) => {
      if (item % 2 === 0) throw new Error(`item ${item}`);
      done.push(item);
    },
  );
  await expect(running).rejects.toThrow("item 2");
  expect(done).toEqual([1, 3]);
});

it("throws an outage at once, without trying the items behind it", async () => {
  const tried: number[] = [];
  const running = runEach(
    [1, 2, 3],
    () => true,
    async (item) => {
      tried.push(item);
      throw new Error(`item ${item}`);
    },
  );
  await expect(running).rejects.toThrow("item 1");
  expect(tried).toEqual([1]);
});
