/** A user group as it was read at one moment. */
export interface Group {
  readonly handle: string;
  /** Slack's id of it: a new group under the handle of an old one has another. */
  readonly groupId: string;
  /** Slack ids of its members. */
  readonly memberIds: readonly string[];
}

/** Where groups are read from: Slack, or the configuration. */
export interface GroupSource {
  /**
   * Every group there is, with its members.
   * @throws {DirectoryUnavailableError}
   */
  read(): Promise<readonly Group[]>;
}

/** What is remembered of a group that the policies name; it outlives the process. */
export interface KnownGroup {
  readonly handle: string;
  /** Empty as long as there has been no such group. */
  readonly groupId: string;
  /** When the reading began from which this comes, the last that showed a change. */
  readonly readAt: Date;
  /** It was renamed, disabled or deleted since it was first read. */
  readonly isGone: boolean;
  /** Slack id → since when they are in it; `null`: they were in it when it was first read. */
  readonly members: ReadonlyMap<string, Date | null>;
}

/** How a group differs from what was known of it. */
export interface GroupChange {
  readonly handle: string;
  /** `created`, `replaced`: a first or another group has the handle now; `gone`: none has it any more. */
  readonly what: "members" | "created" | "replaced" | "gone";
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Compares what is known of a group with what a reading shows of it (`null`: no such group): what is to be
 * known from now on, and what to tell of it. Who is there at the very first reading has been there for long
 * enough; everybody who comes later, also by a group's being made later or taking over the handle, is in it
 * since then.
 */
export function compareGroup(
  known: KnownGroup | null,
  read: Group | null,
  { handle, readAt }: { handle: string; readAt: Date },
): { next: KnownGroup; change: GroupChange | null } {
  if (!known) {
    if (!read)
      return { next: { handle, groupId: "", readAt, isGone: false, members: new Map() }, change: null };
    const members = new Map(read.memberIds.map((id) => [id, null]));
    return { next: { handle, groupId: read.groupId, readAt, isGone: false, members }, change: null };
  }
  if (!read) {
    if (known.isGone || known.groupId === "") return { next: known, change: null };
    const change: GroupChange = { handle, what: "gone", added: [], removed: [...known.members.keys()] };
    return { next: { ...known, readAt, isGone: true, members: new Map() }, change };
  }
  const isReplaced = known.isGone || known.groupId !== read.groupId;
  const earlier = isReplaced ? new Map<string, Date | null>() : known.members;
  const members = new Map(
    read.memberIds.map((id) => [id, earlier.has(id) ? (earlier.get(id) ?? null) : readAt]),
  );
  const added = read.memberIds.filter((id) => !known.members.has(id));
  const removed = [...known.members.keys()].filter((id) => !members.has(id));
  const what = known.groupId === "" ? "created" : isReplaced ? "replaced" : "members";
  const isChanged = isReplaced || added.length > 0 || removed.length > 0;
  return {
    next: { handle, groupId: read.groupId, readAt, isGone: false, members },
    change: isChanged ? { handle, what, added, removed } : null,
  };
}
