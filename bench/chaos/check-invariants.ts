import { verifyChain } from "../../src/audit/index.ts";
import { createAuditReader, openDatabase } from "../../src/persistence/index.ts";
import type { BenchWorld } from "../open-world.ts";
import type { PromisedBulk } from "./bulk.ts";
import { checkBulk } from "./check-bulk.ts";
import { checkGrants } from "./check-grants.ts";
import type { PromisedGrant } from "./grants.ts";
import { APPROVALS, type Promised } from "./operators.ts";

/** The result as the database, Incydr's write log and the views in Slack show it. */
export interface InvariantReport {
  readonly requests: number;
  /** Changed subjects, including the subjects of the bulk. */
  readonly verified: number;
  /** Requested temporary roles. */
  readonly temporaryRoles: number;
  /** Acknowledged forms without a request, and acknowledged approvals without a decision. */
  readonly lost: readonly string[];
  /** Requests that have not ended, or ended in another way than requested. */
  readonly unfinished: readonly string[];
  /** Changes that took effect more or less often than they were approved. */
  readonly repeated: readonly string[];
  /** Users of the bulk whose change was interrupted three times, and provably did not happen. */
  readonly givenUp: number;
  /** Writes that were repeated after a lost answer, and had no further effect. */
  readonly resent: number;
  readonly chainFaults: readonly string[];
  /** Missing, repeated or wrong cards and audit messages. */
  readonly wrongMessages: readonly string[];
}

export async function checkInvariants(
  world: BenchWorld,
  done: {
    readonly promises: readonly Promised[];
    readonly bulk: PromisedBulk;
    readonly grants: readonly PromisedGrant[];
  },
): Promise<InvariantReport> {
  const { promises, bulk, grants } = done;
  const { db, sandbox } = world;
  const { rows: requests } = await db.query<StoredRequest>(
    `select r.id::int, r.state, r.change->>'kind' as kind, t.username, t.state as target,
       (select count(*)::int from decisions d where d.request_id = r.id and not void) as decisions
     from change_requests r join targets t on t.request_id = r.id order by r.id`,
  );
  const ofBulk = await checkBulk(world, bulk);
  const ofGrants = await checkGrants(world, grants);
  const single = requests.filter(({ id }) => id !== bulk.requestId);
  const byId = new Map(requests.map((request) => [request.id, request]));
  const lost = promises.flatMap(({ username, kind, submitted, approved, requestId }) => {
    const request = requestId === null ? undefined : byId.get(requestId);
    if (submitted && !request)
      return [`${kind} ${username}: the form was acknowledged, but there is no request`];
    if (approved && request?.decisions === 0)
      return [`CR-${request.id}: the click was acknowledged, but there is no decision`];
    return [];
  });
  const asked = new Set(promises.map(({ requestId }) => requestId));
  const unfinished = requests
    .filter(({ id, state, target }) => asked.has(id) && !(state === "done" && isGood(target)))
    .map(({ id, state, target }) => `CR-${id}: ${state}, ${target}`);

  const writes = sandbox.incydr.writeLog().filter(({ applied }) => applied);
  const effects = writes.filter(
    ({ before, after }) =>
      before?.active !== after?.active || String(before?.roleIds) !== String(after?.roleIds),
  );
  const repeated = [...new Set(requests.map(({ username }) => username))].flatMap((username) => {
    const { userId } = sandbox.incydr.tenant.user(username);
    return ["deactivate", "activate"].flatMap((kind) => {
      const wanted = requests.filter(
        (each) => each.username === username && each.kind === kind && each.target === "verified",
      ).length;
      const got = effects.filter((write) => write.userId === userId && write.kind === kind).length;
      return got === wanted ? [] : [`${kind} ${username}: ${got} effects for ${wanted} verified requests`];
    });
  });
  return {
    requests: single.length + 1,
    verified: requests.filter(({ target }) => target === "verified").length,
    temporaryRoles: grants.length,
    givenUp: ofBulk.givenUp.length,
    lost: [...lost, ...ofBulk.lost, ...ofGrants.lost],
    unfinished: [...unfinished, ...ofBulk.unfinished, ...ofGrants.unfinished],
    repeated: [...repeated, ...ofGrants.repeated],
    resent: writes.length - effects.length,
    chainFaults: await chainFaults(world),
    wrongMessages: [
      ...wrongCards(world, single),
      ...ofBulk.wrongMessages,
      ...ofGrants.wrongMessages,
      ...(await wrongAuditMessages(world)),
    ],
  };
}

interface StoredRequest {
  readonly id: number;
  readonly state: string;
  readonly kind: string;
  readonly username: string;
  readonly target: string;
  readonly decisions: number;
}

function isGood(target: string): boolean {
  return target === "verified" || target === "already";
}

async function chainFaults({ sandbox }: BenchWorld): Promise<string[]> {
  const connectionString = sandbox.env.DATABASE_URL ?? "";
  await using database = openDatabase({ connectionString, log: () => {} });
  const { faults } = await verifyChain(createAuditReader(database.db).all());
  return faults.map((fault) => JSON.stringify(fault));
}

/** Expects one card for each request, with the state of the database. */
function wrongCards({ sandbox }: BenchWorld, requests: readonly StoredRequest[]): string[] {
  const seen = sandbox.slack.as("theo").sees(APPROVALS);
  return requests.flatMap(({ id, state, target }) => {
    const cards = seen.filter(({ plain, threadTs }) => !threadTs && plain.startsWith(`CR-${id} ·`));
    const [card] = cards;
    if (!card || cards.length !== 1) return [`CR-${id}: ${cards.length} cards`];
    if (state !== "done" || !isGood(target)) return [];
    const shown = target === "verified" ? /Done and verified/ : /already/i;
    const faults = shown.test(card.plain) ? [] : [`CR-${id}: ${target}, but the card says\n${card.plain}`];
    const posted = seen.filter(
      ({ plain, threadTs }) => threadTs === card.ts && plain.startsWith(`CR-${id} approved`),
    );
    return posted.length === 1
      ? faults
      : [...faults, `CR-${id}: the approval is announced ${posted.length} times`];
  });
}

/** Expects every audit entry in the audit channel, once and in order. */
export async function wrongAuditMessages({ sandbox, db }: BenchWorld): Promise<string[]> {
  const { rows } = await db.query<{ seq: number }>("select max(seq)::int as seq from audit_entries");
  const posted = sandbox.slack
    .as("theo")
    .sees("insider-risk-audit")
    .flatMap(({ plain }) => [...plain.matchAll(/^• #(\d+) /gm)].map(([, seq]) => Number(seq)));
  const isRight = posted.length === rows[0]?.seq && posted.every((seq, index) => seq === index + 1);
  return isRight ? [] : [`the audit channel shows ${posted.length} of ${rows[0]?.seq} entries`];
}
