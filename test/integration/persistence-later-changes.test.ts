import { describe, expect, test } from "vitest";
import type { NewChangeRequest, TargetState } from "../../src/change-requests/index.ts";
import { FOUND_GONE } from "../../src/change-requests/model/grant.ts";
import { someFacts } from "../support/domain-objects.ts";
import { ALERTS, giveRoles, insertRequest, targetsOf } from "../support/stored-rows.ts";
import { useQueueStore } from "../support/use-store.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour));

const store = useQueueStore();

/** A finished request about user a, or several, that was settled at this hour. */
async function settled(
  hour: number,
  patch: Partial<NewChangeRequest> = {},
  state: TargetState = "verified",
): Promise<number> {
  const id = await insertRequest(store, { state: "done", targets: targetsOf("a"), ...patch });
  await store.uow.run((tx) => tx.requests.updateTarget(id, 0, { state, settledAt: at(hour) }));
  return id;
}

const changesSince = (requestId: number, hour: number) =>
  store.uow.read(({ requests }) => requests.changesSince("a", requestId, at(hour)));
const idsSince = async (requestId: number, hour: number) =>
  (await changesSince(requestId, hour)).map((change) => change.requestId);

describe("the changes to a user since a request", () => {
  test("are the outcomes that Incydr showed and the temporary roles that ended, in their order", async () => {
    const given = await giveRoles(store, {
      to: someFacts({ userId: "a" }),
      grantedAt: at(7),
      patch: { state: "revoked", endedAt: at(10) },
    });
    await settled(8);
    const request = await settled(9);
    const undo = await settled(11, { change: { kind: "activate" }, undoes: request });
    await settled(12, {}, "unknown");
    const bulk = await settled(13, { targets: targetsOf("a", "b") });
    expect(await changesSince(request, 9)).toMatchObject([
      { kind: "grant_ended", requestId: given, at: at(10), role: ALERTS },
      { kind: "change", requestId: undo, at: at(11), undoes: request, change: { kind: "activate" } },
      { kind: "change", requestId: bulk, at: at(13) },
    ]);
  });

  test("include one of the same moment only if it has the higher number", async () => {
    const ids = [await settled(10), await settled(10), await settled(10)];
    const since = await Promise.all(ids.map((id) => idsSince(id, 10)));
    expect(since.map((later) => later.length)).toEqual([2, 1, 0]);
    expect(since[1]).toEqual([ids[2]]);
  });

  test("don't include the request itself, though its outcome became known late", async () => {
    const [first, second] = [await settled(12), await settled(13)];
    expect(await idsSince(first, 9)).toEqual([second]);
  });

  test("are the latest 200 of more, whether a change or the end of a role", async () => {
    const first = await settled(9);
    const roles = Array.from({ length: 200 }, (_, index) => ({ id: `role ${index}`, name: "role" }));
    const to = someFacts({ userId: "a" });
    await giveRoles(store, { to, roles, grantedAt: at(8), patch: { state: "revoked", endedAt: at(10) } });
    const last = await settled(11);
    const later = await changesSince(first, 9);
    expect(later).toHaveLength(200);
    expect(later.at(-1)).toMatchObject({ kind: "change", requestId: last });
  });

  test.each(FOUND_GONE)("include a temporary role that was found gone: %s", async (why) => {
    const first = await settled(9);
    const given = await giveRoles(store, { to: someFacts({ userId: "a" }), grantedAt: at(8) });
    const end = (explanation: string) =>
      store.uow.run((tx) =>
        tx.grants.update(
          { requestId: given, role: ALERTS },
          { state: "superseded", endedAt: at(10), explanation },
        ),
      );
    await end("CR-9 gave the role for good.");
    expect(await changesSince(first, 9)).toEqual([]);
    await end(why);
    expect(await changesSince(first, 9)).toMatchObject([
      { kind: "grant_ended", requestId: given, at: at(10), role: ALERTS },
    ]);
  });
});

test("the finished requests about one user alone are found, those that were settled last first", async () => {
  const [early, late, between] = [await settled(8), await settled(12), await settled(10)];
  await settled(13, { targets: targetsOf("a", "b") });
  await settled(13, { targets: targetsOf("b") });
  await insertRequest(store, { targets: targetsOf("a") });
  const finished = (limit: number) => store.uow.run(({ requests }) => requests.finishedOn("a", limit));
  expect(await finished(2)).toEqual([late, between]);
  expect(await finished(9)).toEqual([late, between, early]);
});

test("requests are found by when a user's part was settled, from that moment on, in that order, with that part alone", async () => {
  const [late, early, bulk] = [
    await settled(12),
    await settled(9),
    await settled(10, { targets: targetsOf("a", "b") }),
  ];
  await store.uow.run((tx) => tx.requests.updateTarget(bulk, 1, { state: "verified", settledAt: at(11) }));
  const since = async (hour: number) => {
    const found = await store.uow.run(({ requests }) => requests.settledOn("a", at(hour)));
    return found.map(({ id, targets }) => [id, ...targets.map(({ userId }) => userId)]);
  };
  expect(await since(9)).toEqual([
    [early, "a"],
    [bulk, "a"],
    [late, "a"],
  ]);
  expect(await since(12)).toEqual([[late, "a"]]);
  expect(await since(13)).toEqual([]);
});
