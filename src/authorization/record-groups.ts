import { compareGroup, type Group, type GroupChange, type KnownGroup } from "./group.ts";

export interface GroupRepository {
  /** Reads these groups, locked until the transaction ends. */
  known(handles: readonly string[]): Promise<readonly KnownGroup[]>;
  save(group: KnownGroup): Promise<void>;
}

export interface GroupsReading {
  readonly groups: readonly Group[];
  /** Handles that the policies name; other groups are not stored. */
  readonly named: readonly string[];
  /** When the reading began. */
  readonly readAt: Date;
}

/** Stores a reading; resolves to the state of each named group. */
export type RecordGroups = (reading: GroupsReading) => Promise<readonly KnownGroup[]>;

/** Creates the function that stores a reading with an audit entry for each change. `run` runs one transaction. */
export function createRecordGroups({
  run,
}: {
  readonly run: <T>(
    work: (tx: { groups: GroupRepository; audit: (change: GroupChange) => Promise<void> }) => Promise<T>,
  ) => Promise<T>;
}): RecordGroups {
  return ({ groups, named, readAt }) =>
    run(async (tx) => {
      const known = await tx.groups.known(named);
      const result: KnownGroup[] = [];
      for (const handle of named) {
        const before = known.find((each) => each.handle === handle) ?? null;
        const read = groups.find((each) => each.handle === handle) ?? null;
        const { next, change } = compareGroup(before, read, { handle, readAt });
        result.push(next);
        // A reading that began before the stored one is out of date. Only its own caller gets it.
        if (before && (!change || before.readAt > readAt)) continue;
        await tx.groups.save(next);
        if (change) await tx.audit(change);
      }
      return result;
    });
}
