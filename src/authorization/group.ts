/** A user group as read at one moment. */
export interface Group {
  readonly handle: string;
  /** Slack's id. A new group with the handle of an old one has another id. */
  readonly groupId: string;
  /** Slack ids. */
  readonly memberIds: readonly string[];
}

/** The source of groups: Slack, or the configuration. */
export interface GroupSource {
  /** Reads every group with its members. @throws {DirectoryUnavailableError} if the source can't be read */
  read(): Promise<readonly Group[]>;
}

/** The stored state of a group that the policies name. */
export interface KnownGroup {
  readonly handle: string;
  /** Empty if there has never been such a group. */
  readonly groupId: string;
  /** When the last reading that showed a change began. */
  readonly readAt: Date;
  /** The group was renamed, disabled or deleted. */
  readonly isGone: boolean;
  /** Slack id → the time of joining; `null` for members of the first reading. */
  readonly members: ReadonlyMap<string, Date | null>;
}

/** The difference between a group and its stored state. */
export interface GroupChange {
  readonly handle: string;
  /** `created`, `replaced`: a first or another group has the handle now; `gone`: no group has it now. */
  readonly what: "members" | "created" | "replaced" | "gone";
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Compares the stored state of a group with a reading (`null`: no such group), and returns the next state and the change.
 * Members of the very first reading count as old members. Later members count from the reading that first shows them,
 * also if the whole group is new or took over the handle.
 */
export function compareGroup(
  known: KnownGroup | null,
  read: Group | null,
  { handle, readAt }: { handle: string; readAt: Date },
): { next: KnownGroup; change: GroupChange | null } {
  if (!known) {
    const members = new Map((read?.memberIds ?? []).map((id) => [id, null]));
    return { next: { handle, groupId: read?.groupId ?? "", readAt, isGone: false, members }, change: null };
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
