import type { BotStatus, WhoAmI } from "../../src/change-requests/index.ts";

const SINCE = "2026-11-01T09:00:00.000Z";

/** The status of a bot that works, unless the patch differs. */
export function someStatus(patch: Partial<BotStatus> = {}): BotStatus {
  return {
    ...{ freeze: null, isReadOnly: false, isQueueLate: false, stopped: [] },
    parts: [
      { name: "database", state: "ok", since: SINCE, code: null },
      { name: "incydr", state: "ok", since: SINCE, code: null },
    ],
    incydr: { pausedForMs: 0, requestsPerMinute: 300, sharing: "alone", replicas: 1 },
    policyHash: "0123456789abcdef",
    directory: {
      isKept: true,
      users: {
        ...{ readUsers: 320, expectedUsers: 320, isEveryUserRead: true, usersWithRoles: 120 },
        oldestAgeMs: 12 * 60_000,
      },
      orgs: { readOrgs: 7, isEveryOrgRead: true, oldestAgeMs: 60_000 },
    },
    ...{ version: "0.1.0", startedAt: SINCE },
    ...patch,
  };
}

/** An analyst, unless the patch differs. */
export function someWhoAmI(patch: Partial<WhoAmI> = {}): WhoAmI {
  return {
    ...{ slackUserId: "U0MAYA", displayName: "Maya Lindqvist", groupsAgeMinutes: 5 },
    incydr: { user: { userId: "300", username: "maya@example.com" }, by: "email" },
    groups: [
      { handle: "insider-risk-analysts", minutes: null },
      { handle: "responders", minutes: 125 },
    ],
    may: [
      { action: "lookup", changes: null },
      { action: "request", changes: ["deactivate", "add_roles"] },
    ],
    ...patch,
  };
}
