import { setImmediate } from "node:timers/promises";
import {
  type CallOptions,
  type IncydrClient,
  type IncydrErrorCode,
  isIncydrError,
  type Lane,
  lanes,
  parseActorId,
  parseOrgGuid,
  parseUserId,
  type RoleId,
  type Sent,
} from "../../src/incydr/index.ts";
import { type CallProfile, callProfileOf } from "./call-profiles.ts";

/** The user of one call, as the tenant had them before. The object can be sent between processes. */
export interface Subject {
  readonly userId: string;
  readonly username: string;
  readonly active: boolean;
  readonly orgGuid: string;
  readonly roleIds: readonly string[];
  /** Whether an active legal hold covers them. */
  readonly onHold: boolean;
  readonly deviceCount: number;
  readonly agentCount: number;
  readonly matterCount: number;
  /** `null` for a user without an actor. */
  readonly actorId: string | null;
}

/** The fields of a user that writes can change. */
export type SubjectState = Pick<Subject, "active" | "orgGuid" | "roleIds">;

/** The end of one call, checked against the earlier state of its subject. */
export interface CallReport {
  readonly n: number;
  readonly kind: string;
  readonly profile: CallProfile["name"];
  readonly isWrite: boolean;
  /** `right`: the expected answer or the expected refusal for this subject. */
  readonly verdict: "right" | "error" | "wrong";
  readonly code: IncydrErrorCode | null;
  readonly sent: Sent | null;
  readonly tookMs: number;
  /** Whether it ended later than its deadline and the delay of a busy process allow. */
  readonly overdue: boolean;
  /** The answer or the thrown value, as JSON. */
  readonly detail: string;
}

interface Kind {
  readonly run: (client: IncydrClient, subject: Subject, options: CallOptions) => Promise<unknown>;
  /** The expected answer; a code if an error is expected. */
  readonly right: (subject: Subject) => unknown;
  /** The expected state of the subject after a write. */
  readonly after?: (subject: Subject) => Partial<SubjectState>;
}

const idOf = (subject: Subject) => parseUserId(subject.userId);
const refusedOnHold = (subject: Subject) => (subject.onHold ? "legal_hold" : false);
const rolesOf = ({ roleIds }: Subject) => roleIds.map((id) => id as RoleId); // the tenant's own
const alerts = "alert-emails";
const desktop = "desktop-user";

/** One call of each of the thirteen methods of `client.users` and of the other methods. The sandbox has these roles. */
const kinds: Readonly<Record<string, Kind>> = {
  getUser: {
    run: async (client, subject, options) => (await client.users.getUser(idOf(subject), options)).username,
    right: ({ username }) => username,
  },
  "getUser by username": {
    run: async (client, { username }, options) => (await client.users.getUser(username, options)).userId,
    right: ({ userId }) => userId,
  },
  getPage: {
    run: async (client, _subject, options) =>
      (await client.users.getPage({ pageSize: 7, pageNum: 2 }, options)).users.length,
    right: () => 7,
  },
  getDevices: {
    run: async (client, subject, options) =>
      (await client.users.getDevices(idOf(subject), {}, options)).totalCount,
    right: ({ deviceCount }) => deviceCount,
  },
  iterAll: {
    run: async (client, { username }, options) => {
      const found: string[] = [];
      for await (const user of client.users.iterAll({ username }, options)) found.push(user.userId);
      return found.length > 0;
    },
    right: () => true,
  },
  getRole: {
    run: async (client, _subject, options) => (await client.users.getRole("Desktop User", options)).roleId,
    right: () => desktop,
  },
  listRoles: {
    run: async (client, _subject, options) =>
      (await client.users.listRoles(options)).some(({ roleId }) => roleId === alerts),
    right: () => true,
  },
  listUserRoles: {
    run: async (client, subject, options) =>
      (await client.users.listUserRoles(idOf(subject), options)).map(({ roleId }) => roleId).sort(),
    right: ({ roleIds }) => [...roleIds].sort(),
  },
  activate: {
    run: async (client, subject, options) => (await client.users.activate(idOf(subject), options)).already,
    right: () => false,
    after: () => ({ active: true }),
  },
  deactivate: {
    run: async (client, subject, options) => (await client.users.deactivate(idOf(subject), options)).already,
    right: refusedOnHold,
    after: ({ onHold, active }) => ({ active: onHold && active }),
  },
  move: {
    run: async (client, subject, options) => {
      const to = parseOrgGuid(subject.orgGuid);
      return (await client.users.move(idOf(subject), to, options)) ?? null;
    },
    right: () => null,
    after: ({ orgGuid }) => ({ orgGuid }),
  },
  addRoles: {
    run: async (client, subject, options) => {
      const answer = await client.users.addRoles(idOf(subject), [alerts, "Desktop User"], options);
      return answer.newlyAssignedRolesIds;
    },
    right: ({ roleIds }) => [desktop, alerts].filter((roleId) => !roleIds.includes(roleId)),
    after: ({ roleIds }) => ({ roleIds: [...new Set([...roleIds, desktop, alerts])] }),
  },
  removeRoles: {
    run: async (client, subject, options) =>
      (await client.users.removeRoles(idOf(subject), desktop, options)).unassignedRolesIds,
    right: ({ roleIds }) => (roleIds.includes(desktop) ? [desktop] : "invalid"),
    after: ({ roleIds }) => ({ roleIds: roleIds.filter((roleId) => roleId !== desktop) }),
  },
  updateRoles: {
    run: async (client, subject, options) =>
      (await client.users.updateRoles(idOf(subject), [desktop, alerts], options)).processedReplacementRoleIds,
    right: () => [desktop, alerts],
    after: () => ({ roleIds: [desktop, alerts] }),
  },
  "addRoles to those expected": {
    run: async (client, subject, options) => {
      const expecting = { ...options, expected: rolesOf(subject) };
      return (await client.users.addRoles(idOf(subject), alerts, expecting)).newlyAssignedRolesIds;
    },
    right: ({ roleIds }) => [alerts].filter((roleId) => !roleIds.includes(roleId)),
    after: ({ roleIds }) => ({ roleIds: [...new Set([...roleIds, alerts])] }),
  },
  "addRoles to others than expected": {
    run: async (client, subject, options) => {
      const expecting = { ...options, expected: rolesOf(subject).slice(1) };
      return client.users.addRoles(idOf(subject), alerts, expecting);
    },
    right: () => "conflict",
    after: () => ({}),
  },
  getAgents: {
    run: async (client, subject, options) =>
      (await client.agents.getAgents(idOf(subject), {}, options)).length,
    right: ({ agentCount }) => agentCount,
  },
  mattersOf: {
    run: async (client, subject, options) =>
      (await client.legalHold.mattersOf(idOf(subject), options)).length,
    right: ({ matterCount }) => matterCount,
  },
  orgs: {
    run: async (client, { orgGuid }, options) =>
      (await client.orgs.get(parseOrgGuid(orgGuid), options)).orgGuid,
    right: ({ orgGuid }) => orgGuid,
  },
  byName: {
    run: async (client, { username }, options) => (await client.actors.byName(username, options)).actorId,
    right: ({ actorId }) => actorId ?? "not_found",
  },
  watchlists: {
    run: async (client, { actorId }, options) =>
      actorId === null
        ? "not_found"
        : Array.isArray(await client.watchlists.of(parseActorId(actorId), options)),
    right: ({ actorId }) => (actorId === null ? "not_found" : true),
  },
};
const kindNames = Object.keys(kinds);

/**
 * Makes the n-th call of the mixture, about its own subject, and checks its end; never throws. `onEnded` gets the
 * answer or the error.
 */
export async function makeCall(
  client: IncydrClient,
  n: number,
  subject: Subject,
  deadlineMs: number,
  onEnded?: (ended: unknown) => void,
): Promise<CallReport> {
  const kind = kindNames[n % kindNames.length] ?? "";
  const { run, right, after } = kinds[kind] ?? {};
  const profile = callProfileOf(n);
  const ownDeadlineMs = profile.deadlineMs ?? deadlineMs;
  const lane: Lane = lanes[Math.floor(n / kindNames.length) % lanes.length] ?? "bulk";
  const startedAtMs = performance.now();
  const isOverdue = watchDeadline(ownDeadlineMs);
  const options = { lane, deadlineMs: ownDeadlineMs, ...profile.options() };
  const ended: unknown = await run?.(client, subject, options).catch((thrown: unknown) => thrown);
  const overdue = isOverdue();
  const tookMs = performance.now() - startedAtMs;
  onEnded?.(ended);
  const error = isIncydrError(ended) ? ended : null;
  const detail = JSON.stringify(ended instanceof Error ? ended.message : ended) ?? "";
  const isRight = JSON.stringify(error?.code ?? ended) === JSON.stringify(right?.(subject));
  return {
    n,
    kind,
    profile: profile.name,
    isWrite: after !== undefined,
    verdict: isRight ? "right" : error ? "error" : "wrong",
    code: error?.code ?? null,
    sent: error?.sent ?? null,
    tookMs,
    overdue,
    detail,
  };
}

/**
 * Starts a timer after the client's own timer for the deadline. The returned function says whether the deadline is
 * over. A busy process delays both timers alike.
 */
function watchDeadline(deadlineMs: number): () => boolean {
  let isOver = false;
  const lateTurns = async () => {
    for (let turn = 0; turn < 200; turn += 1) await setImmediate();
    isOver = true;
  };
  const timer = setTimeout(lateTurns, deadlineMs + 1000);
  return () => {
    clearTimeout(timer);
    return isOver;
  };
}

/** The fault of a call's end, given the later state of its subject; `null` without a fault. */
export function faultOf(
  { kind, profile, verdict, code, sent, isWrite, tookMs, overdue, detail }: CallReport,
  subject: Subject,
  after: SubjectState,
): string | null {
  const wanted = kinds[kind]?.after?.(subject) ?? {};
  const took = shows(after, { ...wanted });
  const fault = (what: string) =>
    `${kind}, ${profile}: ${what} (${code ?? "answer"}, sent ${sent}): ${detail}`;
  const { active, orgGuid, roleIds } = subject;
  const isUntouched = shows(after, { active, orgGuid, roleIds });
  if (overdue) return fault(`took ${Math.round(tookMs)} ms`);
  if (isWrite && profile === "beforeWrite rejects")
    return isUntouched && code ? null : fault("written all the same");
  if (verdict === "wrong") return fault("neither its right answer nor a typed error");
  if (verdict === "right") return took ? null : fault("said to be done, but it isn't");
  const fits =
    transient.includes(code ?? "") ||
    (isWrite && code === "outcome_unknown") ||
    (profile === "aborted" && code === "aborted");
  if (!fits) return fault("not an error that fits");
  return isWrite && sent === "no" && !isUntouched ? fault("said not to be sent, but it was") : null;
}

/** The errors that faults of the network and the server may cause. */
const transient: readonly string[] = [
  "unavailable",
  "timed_out",
  "unexpected_answer",
  "rate_limited",
  "unauthorized",
] satisfies IncydrErrorCode[];

function shows(state: SubjectState, wanted: Partial<SubjectState>): boolean {
  const plain = ({ active, orgGuid, roleIds }: Partial<SubjectState>) =>
    JSON.stringify([active, orgGuid, roleIds && [...roleIds].sort()]);
  return plain({ ...state, ...wanted }) === plain(state);
}
