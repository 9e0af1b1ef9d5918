import { expect, it } from "vitest";
import { type BotPart, createBotStatus } from "../../../src/change-requests/index.ts";
import { someLead, somePerson } from "../../support/domain-objects.ts";
import { shippedEngine } from "../../support/shipped-policies.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";
import { clockAt, uowOf } from "../../support/stub-ports.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";

const NOW = new Date("2026-11-01T10:00:00Z");
const AGO = new Date("2026-11-01T09:48:00Z");

const PARTS: readonly BotPart[] = [
  { name: "incydr", state: "failing", since: AGO.toISOString(), code: "ECONNREFUSED" },
  { name: "slack", state: "ok", since: AGO.toISOString(), code: "timeout" },
  { name: "audit_delivery", state: "failing", since: AGO.toISOString(), code: "backlog" },
];

function setUp({
  freeze = null as object | null,
  requestsPerMinute = 300.4,
  groups = ["insider-risk-analysts"],
} = {}) {
  const askedKinds: unknown[] = [];
  const directory = directoryOf(somePerson({ groups }), someLead());
  const botStatus = createBotStatus({
    authorizer: someAuthorizer({ engine: shippedEngine, directory }),
    uow: uowOf({
      freeze: { read: async () => freeze },
      jobFailures: {
        givenUpAmong: async (kinds: readonly string[]) => {
          askedKinds.push(kinds);
          return [{ kind: "prune", reference: "7f3a", key: "x", requestId: null, faults: 20 }];
        },
      },
    }),
    directory: {
      age: async () => ({
        ...{ readUsers: 9, expectedUsers: 10, isEveryUserRead: false, oldestReadAt: AGO },
        ...{ usersWithRoles: 4, oldestRolesReadAt: AGO },
      }),
      orgsAge: async () => ({ readOrgs: 3, isEveryOrgRead: true, oldestReadAt: null }),
    },
    limiter: {
      read: () => ({
        ...{ waiting: { emergency: 2, interactive: 0, change: 0, bulk: 7, background: 1 }, granted: 5 },
        ...{ longestWaitMs: 9_000, pausedForMs: 1_500, requestsPerMinute, sharing: "together", replicas: 2 },
      }),
    },
    clock: clockAt(NOW),
    ...{ readOnly: false, isDirectoryKept: true },
    bot: { version: "1.2.3", startedAt: AGO, parts: () => PARTS, isQueueLate: async () => true },
  });
  return { askedKinds, status: (by = "U0MAYA") => botStatus(by) };
}

it("an analyst reads the whole status, without the audit delivery, codes of errors and numbers of calls", async () => {
  const by = { slackUserId: "U0THEO", email: "theo@example.com" };
  const { status, askedKinds } = setUp({ freeze: { by, at: AGO, reason: "Nadia leaked it" } });
  const told = await status();
  expect(told).toEqual({
    freeze: { by: "U0THEO", at: AGO.toISOString() },
    ...{ isReadOnly: false, isQueueLate: true },
    parts: [
      { ...PARTS[0], code: null },
      { ...PARTS[1], code: null },
    ],
    stopped: [{ job: "prune", reference: "7f3a" }],
    incydr: { pausedForMs: 1_500, requestsPerMinute: 300, sharing: "together", replicas: 2 },
    policyHash: shippedEngine.hash,
    directory: {
      isKept: true,
      users: {
        ...{ readUsers: 9, expectedUsers: 10, isEveryUserRead: false, usersWithRoles: 4 },
        oldestAgeMs: 720_000,
      },
      orgs: { readOrgs: 3, isEveryOrgRead: true, oldestAgeMs: null },
    },
    ...{ version: "1.2.3", startedAt: AGO.toISOString() },
  });
  expect(askedKinds).toEqual([["prune", "announce_freeze"]]);
  expect(JSON.stringify(told)).not.toContain("Nadia");
});

it("a person who may read the audit log also reads its delivery and the codes of errors", async () => {
  const { status, askedKinds } = setUp();
  const { parts } = await status("U0THEO");
  expect(parts).toEqual([PARTS[0], { ...PARTS[1], code: null }, PARTS[2]]);
  expect(askedKinds).toEqual([["prune", "announce_freeze", "publish_audit"]]);
});

it("an unlimited rate is plain JSON", async () => {
  const { incydr } = await setUp({ requestsPerMinute: Number.POSITIVE_INFINITY }).status();
  expect(incydr.requestsPerMinute).toBeNull();
});

it("a person who may not look up users gets no status", async () => {
  const { status, askedKinds } = setUp({ groups: [] });
  await expect(status()).rejects.toMatchObject({ code: "forbidden" });
  expect(askedKinds).toEqual([]);
});
