import { setImmediate } from "node:timers/promises";
import {
  createList,
  IncydrError,
  type IncydrReader,
  type Org,
  type User,
  type UserRole,
} from "../../src/incydr/index.ts";
import type { Clock } from "../../src/kernel/clock.ts";

/** A clock on which each sleep takes no real time, and sets the clock to its end. */
export function createSkippingClock(startMs = Date.UTC(2026, 10, 1, 9)): Clock & {
  advance(ms: number): void;
} {
  let nowMs = startMs;
  return {
    now: () => new Date(nowMs),
    async sleep(ms, signal) {
      const untilMs = nowMs + ms;
      await setImmediate();
      signal?.throwIfAborted();
      nowMs = Math.max(nowMs, untilMs);
    },
    advance(ms) {
      nowMs += ms;
    },
  };
}

/** A user of the fake tenant. */
export function tenantUser(userId: string, facts: Partial<User> = {}): User {
  return {
    ...{ userId, username: `user${userId}@example.com`, firstName: "User", lastName: userId },
    ...{ active: true, blocked: false, orgGuid: "org-1", orgName: "Sales" },
    ...facts,
  } as User; // the other fields are not read
}

/** A fake tenant of users with pages of 100, which notes the time of each request. */
export function createFakeTenant(options: { clock: Clock; requestsPerMinute?: number; users: User[] }) {
  const { clock, requestsPerMinute = 300 } = options;
  const tenant = {
    users: options.users,
    orgs: [{ orgGuid: "org-1", orgName: "Sales", parentOrgGuid: null, active: true, userCount: 2 } as Org],
    roles: new Map<string, readonly { roleId: string; roleName: string }[]>(),
    /** Throws the error that a request gets; the default throws nothing. */
    beforeRequest: (_name: string): void => {},
  };
  const requests: { readonly name: string; readonly atMs: number; readonly lane: unknown }[] = [];
  const request = (name: string, call: { readonly lane?: unknown } | undefined) => {
    requests.push({ name, atMs: clock.now().getTime(), lane: call?.lane });
    tenant.beforeRequest(name);
  };
  const incydr = {
    limiter: { requestsPerMinute, read: () => ({ requestsPerMinute }) },
    users: {
      async getPage({ pageNum, pageSize }: { pageNum: number; pageSize: number }, call?: object) {
        request(`page ${pageNum}`, call);
        const users = tenant.users.slice((pageNum - 1) * pageSize, pageNum * pageSize);
        return { users, totalCount: tenant.users.length, skipped: 0 };
      },
      async listUserRoles(userId: string, call?: object) {
        request(`roles ${userId}`, call);
        return (tenant.roles.get(userId) ?? []) as readonly UserRole[]; // the other fields are not read
      },
    },
    orgs: {
      async list(_query: object, call?: object) {
        request("orgs", call);
        return createList([...tenant.orgs], { complete: true, skipped: [] });
      },
    },
  } as unknown as IncydrReader; // nothing else is called
  return { tenant, incydr, requests };
}

export function incydrFailure(code: "unavailable" | "unexpected_answer", status: number | null = null) {
  return new IncydrError(code, `It failed: ${code}.`, { sent: "yes", status });
}
