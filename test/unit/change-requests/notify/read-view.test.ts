import { expect, it } from "vitest";
import {
  type ChangeRequest,
  createReadView,
  type Grant,
  type LaterChange,
} from "../../../../src/change-requests/index.ts";
import { someFacts, someGrant, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { uowOf } from "../../../support/stub-ports.ts";

const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const LEGAL = { id: "legal-hold", name: "Legal Hold" };
const CASES = { id: "cases", name: "Cases" };
const SENT = new Date("2026-11-01T10:00:00Z");
const SETTLED = new Date("2026-11-01T10:05:00Z");

/** Reads the view of a request, and records the calls to the store. */
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
      bulksAmong: async (ids: readonly number[]) => ids.filter((id) => id !== 6),
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
  return { view: await createReadView({ uow: uowOf(stored), readOnly })(request.id), asked };
}

const done = (patch: Partial<ChangeRequest> = {}, intent: unknown = null) =>
  someRequest({
    state: "done",
    targets: [someTarget({ state: "verified", settledAt: SETTLED, intent } as object)],
    ...patch,
  });

it.each([
  [{}, false],
  [{ isFrozen: true }, true],
  [{ readOnly: true }, true],
])("a card shows that changes are stopped by a freeze or by the configuration: %j", async (by, is) => {
  expect((await read(someRequest(), by)).view.isFrozen).toBe(is);
});

it("only the card of a request for a limited time shows its grants", async () => {
  const limited = { kind: "add_roles", roles: [ALERTS], grantHours: 8 } as const;
  expect((await read(someRequest({ change: limited }))).view.grants).toHaveLength(1);
  expect((await read(someRequest())).view.grants).toEqual([]);
});

it("a replacement shows the temporary roles that the subject held before and that it keeps", async () => {
  const targets = [someTarget({ facts: someFacts({ roles: [ALERTS, LEGAL] }) })];
  const change = { kind: "replace_roles", roles: [ALERTS, CASES] } as const;
  const [kept, dropped, given] = [ALERTS, LEGAL, CASES].map((role) => someGrant({ role }));
  const open = [kept, dropped, given].flatMap((grant) => grant ?? []);
  expect((await read(someRequest({ change, targets }), { open })).view.temporaryGrants).toEqual([kept]);
});

it.each(["denied", "cancelled", "expired", "done"] as const)(
  "a replacement that is %s shows no temporary roles that it would keep",
  async (state) => {
    const targets = [someTarget({ facts: someFacts({ roles: [ALERTS] }) })];
    const change = { kind: "replace_roles", roles: [ALERTS] } as const;
    const { view } = await read(someRequest({ state, change, targets }), { open: [someGrant()] });
    expect(view.temporaryGrants).toEqual([]);
  },
);

it("a finished change is compared only with the changes after it was settled", async () => {
  const { view, asked } = await read(done());
  expect(asked).toEqual([["changes", "300000000000000001", 1, SETTLED]]);
  expect(view.standing.reversedBy).toMatchObject({ requestId: 9 });
});

it.each(["remove_roles", "replace_roles"] as const)(
  "the temporary roles of a %s are counted from the moment when it was sent",
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
])("the card of a request that %s shows no later change", async (_what, request) => {
  const { view, asked } = await read(request);
  expect(view.standing).toEqual({ reversedBy: null, canBeUndone: false });
  expect(asked).toEqual([]);
});

it("a card knows which of the requests that it names are bulks", async () => {
  expect((await read(done({ othersOpen: [5, 6] }))).view.bulks).toEqual(new Set([5, 9]));
});
