import { compareGroup, type Group, type GroupChange, type KnownGroup } from "./group.ts";

/** What is known of groups, within one transaction. */
export interface GroupRepository {
  /** What is known of these groups; nobody else changes it until the transaction ends. */
  known(handles: readonly string[]): Promise<readonly KnownGroup[]>;
  save(group: KnownGroup): Promise<void>;
}

/** One reading of all groups. */
export interface GroupsReading {
  readonly groups: readonly Group[];
  /** Handles that the policies name; of others nothing is kept. */
  readonly named: readonly string[];
  /** When the reading began. */
  readonly readAt: Date;
}

/** Keeps a reading; resolves to what is known of each named group. */
export type RecordGroups = (reading: GroupsReading) => Promise<readonly KnownGroup[]>;

export interface RecordGroupsOptions {
  /** Runs `work` in one transaction, in which `audit` writes down a change. */
  readonly run: <T>(
    work: (tx: { groups: GroupRepository; audit: (change: GroupChange) => Promise<void> }) => Promise<T>,
  ) => Promise<T>;
}

/** Makes the function that keeps what was read of the groups, with each change's audit entry. */
export function createRecordGroups({ run }: RecordGroupsOptions): RecordGroups {
  return ({ groups, named, readAt }) =>
    run(async (tx) => {
      const known = await tx.groups.known(named);
      const result: KnownGroup[] = [];
      for (const handle of named) {
        const before = known.find((each) => each.handle === handle) ?? null;
        const read = groups.find((each) => each.handle === handle) ?? null;
        const { next, change } = compareGroup(before, read, { handle, readAt });
        result.push(next);
        // A reading that began earlier than the last one kept is overtaken: it serves only whoever asked for it.
        if (before && (!change || before.readAt > readAt)) continue;
        await tx.groups.save(next);
        if (change) await tx.audit(change);
      }
      return result;
    });
}
