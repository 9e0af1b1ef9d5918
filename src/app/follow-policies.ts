import { policiesRecorded, policiesRefused } from "../audit/index.ts";
import {
  createLivePolicies,
  createPolicyEngine,
  FRESH,
  type GroupDirectory,
  GroupGoneError,
  type LivePolicies,
  loadPolicies,
  PoliciesDifferError,
  type PolicyEngine,
  PolicyError,
  type PolicySet,
  parsePolicies,
  type Recorded,
  recordLoaded,
  watchPolicies,
} from "../authorization/index.ts";
import type { UnitOfWork } from "../change-requests/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { withNewCorrelation } from "../kernel/correlation.ts";
import type { Logger } from "../observability/index.ts";

/** The policies of a replica's start. */
export interface OpenPolicies {
  readonly set: PolicySet;
  readonly live: LivePolicies;
}

/**
 * Records the policies of this replica's start in the database, and watches their files. Valid changed files take effect
 * at once. The bot refuses broken, incomplete or superseded files with a log line and an audit entry, and keeps the last
 * valid policies. It tries policies that need `policy accept` again until that command has run.
 */
export async function followPolicies(options: {
  policies: OpenPolicies;
  folder: string;
  uow: UnitOfWork;
  clock: Clock;
  logger: Logger;
  /** Called when new policies are in force, which may name other groups. */
  onReplaced: () => Promise<void>;
}): Promise<AsyncDisposable> {
  const { policies, folder, uow, clock, logger, onReplaced } = options;
  const { live } = policies;
  const isDeciding = faultOf(policies.set, await record(policies.set, live.groups)) === null;
  return watchPolicies(folder, isDeciding ? live.hash : null, {
    onLoaded: (set, isAgain) => withNewCorrelation(() => take(set, isAgain)),
    onRefused: (error) => withNewCorrelation(() => refuse(error.faults)),
    onError: (error) => logger.error({ error }, "The bot could not load changed policies. It tries again."),
  });

  /** Loads changed policies; resolves to whether they are in force now. */
  async function take(set: PolicySet, isAgain: boolean): Promise<boolean> {
    const engine = createPolicyEngine(set);
    const fault = faultOf(set, await record(set, engine.groups));
    if (fault) {
      if (!isAgain) await refuse([fault]);
      return false;
    }
    live.replaceBy(engine);
    await onReplaced();
    return true;
  }

  async function refuse(faults: readonly string[]): Promise<void> {
    logger.error({ error: new PolicyError(faults).message, kept: live.hash.slice(0, 12) }, REFUSED);
    await uow.run(async (tx) => {
      const occasion = { actor: "bot", at: clock.now(), policyHash: live.hash } as const;
      await tx.audit.append(policiesRefused(occasion, faults));
    });
  }

  async function record(set: PolicySet, groups: readonly string[]): Promise<Recorded> {
    const at = clock.now();
    const { hash } = set;
    const recorded = await uow.run(async (tx) => {
      const recorded = await recordLoaded(tx.policies, set, at);
      // The very first set needs no entry, since each entry of a decision names its policies.
      if (recorded.outcome === "recorded") {
        await tx.audit.append(policiesRecorded({ actor: "bot", at, policyHash: hash }, groups));
      }
      return recorded;
    });
    logger.debug({ policies: hash.slice(0, 12), outcome: recorded.outcome }, "Policies read.");
    return recorded;
  }
}

const REFUSED = "Changed policies were refused. This replica keeps the policies in `kept`.";

/** The reason why a valid set isn't in force; `null` if it is. */
function faultOf({ hash }: PolicySet, recorded: Recorded): string | null {
  switch (recorded.outcome) {
    case "superseded":
      return new PoliciesDifferError(hash, recorded.current).message;
    case "incomplete":
      return `${recorded.lost.join(", ")}: the file is missing, but its rules are in force. To remove the rules, run: npm run cli -- policy accept`;
    default:
      return null;
  }
}

/** @throws {PolicyError} if the folder has no valid policies */
export async function openPolicies(folder: string): Promise<OpenPolicies> {
  const set = await loadPolicies(folder);
  return { set, live: createLivePolicies(createPolicyEngine(set)) };
}

/**
 * Makes the function that loads earlier policies by their hash, each once.
 * @throws {GroupGoneError} if a group that the policies name is gone
 */
export function createEarlierPolicies({ uow, groups }: { uow: UnitOfWork; groups: GroupDirectory }) {
  const engines = new Map<string, PolicyEngine>();

  return async function earlierPolicies(hash: string): Promise<PolicyEngine | null> {
    const engine = engines.get(hash) ?? (await load(hash));
    if (!engine) return null;
    engines.set(hash, engine);
    groups.readAlso(engine.groups);
    const gone = (await groups.groups(FRESH)).filter(
      ({ handle, isGone }) => isGone && engine.groups.includes(handle),
    );
    if (gone.length > 0) throw new GroupGoneError(gone.map(({ handle }) => handle));
    return engine;
  };

  async function load(hash: string): Promise<PolicyEngine | null> {
    const sources = await uow.read(({ policies }) => policies.sources(hash));
    try {
      return sources && createPolicyEngine(parsePolicies(sources));
    } catch (error) {
      // This version of the bot can't read these policies, so it decides nothing by them.
      if (error instanceof PolicyError) return null;
      throw error;
    }
  }
}
