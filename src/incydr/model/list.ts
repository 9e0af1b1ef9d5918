/** Records of one page that could not be read, for instance for want of an id. */
export interface SkippedRecords {
  /** From 1. */
  readonly page: number;
  readonly count: number;
}

/** Whether a list has everything that Incydr has. */
export interface Completeness {
  /**
   * False if records may be missing: Incydr counts more than were read, a record could not be read, or the set
   * changed meanwhile. Such a list never shows that something doesn't exist, or is the only one.
   */
  readonly complete: boolean;
  /** Records that could not be read, by page; empty for most lists. */
  readonly skipped: readonly SkippedRecords[];
}

/** A list of Incydr, as an array that says whether it is complete. `map` and `filter` return plain arrays. */
export interface List<Item> extends ReadonlyArray<Item>, Completeness {}

/** Whether `list` has everything. A plain array, of a reader that isn't this client's, counts as complete. */
export function isComplete(list: Partial<Completeness>): boolean {
  return list.complete !== false;
}

/** `items` as a list; the array itself is extended. */
export function createList<Item>(items: Item[], { complete, skipped }: Completeness): List<Item> {
  // Not enumerable, so that the list is compared and shown as the array it is.
  return Object.defineProperties(items, {
    complete: { value: complete },
    skipped: { value: skipped },
  }) as Item[] & Completeness; // defined just now
}
