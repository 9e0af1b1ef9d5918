import { expect, it } from "vitest";
import { runEach } from "../../../src/kernel/run-each.ts";

it.each([
  ["continues with the other items after a failure", false, [1, 2, 3, 4]],
  ["ends at once at an outage, without trying the items behind it", true, [1, 2]],
])("the work %s, and throws the first failure", async (_, isOutage, items) => {
  const tried: number[] = [];
  const running = runEach(
    [1, 2, 3, 4],
    () => isOutage,
    async (item) => {
      tried.push(item);
      if (item % 2 === 0) throw new Error(`item ${item}`);
    },
  );
  await expect(running).rejects.toThrow("item 2");
  expect(tried).toEqual(items);
});
