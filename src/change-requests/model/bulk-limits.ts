/** The most subjects that one request is about. */
export const MOST_SUBJECTS = 1_000;

/** The most lines of a list that are read, blank lines apart. */
export const MOST_LIST_LINES = 10_000;

/** The most faults that are kept of a list; of the others the number is kept. */
export const MOST_LINE_FAULTS = 1_000;
