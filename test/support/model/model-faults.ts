import { sql } from "kysely";
import { FOUND_GONE } from "../../../src/change-requests/model/grant.ts";
import {
  GRANT_EVENTS,
  type GrantState,
  isOpenGrant,
  nextGrantState,
} from "../../../src/change-requests/model/grant-states.ts";
import {
  nextRequestState,
  nextTargetState,
  REQUEST_EVENTS,
  type RequestState,
  TARGET_EVENTS,
  type TargetState,
} from "../../../src/change-requests/model/state-machine.ts";
import type { ModelWrite } from "./model-incydr.ts";
import type { Made, Step } from "./model-steps.ts";
import { DECIDERS, type ModelWorld, SUBJECTS } from "./model-world.ts";

interface Stored {
  readonly id: number;
  readonly state: RequestState;
  readonly target: TargetState;
  readonly kind: string;
  readonly username: string;
  readonly needed: number;
  readonly requester: string;
  /** The approved facts of the subject; `null` where the change doesn't depend on them. */
  readonly snapshot: { readonly active: boolean | null; readonly roleIds: readonly string[] | null };
  readonly approvers: readonly string[];
  /** Kinds of its audit entries, oldest first. */
  readonly audited: readonly string[];
  /** The role that it gave for a limited time; `null` if it gave none. A request of the model has one role. */
  readonly grant: StoredGrant | null;
}

interface StoredGrant {
  readonly state: GrantState;
  readonly role: string;
  /** The end in ISO 8601; earlier if a person revoked the grant. */
  readonly endsAt: string;
  readonly isEndedEarly: boolean;
  readonly failedAttempts: number;
  readonly explanation: string | null;
}

/** All faults of the end of a run, in words. */
export async function faultsOf(
  world: ModelWorld,
  made: readonly Made[],
  steps: readonly Step[],
): Promise<string[]> {
  const { rows } = await sql<Stored>`
    select r.id::int, r.state, t.state as target, r.change->>'kind' as kind, t.username,
      r.approvals_needed as needed, r.requester_slack_id as requester,
      t.snapshot,
      array(select approver_slack_id from decisions d
        where d.request_id = r.id and verdict = 'approval' and not void) as approvers,
      array(select kind from audit_entries where request_id = 'CR-' || r.id order by seq) as audited,
      (select jsonb_build_object('state', state, 'role', role_id, 'endsAt', ends_at,
        'isEndedEarly', ended_by_slack_id is not null, 'failedAttempts', failed_attempts, 'explanation', explanation)
        from grants g where g.request_id = r.id) as grant
    from change_requests r join targets t on t.request_id = r.id
    where r.id = any(${made.map(({ id }) => id)})`.execute(world.db);
  const lost = made
    .filter(({ id }) => !rows.some((row) => row.id === id))
    .map(({ id }) => `CR-${id} is lost`);
  return [
    ...lost,
    ...rows.flatMap((row) => [
      ...unfinished(row),
      ...openAfterItsEnd(world, row),
      ...unaudited(row),
      ...unentitled(row),
      ...wrongCard(world, row),
    ]),
    ...wrongEffects(world, rows, steps),
    ...unseen(world, rows),
    ...writtenInFreeze(world),
  ];
}

function unfinished({ id, state, target }: Stored): string[] {
  const isOpen = ["approved", "executing"].includes(state) || ["executing", "unknown"].includes(target);
  return isOpen ? [`CR-${id} never ended: ${state}, ${target}`] : [];
}

function openAfterItsEnd(world: ModelWorld, { id, grant }: Stored): string[] {
  if (!grant || !isOpenGrant(grant.state)) return [];
  const isOver = grant.state === "revoking" || new Date(grant.endsAt) <= world.now();
  return isOver ? [`CR-${id}'s grant is open after its end: ${grant.state}`] : [];
}

/** Expects that each state follows from the previous state by the table, and has its audit entry. */
function unaudited({ id, state, target, audited, grant }: Stored): string[] {
  const request = follow(statesIn(audited, "request."), "pending", REQUEST_EVENTS, (from, event) =>
    nextRequestState(from as RequestState, event),
  );
  const subject = follow(statesIn(audited, "target."), "waiting", TARGET_EVENTS, (from, event) =>
    nextTargetState(from as TargetState, event),
  );
  const faults: string[] = [];
  if (request !== state) faults.push(`CR-${id} is ${state}, its audit entries tell ${request}: ${audited}`);
  if (subject !== target)
    faults.push(`CR-${id}'s target is ${target}, its audit entries tell ${subject}: ${audited}`);
  const grants = audited.filter((kind) => !GRANT_NOTES.includes(kind));
  const [begun = null, ...later] = statesIn(grants, "grant.");
  const told =
    begun && follow(later, begun, GRANT_EVENTS, (from, event) => nextGrantState(from as GrantState, event));
  if (told !== (grant?.state ?? null))
    faults.push(`CR-${id}'s grant is ${grant?.state}, its audit entries tell ${told}: ${audited}`);
  return faults;
}

/** Audit entries about a grant that stays in its state. */
const GRANT_NOTES = ["grant.warned", "grant.attempt_failed"];

function statesIn(audited: readonly string[], prefix: string): string[] {
  return audited
    .filter((kind) => kind.startsWith(prefix) && kind !== "request.created")
    .map((kind) => kind.slice(prefix.length));
}

/**
 * The last state if each state can follow from the previous state; otherwise the first transition that is impossible.
 */
function follow<Event extends string>(
  states: readonly string[],
  first: string,
  events: readonly Event[],
  next: (from: string, event: Event) => { to: string },
): string {
  let from = first;
  for (const to of states) {
    const leads = events.some((event) => {
      try {
        return next(from, event).to === to;
      } catch {
        return false;
      }
    });
    if (!leads) return `${from}, then impossibly ${to}`;
    from = to;
  }
  return from;
}

/** Expects that a begun request has approvals by different leads, who are neither its requester nor its subject. */
function unentitled({ id, needed, requester, username, approvers, audited }: Stored): string[] {
  if (!audited.includes("target.executing") && !audited.includes("target.already")) return [];
  const entitled = DECIDERS.filter(
    ({ slackUserId, email }) => slackUserId !== requester && email !== username,
  ).map(({ slackUserId }) => slackUserId);
  const good = new Set(approvers.filter((approver) => entitled.includes(approver)));
  const isRight = good.size === approvers.length && good.size >= Math.max(needed, 1);
  return isRight ? [] : [`CR-${id} by ${requester} was carried out with ${approvers} of ${needed}`];
}

function wrongCard({ cards }: ModelWorld, { id, state, target, grant }: Stored): string[] {
  const shows = cards.get(id);
  const is = [state, target, ...(grant ? [grant.state] : [])].join(" ");
  return shows === is ? [] : [`CR-${id} is ${is}, its card shows ${shows}`];
}

/**
 * Expects that each verified change and each revoked grant took effect once, and no other change did. Ignores users
 * whom another person changed. If a grant had failed attempts, its removal may have taken effect before a request ended
 * the grant. The revoker never treats such a removal as a change by another person.
 */
function wrongEffects({ tenant }: ModelWorld, rows: readonly Stored[], steps: readonly Step[]): string[] {
  const edited = new Set(
    steps.flatMap((step) => (step.does === "edit" ? [SUBJECTS[step.about % SUBJECTS.length]] : [])),
  );
  return tenant.users
    .filter(({ username }) => !edited.has(username))
    .flatMap(({ userId, username }) => {
      const theirs = rows.filter((row) => row.username === username);
      const grants = theirs.flatMap(({ grant }) => grant ?? []);
      const kinds = new Set([...theirs.map(({ kind }) => kind), ...(grants.length > 0 ? [REMOVAL] : [])]);
      return [...kinds].flatMap((kind) => {
        const verified = theirs.filter((row) => row.kind === kind && row.target === "verified").length;
        const revoked = kind === REMOVAL ? grants.filter(({ state }) => state === "revoked").length : 0;
        const perhaps = kind === REMOVAL ? grants.filter(isPerhapsRemoved).length : 0;
        const effects = tenant.writes.filter(
          (write) => write.userId === userId && write.kind === kind && hasEffect(write),
        ).length;
        const least = verified + revoked;
        return effects >= least && effects <= least + perhaps
          ? []
          : [
              `${kind} of ${username}: ${effects} effects, ${verified} verified requests, ${revoked} revoked grants`,
            ];
      });
    });
}

const REMOVAL = "remove_roles";

function isPerhapsRemoved({ state, failedAttempts, explanation }: StoredGrant): boolean {
  return state === "superseded" && failedAttempts > 0 && !FOUND_GONE.includes(explanation ?? "");
}

function hasEffect({ before, after }: ModelWrite): boolean {
  return before !== after;
}

/**
 * Expects no write to a user who differed from the approved facts, and no removal of a temporary role before its end.
 */
function unseen({ tenant }: ModelWorld, rows: readonly Stored[]): string[] {
  return tenant.writes.filter(hasEffect).flatMap((write) => {
    const { userId, kind, before } = write;
    const username = tenant.users.find((user) => user.userId === userId)?.username;
    if (rows.some((row) => row.username === username && row.grant && isEndOf(row.grant, write))) return [];
    const approved = rows.some(({ snapshot, ...row }) => {
      if (row.username !== username || row.kind !== kind) return false;
      const [state = "", roles = ""] = before.split(": ");
      const isSameState = snapshot.active === null || snapshot.active === (state === "active");
      return isSameState && (snapshot.roleIds === null || snapshot.roleIds.join(" ") === roles);
    });
    return approved ? [] : [`${kind} of ${username} was written when they were ${before}`];
  });
}

/** Whether the write took away this temporary role alone, at its end. */
function isEndOf(grant: StoredGrant, { kind, before, after, at }: ModelWrite): boolean {
  const isAtEnd = grant.isEndedEarly || at >= new Date(grant.endsAt);
  const left = before.split(" ").filter((word) => word !== grant.role);
  return kind === REMOVAL && isAtEnd && left.join(" ") === after.trimEnd();
}

function writtenInFreeze({ tenant }: ModelWorld): string[] {
  return tenant.writes
    .filter(({ isFrozen }) => isFrozen)
    .map(({ userId, kind }) => `${kind} of ${userId} was written while all changes were stopped`);
}
