import { expect, test } from "vitest";
import { recordLoaded } from "../../src/authorization/index.ts";
import type { Transaction } from "../../src/change-requests/index.ts";
import { inTurns } from "../support/turns.ts";
import { useTestStore } from "../support/use-store.ts";

const AT = new Date("2026-11-01T10:00:00Z");

const store = useTestStore();

test("policies are recorded in turns, and the last that were recorded decide", async () => {
  for (const hash of ["first", "second"]) await store.uow.run((tx) => tx.policies.record(hash, AT));
  expect(await store.uow.run((tx) => tx.policies.current({ forChange: false }))).toBe("second");
  const recording =
    (hash: string) =>
    async ({ policies }: Transaction, untilOtherWaits: () => Promise<void>) => {
      await policies.current({ forChange: true });
      await untilOtherWaits();
      await policies.record(hash, AT);
    };
  const seen = await inTurns(store, recording("third"), async ({ policies }) => [
    await policies.current({ forChange: true }),
    await policies.wasRecorded("first"),
    await policies.wasRecorded("fourth"),
  ]);
  expect(seen).toEqual(["third", true, false]);
  // A claim also waits until a change of policies has committed.
  const claimed = await inTurns(store, recording("fourth"), ({ policies }) =>
    policies.current({ forChange: false }),
  );
  expect(claimed).toBe("fourth");
});

test("a set of policies that two replicas load at once is recorded once", async () => {
  const sources = { schema: "entity A;", files: [] };
  const set = { schema: sources.schema, policies: [], hash: "loaded twice", sources };
  const { outcome } = await inTurns(
    store,
    async ({ policies }, untilOtherWaits) => {
      expect(["first", "recorded"]).toContain((await recordLoaded(policies, set, AT)).outcome);
      await untilOtherWaits();
    },
    ({ policies }) => recordLoaded(policies, set, AT),
  );
  expect(outcome).toBe("agrees");
});

test("the texts of policies are kept under their hash as they were first", async () => {
  const sources = (text: string) => ({ schema: "entity A;", files: [{ name: "10.cedar", text }] });
  const kept = await store.uow.run(async ({ policies }) => {
    await policies.keep("a", sources("first"));
    await policies.keep("b", sources("other"));
    await policies.keep("a", sources("second"));
    return [await policies.sources("a"), await policies.sources("b"), await policies.sources("c")];
  });
  expect(kept).toEqual([sources("first"), sources("other"), null]);
});
