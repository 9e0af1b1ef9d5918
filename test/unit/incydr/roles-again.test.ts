import { describe, expect, test } from "vitest";
import { createLimiter, type Limiter, parseRoleId } from "../../../src/incydr/index.ts";
import { createUnlimitedBucket } from "./hand-bucket.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";
import { refusal, someUser, startIncydr } from "./recorded-incydr.ts";
import type { Reply } from "./recording-server.ts";
import { role, startRoles } from "./role-tenant.ts";

describe.each<[string, Reply]>([
  ["a 429", { status: 429, headers: { "Retry-After": "7" } }],
  ["a 401", { status: 401 }],
])("after %s, if another program added a role meanwhile", (_, refused) => {
  async function startContested() {
    let isFirst = true;
    const tenant = await startRoles({
      put: (processedReplacementRoleIds, apply) => {
        if (isFirst) {
          isFirst = false;
          tenant.setRoles(["desktop", "proe", "alerts"]);
          return refused;
        }
        apply();
        return { json: { processedReplacementRoleIds, unassignedRolesIds: ["proe"] } };
      },
    });
    return tenant;
  }

  test("a change keeps that role", async () => {
    await using tenant = await startContested();
    await tenant.users.removeRoles(someUser, "proe");
    expect(tenant.rolesOf()).toEqual(["desktop", "alerts"]);
  });

  test("a change that expects the roles of before is refused", async () => {
    await using tenant = await startContested();
    const expected = ["desktop", "proe"].map(parseRoleId);
    const error = await refusal(tenant.users.removeRoles(someUser, "proe", { expected }));
    expect(error).toMatchObject({ code: "conflict", sent: "no" });
    expect(tenant.rolesOf()).toEqual(["desktop", "proe", "alerts"]);
  });

  test("that role isn't added again", async () => {
    await using tenant = await startContested();
    const answer = await tenant.users.addRoles(someUser, "alerts");
    expect(answer).toMatchObject({ processedReplacementRoleIds: ["desktop", "proe", "alerts"] });
    expect(tenant.writes()).toHaveLength(1);
  });
});

test.each([false, true])(
  "the user's roles are read again after names of roles were looked up; that others were remembered is %s",
  async (areRemembered) => {
    await using tenant = await startRoles({
      held: ["desktop"],
      assignable: ["desktop"],
      onList: () => {
        if (tenant.assignable.includes("alerts")) tenant.setRoles(["desktop", "proe"]);
      },
    });
    if (areRemembered) await tenant.users.getRole("Desktop User");
    tenant.assignable.push("alerts");
    await tenant.users.addRoles(someUser, "Alert Emails");
    expect(tenant.writes()).toEqual([["desktop", "proe", "alerts"]]);
  },
);

test.each<[string, string, (limiter: Limiter, clock: ManualClock) => void]>([
  [
    "a pause",
    "incydr-token-1",
    (limiter, clock) => {
      limiter.pause(1000);
      setImmediate(() => clock.advance(1000));
    },
  ],
  ["the fetching of a new token", "incydr-token-2", (_limiter, clock) => void clock.advance(890_000)],
])("roles that were read before %s are read again after it", async (_, token, interrupt) => {
  const clock = createManualClock();
  const limiter = createLimiter({ bucket: createUnlimitedBucket(clock), clock });
  let taken = 0;
  const acquire: Limiter["acquire"] = (request) => {
    taken += 1;
    // The replacement waits for its turn.
    if (taken === 3) interrupt(limiter, clock);
    return limiter.acquire(request);
  };
  let reads = 0;
  await using incydr = await startIncydr(
    ({ method, body }) => {
      const { roleIds } = method === "PUT" ? JSON.parse(body) : { roleIds: null };
      if (roleIds) return { json: { processedReplacementRoleIds: roleIds, unassignedRolesIds: ["proe"] } };
      reads += 1;
      return { json: { roles: ["desktop", ...(reads > 1 ? ["alerts"] : []), "proe"].map(role) } };
    },
    { clock, limiter: { ...limiter, acquire } },
  );
  await incydr.users.removeRoles(someUser, "proe", { deadlineMs: 10_000_000 });
  expect(incydr.requests.map(({ method }) => method)).toEqual(["GET", "GET", "PUT"]);
  expect(incydr.requests.at(-1)?.body).toBe(JSON.stringify({ roleIds: ["desktop", "alerts"] }));
  expect(incydr.requests.at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
});
