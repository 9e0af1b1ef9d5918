import { expect, it } from "vitest";
import type { Terms } from "../../../../src/authorization/index.ts";
import { type CardClick, createRenew, type Reminder } from "../../../../src/change-requests/index.ts";
import type { User } from "../../../../src/incydr/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import {
  someChannels,
  someFacts,
  someLead,
  somePerson,
  someRequest,
} from "../../../support/domain-objects.ts";
import { lenientAuthorizer, storeOf } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const CLICK: CardClick = {
  clickId: "9f4f6f5e-0000-4000-8000-000000000005",
  requestId: 1,
  slackUserId: "U0MAYA",
  place: { channelId: "C0APPROVE", threadTs: null },
};
const NOW = new Date("2026-11-01T15:00:00Z");
const TERMS: Terms = {
  expiryHours: null,
  remindAfterMinutes: 30,
  escalateAfterMinutes: 60,
  escalateTo: ["insider-risk-leads"],
  ratifyWithinHours: null,
};

/** Renews a stale request that was made hours ago. */
async function renewed(peopleAsked: readonly string[]) {
  const request = someRequest({ state: "stale", createdAt: new Date("2026-11-01T09:00:00Z"), peopleAsked });
  const store = storeOf(request);
  const planned: Reminder[] = [];
  const reminders = { plan: async (_id: number, all: readonly Reminder[]) => void planned.push(...all) };
  const people = [somePerson(), someLead()];
  const { authorizer } = lenientAuthorizer(people);
  const pinned: typeof authorizer = { ...authorizer, pin: async () => pinned, terms: () => TERMS };
  const incydr = { users: { getUser: async () => ({}) } } as unknown; // all that is asked
  const renew = createRenew({
    authorizer: pinned,
    directory: directoryOf(...people),
    channels: someChannels(),
    incydr: incydr as Parameters<typeof createRenew>[0]["incydr"],
    preflight: async () => someFacts({ roles: [] }),
    identify: async () => ({ userId: "user-maya" }) as User, // nothing else of it is looked at
    uow: {
      ...store.uow,
      run: (work) => store.uow.run((tx) => work({ ...tx, reminders: { ...tx.reminders, ...reminders } })),
    },
    visibleRequest: async () => request,
    clock: { ...systemClock, now: () => NOW },
  });
  await renew(CLICK);
  return { planned, jobs: store.jobs() };
}

it("a request that is renewed is reminded of and escalated as late after that as a new one", async () => {
  const { planned } = await renewed([]);
  expect(planned).toMatchObject([
    { step: "reminder", dueAt: new Date("2026-11-01T15:30:00Z") },
    { step: "escalation", dueAt: new Date("2026-11-01T16:00:00Z"), escalateTo: TERMS.escalateTo },
  ]);
});

it("those whom a request that is renewed asks by name are asked again, and nobody where it asked nobody", async () => {
  expect((await renewed(["U0THEO"])).jobs).toContainEqual({ kind: "ask", requestId: 1 });
  expect((await renewed([])).jobs).not.toContainEqual({ kind: "ask", requestId: 1 });
});
