import {
  createPolicyEngine,
  FRESH,
  type GroupDirectory,
  GroupGoneError,
  type PolicyEngine,
  PolicyError,
  parsePolicies,
} from "../authorization/index.ts";
import type { UnitOfWork } from "../change-requests/index.ts";

/**
 * Makes the function that finds the policies that once had a hash; each set is made once. The groups that they
 * name are read as those of now are, and have to be there still.
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
      // What this version of the bot can't read says nothing any more; nothing is done under it.
      if (error instanceof PolicyError) return null;
      throw error;
    }
  }
}
