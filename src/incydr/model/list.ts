/** Records of one page that could not be read, for instance because they have no id. */
export interface SkippedRecords {
  /** From 1. */
  readonly page: number;
  readonly count: number;
}

/** Whether a list has every record of Incydr's. */
export interface Completeness {
  /**
   * False if records may be missing: Incydr counts more than were read, a record could not be read, or the set
   * changed during the reading. From such a list it never follows that a record doesn't exist or is the only one.
   */
  readonly complete: boolean;
  /** Records that could not be read, by page. */
  readonly skipped: readonly SkippedRecords[];
}

/** An array of records that says whether it is complete. `map` and `filter` return plain arrays. */
export interface List<Item> extends ReadonlyArray<Item>, Completeness {}

/** Whether `list` is complete. A plain array, which a stub of this client can give, counts as complete. */
export function isComplete(list: Partial<Completeness>): boolean {
  return list.complete !== false;
}

/** Adds the two properties of a list to the array `items` itself. */
export function createList<Item>(items: Item[], { complete, skipped }: Completeness): List<Item> {
  // The properties are not enumerable, so that comparisons and logs treat the list as an array.
  return Object.defineProperties(items, {
    complete: { value: complete },
    skipped: { value: skipped },
  }) as Item[] & Completeness; // defined just now
}
