import type { BenchWorld } from "../open-world.ts";
import { type PromisedGrant, TEMPORARY_ROLE } from "./grants.ts";
import { APPROVALS } from "./operators.ts";

/** The faults of temporary roles after their end. */
export interface GrantFaults {
  readonly lost: readonly string[];
  readonly unfinished: readonly string[];
  readonly repeated: readonly string[];
  readonly wrongMessages: readonly string[];
}

/** Expects that Incydr's write log has one assignment and one removal of each role, and that the card shows both. */
export async function checkGrants(
  world: BenchWorld,
  promises: readonly PromisedGrant[],
): Promise<GrantFaults> {
  const { db, sandbox } = world;
  const { rows } = await db.query<{ id: number; state: string }>(
    "select request_id::int as id, state from grants",
  );
  const stateOf = (requestId: number | null) =>
    rows.find(({ id }) => id === requestId)?.state ?? "never given";
  const seen = sandbox.slack.as("theo").sees(APPROVALS);
  const faults = { lost: [] as string[], unfinished: [] as string[], repeated: [] as string[] };
  const wrongMessages: string[] = [];
  for (const { username, submitted, requestId } of promises) {
    const name = requestId === null ? `a role for ${username}` : `CR-${requestId}`;
    if (submitted && requestId === null)
      faults.lost.push(`${name}: the form was acknowledged, but there is no request`);
    const state = stateOf(requestId);
    if (state !== "revoked") faults.unfinished.push(`${name}: the role is ${state}`);
    const { given, taken } = effectsFor(world, username);
    if (given !== 1 || taken !== 1)
      faults.repeated.push(`${name}: given ${given} times and taken away ${taken} times`);
    const posted = (text: string) => seen.filter(({ plain }) => plain.startsWith(`${name}${text}`));
    if (!posted(" ·").every(({ plain }) => plain.includes("↩️ Removed")))
      wrongMessages.push(`${name}: the card doesn't say that the role was taken away`);
    if (posted(": temporary roles removed and verified").length !== 1)
      wrongMessages.push(
        `${name}: the end is announced ${posted(": temporary roles removed and verified").length} times`,
      );
  }
  return { ...faults, wrongMessages };
}

/** How often the role was assigned and removed in Incydr. */
function effectsFor({ sandbox }: BenchWorld, username: string): { given: number; taken: number } {
  const { userId } = sandbox.incydr.tenant.user(username);
  const writes = sandbox.incydr.writeLog().filter((write) => write.applied && write.userId === userId);
  const had = (roleIds: readonly string[] | undefined) => roleIds?.includes(TEMPORARY_ROLE.id) ?? false;
  const changes = writes.map(({ before, after }) => [had(before?.roleIds), had(after?.roleIds)] as const);
  return {
    given: changes.filter(([before, after]) => !before && after).length,
    taken: changes.filter(([before, after]) => before && !after).length,
  };
}
