import {
  createLivePolicies,
  createPolicyEngine,
  type LivePolicies,
  loadPolicies,
  PoliciesDifferError,
  type PolicyEngine,
  recordLoaded,
  watchPolicies,
} from "../authorization/index.ts";
import type { UnitOfWork } from "../change-requests/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { messageOf } from "../kernel/errors.ts";
import type { Logger } from "../observability/index.ts";

/**
 * Records in the database the policies that this replica begins with, and follows their files: a sound change
 * decides from then on, a broken one is refused, audited and logged, and the last sound one stays.
 */
export async function followPolicies(options: {
  policies: LivePolicies;
  folder: string;
  uow: UnitOfWork;
  clock: Clock;
  logger: Logger;
  /** Called when other policies decide, who may name other groups. */
  onReplaced: () => Promise<void>;
}): Promise<AsyncDisposable> {
  const { policies, folder, uow, clock, logger, onReplaced } = options;
  await record(policies);
  return watchPolicies(folder, policies.hash, {
    async onLoaded(engine) {
      policies.replaceBy(engine);
      await record(engine);
      await onReplaced();
    },
    async onRefused(error) {
      logger.error(
        { error: messageOf(error), kept: policies.hash.slice(0, 12) },
        "Changed policies were refused.",
      );
      await uow.run(async (tx) => {
        await tx.audit.append({
          kind: "policies.refused",
          at: clock.now(),
          actor: "bot",
          requestId: null,
          subject: null,
          policyHash: policies.hash,
          details: { faults: [...error.faults] },
        });
      });
    },
    onError: (error) => logger.error({ error }, "Changed policies could not be followed."),
  });

  async function record({ hash, groups }: PolicyEngine): Promise<void> {
    const at = clock.now();
    const recorded = await uow.run(async (tx) => {
      const recorded = await recordLoaded(tx.policies, hash, at);
      // The first set is named by every entry that it decides.
      if (recorded.outcome === "recorded") {
        await tx.audit.append({
          kind: "policies.recorded",
          at,
          actor: "bot",
          requestId: null,
          subject: null,
          policyHash: hash,
          details: { groups: [...groups] },
        });
      }
      return recorded;
    });
    if (recorded.outcome === "superseded")
      logger.error(new PoliciesDifferError(hash, recorded.current).message);
    else logger.info({ policies: hash.slice(0, 12), outcome: recorded.outcome }, "Policies loaded.");
  }
}

/** Loads the policies of a folder. @throws {PolicyError} */
export async function openPolicies(folder: string): Promise<LivePolicies> {
  return createLivePolicies(createPolicyEngine(await loadPolicies(folder)));
}
