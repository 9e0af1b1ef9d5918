import { beforeAll, beforeEach, expect, test } from "vitest";
import {
  createPolicyEngine,
  loadPolicies,
  type PeopleDirectory,
  type PolicySet,
} from "../../src/authorization/index.ts";
import {
  type CardClick,
  createControlBulk,
  createRatifying,
  createRenew,
  createSubmitDraft,
  createVisibleRequest,
  type NewChangeRequest,
} from "../../src/change-requests/index.ts";
import type { IncydrReader, User } from "../../src/incydr/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { someChannels, someFacts, someLead, somePerson, someTarget } from "../support/domain-objects.ts";
import { someDraft, someDraftForm } from "../support/draft-objects.ts";
import { insertRequest, readRequest, targetsOf } from "../support/stored-rows.ts";
import { someAuthorizer } from "../support/stub-authorizer.ts";
import { toldIn } from "../support/told-in.ts";
import { useQueueStore } from "../support/use-store.ts";
import { directoryOf } from "../unit/subjects/incydr-bench.ts";

// The bot checks a request or click first, and stores it afterwards. If a fact changes in between, the new fact counts.

const PLACE = { channelId: "C0APPROVE", threadTs: null };
const NOW_NADIA = somePerson({ slackUserId: "U0NADIANOW", email: someFacts().username, groups: [] });
const identify = async ({ slackUserId }: { slackUserId: string }) => `user-of-${slackUserId}`;

const store = useQueueStore();
let policies: PolicySet;
beforeAll(async () => {
  policies = await loadPolicies("policies");
});
beforeEach(async () => {
  await store.database.lockPool.query("truncate policy_versions");
});

/** The parts of every entry point. */
function parts({ set = policies, decidingHash = async (): Promise<string | null> => null } = {}) {
  const directory: PeopleDirectory = directoryOf(somePerson(), someLead(), NOW_NADIA);
  return {
    directory,
    authorizer: someAuthorizer({ engine: createPolicyEngine(set), directory, decidingHash }),
    channels: someChannels(),
    identify,
    uow: store.uow,
    visibleRequest: createVisibleRequest({ directory, operatorMap: new Map(), identify, uow: store.uow }),
    clock: systemClock,
  };
}

const insert = (patch: Partial<NewChangeRequest> = {}) => insertRequest(store, patch);
const stored = (id: number) => readRequest(store, id);

function clickOf(slackUserId: string, requestId: number): CardClick {
  return { clickId: crypto.randomUUID(), requestId, slackUserId, place: PLACE };
}

async function refusals(): Promise<string[]> {
  return toldIn(await store.waiting());
}

test("a request names the open requests about its subject, also those made while the policies were evaluated", async () => {
  const draft = someDraft({
    opener: { slackUserId: "U0MAYA", email: null, userId: "user-of-U0MAYA" },
    who: someFacts().username,
    kind: "deactivate",
    facts: someFacts(),
    slackUserIds: ["U0NADIA"],
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  await store.uow.run((tx) => tx.drafts.insert(draft));
  let other: number | null = null;
  const submit = createSubmitDraft({
    ...parts({
      decidingHash: async () => {
        other ??= await insert();
        return null;
      },
    }),
    requestExpiryMs: 3_600_000,
    ratifyWithinHours: 24,
    ticketPattern: null,
    grantHours: [],
  });
  const id = await submit(draft.id, "U0MAYA", someDraftForm({ ticket: "INC-4711" }));
  expect(await stored(id)).toMatchObject({ othersOpen: [other] });
});

test("a bulk is not stopped if other policies were recorded after the click was judged", async () => {
  const id = await insert({ state: "executing", targets: targetsOf("a", "b") });
  const controlBulk = createControlBulk(parts());
  await store.uow.run((tx) => tx.policies.record("newer", new Date()));
  await expect(controlBulk(clickOf("U0THEO", id), "stop")).rejects.toMatchObject({ code: "policies_differ" });
  expect(await stored(id)).toMatchObject({ stopped: false });
});

test("an emergency whose card is in a channel that has become public can't be ratified, whatever the policies say", async () => {
  const emergency = { ratifyWithinHours: 24, escalateTo: [] };
  const id = await insert({ state: "done", emergency, targets: [someTarget({ state: "verified" })] });
  const awaiting = { state: "awaiting", deadlineAt: new Date(), overdue: false, decision: null } as const;
  await store.uow.run((tx) => tx.requests.saveRatification(id, awaiting));
  const placeless = policies.policies.filter(({ file }) => !file.endsWith("15-places.cedar"));
  const inPublic = { private: false, shared: false, allowed: false };
  const { ratify } = createRatifying({
    ...parts({ set: { ...policies, policies: placeless } }),
    channels: { ...someChannels(), ofCard: async () => inPublic },
  });
  await ratify({ ...clickOf("U0THEO", id), event: "ratify", reason: null });
  expect(await refusals()).toEqual(["card_channel_not_allowed"]);
  expect(await stored(id)).toMatchObject({ ratification: { state: "awaiting" } });
});

test("a renewed request keeps the subject's Slack accounts, and adds those that the subject has by then", async () => {
  const id = await insert({ state: "stale" });
  const user = {} as User; // nobody reads it
  const incydr = { users: { getUser: async () => user } } as unknown as IncydrReader; // nothing else is asked
  const roles = [{ id: "desktop-user", name: "Desktop User" }];
  const renew = createRenew({
    ...parts(),
    identify: async () => user,
    incydr,
    preflight: async () => someFacts({ roles }),
  });
  await renew(clickOf("U0MAYA", id));
  expect(await refusals()).toEqual([]);
  const renewed = await stored(id);
  expect(renewed).toMatchObject({ state: "pending", targets: [{ facts: { roles } }] });
  expect(renewed.targets[0]?.slackUserIds.toSorted()).toEqual(["U0NADIA", "U0NADIANOW"]);
});
