import { IncydrError, type IncydrErrorCode, type IncydrReader } from "../../../src/incydr/index.ts";

export const USER_ID = "300000000000000001";

/** An active user without roles and other facts. */
const ANSWERS = {
  user: { userId: USER_ID, username: "nadia@example.com", active: true, blocked: false, orgGuid: "org-1" },
  roles: [] as readonly unknown[],
  devices: { devices: [], totalCount: 0, skipped: 0 },
  agents: [] as readonly unknown[],
  matters: [] as readonly unknown[],
  actor: { actorId: "7" },
  watchlists: [] as readonly unknown[],
};

type Part = keyof typeof ANSWERS;

/** An Incydr that gives these answers about one user, and records the arguments of each call. */
export function stubIncydr(answers: Partial<Record<Part, unknown>> = {}) {
  const calls: { readonly part: Part; readonly args: readonly unknown[] }[] = [];
  const answering =
    (part: Part) =>
    async (...args: readonly unknown[]) => {
      calls.push({ part, args });
      const answer = answers[part] ?? ANSWERS[part];
      if (answer instanceof Error) throw answer;
      return typeof answer === "function" ? answer() : answer;
    };
  const incydr = {
    users: {
      getUser: answering("user"),
      listUserRoles: answering("roles"),
      getDevices: answering("devices"),
    },
    agents: { getAgents: answering("agents") },
    legalHold: { mattersOf: answering("matters") },
    actors: { byName: answering("actor") },
    watchlists: { of: answering("watchlists") },
  } as unknown as IncydrReader; // nothing else is called
  return { incydr, calls };
}

export function failure(code: IncydrErrorCode): IncydrError {
  return new IncydrError(code, `It failed: ${code}.`, { sent: "yes" });
}
