import { expect, it } from "vitest";
import {
  createRequestShowing,
  NowhereToPostError,
  type RequestDisplay,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";

it.each([
  ["pending", "cancelled"],
  ["stale", "cancelled"],
  ["approved", "approved"],
] as const)("leaves a request that is %s and that nobody may be shown %s", async (state, left) => {
  const store = storeOf(someRequest({ state }));
  const display = {
    showCard: () => Promise.reject(new NowhereToPostError("subject_present")),
    hideCard: async () => true,
    notice: (sentences: readonly string[]) => ({ text: sentences.join(" "), blocks: [] }),
  } as unknown as RequestDisplay; // nothing else is asked
  // Whose turn it is to show a card is no matter here.
  const uow: typeof store.uow = { ...store.uow, read: async () => undefined as never };
  const { showCard } = createRequestShowing({ uow, display, clock: systemClock, readOnly: false });
  await showCard(1);
  expect(store.stored().state).toBe(left);
  expect(store.told()).toEqual([expect.stringContaining("CR-1 can't be shown any more.")]);
});
