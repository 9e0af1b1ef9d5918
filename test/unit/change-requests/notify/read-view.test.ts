import { expect, it } from "vitest";
import {
  type ChangeRequest,
  createReadView,
  type Grant,
  type LaterChange,
  type UnitOfWork,
} from "../../../../src/change-requests/index.ts";
import { someFacts, someGrant, someRequest, someTarget } from "../../../support/domain-objects.ts";

const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const LEGAL = { id: "legal-hold", name: "Legal Hold" };
const CREATED = new Date("2026-11-01T09:00:00Z");
const SENT = new Date("2026-11-01T10:00:00Z");
const SETTLED = new Date("2026-11-01T10:05:00Z");
const REPLACE = { kind: "replace_roles", roles: [ALERTS] } as const;

/** Reads what is shown of a request, and notes what the store was asked. */
async function read(
  request: ChangeRequest,
  { readOnly = false, isFrozen = false, open = [] as readonly Grant[] } = {},
) {
  const asked: unknown[] = [];
  const reversal: LaterChange = {
    ...{ requestId: 9, at: SETTLED, kind: "change", change: { kind: "activate" }, undoes: null },
    target: { state: "verified", facts: someFacts({ active: false }), outstandingRoleIds: null },
  };
  const stored = {
    requests: {
      get: async () => request,
      changesSince: async (...since: unknown[]) => {
        asked.push(["changes", ...since]);
        return [reversal];
      },
      bulksAmong: async (ids: readonly number[]) => ids,
    },
    grants: {
      open: async () => open,
      ofRequest: async () => [someGrant()],
      temporaryBetween: async (...between: unknown[]) => {
        asked.push(["lent", ...between]);
        return [];
      },
    },
    jobFailures: { givenUpOf: async () => [] },
    freeze: { read: async () => (isFrozen ? { at: "2026-11-01T09:30:00Z" } : null) },
  };
  const run = (work: (from: typeof stored) => unknown) => work(stored);
  const uow = { read: run, run } as unknown as UnitOfWork; // nothing else is asked
  return { view: await createReadView({ uow, readOnly })(request.id), asked };
}

const done = (patch: Partial<ChangeRequest> = {}, intent: unknown = null) =>
  someRequest({
    ...{ state: "done", createdAt: CREATED },
    targets: [someTarget({ state: "verified", settledAt: SETTLED, intent } as object)],
    ...patch,
  });

it.each([
  [{}, false],
  [{ isFrozen: true }, true],
  [{ readOnly: true }, true],
])(
  "a card shows that changes are stopped, whether by a freeze or by the configuration: %j",
  async (by, is) => {
    expect((await read(someRequest(), by)).view.isFrozen).toBe(is);
  },
);

it("a card shows the grants of a request for a limited time, and reads none for any other", async () => {
  const limited = { kind: "add_roles", roles: [ALERTS], grantHours: 8 } as const;
  expect((await read(someRequest({ change: limited }))).view.grants).toHaveLength(1);
  expect((await read(someRequest())).view.grants).toEqual([]);
});

it("a replacement shows those temporary roles that it keeps: held before, and wanted", async () => {
  const targets = [someTarget({ facts: someFacts({ roles: [ALERTS, LEGAL] }) })];
  const dropped = someGrant({ role: LEGAL });
  const request = someRequest({ change: REPLACE, targets });
  const { view } = await read(request, { open: [someGrant(), dropped] });
  expect(view.temporaryGrants).toEqual([someGrant()]);
});

it("a temporary role that the subject didn't hold isn't shown as kept by a replacement that gives it for good", async () => {
  const request = someRequest({ change: REPLACE, targets: [someTarget()] });
  expect((await read(request, { open: [someGrant()] })).view.temporaryGrants).toEqual([]);
});

it.each(["denied", "cancelled", "expired", "done"] as const)(
  "a replacement that is %s shows no temporary roles that it would keep",
  async (state) => {
    const targets = [someTarget({ facts: someFacts({ roles: [ALERTS] }) })];
    const request = someRequest({ change: REPLACE, targets });
    expect((await read(request, { open: [someGrant()] })).view.temporaryGrants).toHaveLength(1);
    expect((await read({ ...request, state }, { open: [someGrant()] })).view.temporaryGrants).toEqual([]);
  },
);

it("a finished change is compared with what came after it was settled, not with what led to it", async () => {
  const { view, asked } = await read(done());
  expect(asked).toEqual([["changes", "300000000000000001", 1, SETTLED]]);
  expect(view.standing.reversedBy).toMatchObject({ requestId: 9 });
});

it.each(["remove_roles", "replace_roles"] as const)(
  "of a change that took roles away (%s), those count as lent that were lent from when it was sent on",
  async (kind) => {
    const roles = [ALERTS];
    const { asked } = await read(done({ change: { kind, roles } }, { at: SENT }));
    expect(asked[0]).toEqual(["lent", "300000000000000001", SENT, SETTLED]);
    const found = await read(done({ change: { kind, roles } }));
    expect(found.asked[0]).toEqual(["lent", "300000000000000001", SETTLED, SETTLED]);
  },
);

it.each([
  ["is approved", done({ state: "approved" })],
  [
    "is about several",
    done({ targets: [1, 2].map(() => someTarget({ state: "verified", settledAt: SETTLED })) }),
  ],
])("of a request that %s no change is said to be left, or to be reversed", async (_what, request) => {
  const { view, asked } = await read(request);
  expect(view.standing).toEqual({ reversedBy: null, canBeUndone: false });
  expect(asked).toEqual([]);
});

it("a request knows of each other open one that it names whether that is a bulk", async () => {
  expect((await read(someRequest({ othersOpen: [5, 6] }))).view.bulks).toEqual(new Set([5, 6]));
});
