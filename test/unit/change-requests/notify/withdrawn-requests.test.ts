import { expect, it } from "vitest";
import {
  createRequestShowing,
  NowhereToPostError,
  type RequestDisplay,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someRequest, someView } from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

it.each([
  ["pending", "cancelled"],
  ["stale", "cancelled"],
  ["approved", "approved"],
] as const)("leaves a request that is %s and that nobody may be shown %s", async (state, left) => {
  const store = storeOf(someRequest({ state }));
  const display = {
    withCard: (_id: number, work: (card: unknown) => unknown) =>
      work({ channelId: "C0INC4711", takeAwayEarlier: async () => {}, takeAway: async () => true }),
  } as unknown as RequestDisplay; // nothing else is called
  // Whose turn it is to show a card is no matter here.
  const uow: typeof store.uow = { ...store.uow, read: async () => undefined as never };
  const { showCard } = createRequestShowing({
    ...{ uow, display, clock: systemClock },
    readView: async () => someView(store.stored()),
    findPlace: () => Promise.reject(new NowhereToPostError("subject_present")),
    people: directoryOf(),
    channels: { facts: async () => null },
    rules: {
      approvalsChannelId: "C0APPROVE",
      auditChannelId: "C0AUDIT",
      restrictedChannelIds: ["C0RESTRICT"],
      acceptsUnmappedSubjects: false,
      isCardChannel: () => true,
      isAllowedPublic: () => false,
    },
  });
  await showCard(1);
  expect(store.stored().state).toBe(left);
  expect(store.told()).toEqual([expect.stringContaining("The card of CR-1 can no longer be shown.")]);
});
