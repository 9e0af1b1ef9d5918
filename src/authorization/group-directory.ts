import { type Clock, isFresh } from "../kernel/clock.ts";
import { DirectoryUnavailableError } from "./authorization-errors.ts";
import type { GroupSource, KnownGroup } from "./group.ts";
import type { Freshness } from "./person.ts";
import type { RecordGroups } from "./record-groups.ts";

export interface GroupDirectory {
  /**
   * Every named group that was ever read.
   * @throws {DirectoryUnavailableError} if no reading is fresh enough
   */
  groups(freshness: Freshness): Promise<readonly KnownGroup[]>;
  /** Whether the policies name a group, by its id or handle; yes before the first reading. */
  isNamed(group: { readonly groupId: string; readonly handle: string | null }): boolean;
  /** Handles that the current policies name. */
  named(): readonly string[];
  /** Also reads these groups of earlier policies from now on. */
  readAlso(handles: readonly string[]): void;
  /** Discards the last reading, and reads again. */
  refresh(): Promise<void>;
}

interface Reading {
  readonly value: Promise<readonly KnownGroup[]>;
  readonly atMs: number;
}

export interface GroupDirectoryOptions {
  readonly source: GroupSource;
  readonly record: RecordGroups;
  /** Handles that the current policies name. */
  readonly named: () => readonly string[];
  readonly clock: Clock;
  /** Measures the age of a reading; default `clock`. */
  readonly ages?: Clock;
}

/**
 * Creates a directory that reads all groups together. Callers share a reading, also one under way, while it is fresh
 * enough. `record` stores each reading, so that the time of joining a group survives a restart.
 */
export function createGroupDirectory({
  source,
  record,
  named,
  clock,
  ages = clock,
}: GroupDirectoryOptions): GroupDirectory {
  let latest: Reading | null = null;
  let ids: ReadonlySet<string> | null = null;
  const namedEarlier = new Set<string>();
  const everNamed = () => [...new Set([...named(), ...namedEarlier])];

  const directory: GroupDirectory = {
    groups(freshness) {
      if (latest && isFresh(latest, nowMs(), freshness.maxAgeMs)) return latest.value;
      const earlier = latest;
      const reading: Reading = { value: read(), atMs: nowMs() };
      latest = reading;
      reading.value.catch(async (error: unknown) => {
        const fallback = await fallbackReading(earlier, error);
        if (latest === reading) latest = fallback;
      });
      return reading.value;
    },

    isNamed({ groupId, handle }) {
      return !ids || ids.has(groupId) || (handle !== null && everNamed().includes(handle));
    },

    named,

    readAlso(handles) {
      if (handles.some((handle) => !everNamed().includes(handle))) latest = null;
      for (const handle of handles) namedEarlier.add(handle);
    },

    async refresh() {
      latest = null;
      await directory.groups({ maxAgeMs: 0, everyGroup: false });
    },
  };
  return directory;

  async function read(): Promise<readonly KnownGroup[]> {
    const readAt = clock.now();
    const groups = await source.read();
    const known = await record({ groups, named: everNamed(), readAt });
    ids = new Set(known.map(({ groupId }) => groupId));
    return known;
  }

  function nowMs(): number {
    return ages.now().getTime();
  }
}

/** If Slack did not answer, the earlier reading remains for callers for which it is fresh enough. */
async function fallbackReading(earlier: Reading | null, error: unknown): Promise<Reading | null> {
  if (!earlier || !(error instanceof DirectoryUnavailableError)) return null;
  return earlier.value.then(
    () => earlier,
    () => null,
  );
}

/** The groups of the configuration, for a workspace without user groups. */
export function createConfiguredGroups(members: ReadonlyMap<string, readonly string[]>): GroupSource {
  const groups = [...members].map(([handle, memberIds]) => ({ handle, groupId: "configured", memberIds }));
  return { read: async () => groups };
}
