import { expect, it } from "vitest";
import {
  createPostFreezeNotice,
  type Freeze,
  type FreezeInForce,
  noticeOf,
  type Transaction,
} from "../../../../src/change-requests/index.ts";

const FREEZE: Freeze = { by: { slackUserId: "U0THEO", email: null }, at: new Date(0), reason: "Ours alone" };

/** The freeze in force, seen from the announcement of one freeze, while this one is stored. */
async function inForceWhile(current: Freeze | null): Promise<FreezeInForce | undefined> {
  const stored = { freeze: { read: async () => current } } as unknown as Transaction; // nothing else is asked
  let seen: FreezeInForce | undefined;
  const announce = createPostFreezeNotice({
    uow: { run: (work) => work(stored), read: (work) => work(stored) },
    display: {
      showFreeze: async (_freeze, inForce) => {
        seen = await inForce();
      },
      showReadOnly: async () => {},
    },
  });
  await announce(noticeOf(FREEZE));
  return seen;
}

it("a freeze is announced as the one in force, unless it is over or another has followed it", async () => {
  expect(await inForceWhile(FREEZE)).toBe("this");
  expect(await inForceWhile({ ...FREEZE, at: new Date(1) })).toBe("another");
  expect(await inForceWhile(null)).toBe("none");
});

it("an announcement never holds why somebody froze", () => {
  expect(JSON.stringify(noticeOf(FREEZE))).not.toContain(FREEZE.reason);
});
