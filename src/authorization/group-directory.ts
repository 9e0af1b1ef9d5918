import { type Clock, isFresh } from "../kernel/clock.ts";
import { DirectoryUnavailableError } from "./authorization-errors.ts";
import type { GroupSource, KnownGroup } from "./group.ts";
import type { Freshness } from "./person.ts";
import type { RecordGroups } from "./record-groups.ts";

/** Who is in which of the groups that the policies name. */
export interface GroupDirectory {
  /**
   * What is known of each named group that was ever read, as fresh as asked.
   * @throws {DirectoryUnavailableError} when they can't be read as fresh as asked.
   */
  groups(freshness: Freshness): Promise<readonly KnownGroup[]>;
  /** Whether a group, by its id or its handle, is one that the policies name; yes where nothing is known yet. */
  isNamed(group: { readonly groupId: string; readonly handle: string | null }): boolean;
  /** Handles that the policies of now name. */
  named(): readonly string[];
  /** Reads these from now on too: policies that once decided name them. */
  readAlso(handles: readonly string[]): void;
  /** Throws away what is remembered, and reads anew. */
  refresh(): Promise<void>;
}

interface Reading {
  readonly value: Promise<readonly KnownGroup[]>;
  readonly atMs: number;
}

export interface GroupDirectoryOptions {
  readonly source: GroupSource;
  readonly record: RecordGroups;
  /** Handles that the policies name at the moment. */
  readonly named: () => readonly string[];
  readonly clock: Clock;
  /** Measures the age of a reading; default `clock`. */
  readonly ages?: Clock;
}

/**
 * Reads all groups at once, remembers them as long as whoever asks allows, and keeps each reading: since when
 * somebody is in a group is known across restarts. What is under way is shared, not asked again.
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
        const serving = await fallbackReading(earlier, error);
        if (latest === reading) latest = serving;
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

/** What was known before a reading that failed: where Slack didn't answer, those whom it is fresh enough keep it. */
async function fallbackReading(earlier: Reading | null, error: unknown): Promise<Reading | null> {
  if (!earlier || !(error instanceof DirectoryUnavailableError)) return null;
  return earlier.value.then(
    () => earlier,
    () => null,
  );
}

/** Groups as the configuration lists them, for a workspace without user groups. */
export function createConfiguredGroups(members: ReadonlyMap<string, readonly string[]>): GroupSource {
  const groups = [...members].map(([handle, memberIds]) => ({ handle, groupId: "configured", memberIds }));
  return { read: async () => groups };
}
