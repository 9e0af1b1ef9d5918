import {
  createRecordGroups,
  type GroupChange,
  type KnownGroup,
  type RecordGroups,
} from "../../src/authorization/index.ts";

/** The known groups, kept in memory. */
export interface MemoryGroups {
  readonly record: RecordGroups;
  readonly known: ReadonlyMap<string, KnownGroup>;
  /** The changes that were to be audited, oldest first. */
  readonly changes: readonly GroupChange[];
}

export function createMemoryGroups(): MemoryGroups {
  const known = new Map<string, KnownGroup>();
  const changes: GroupChange[] = [];
  const record = createRecordGroups({
    run: (work) =>
      work({
        groups: {
          known: async (handles) => [...known.values()].filter(({ handle }) => handles.includes(handle)),
          save: async (group) => void known.set(group.handle, group),
        },
        audit: async (change) => void changes.push(change),
      }),
  });
  return { record, known, changes };
}
