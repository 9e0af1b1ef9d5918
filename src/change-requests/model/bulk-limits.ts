export const MOST_SUBJECTS = 1_000;

/** The most lines of a list that are read, not counting blank lines. */
export const MOST_LIST_LINES = 10_000;

/** The most faults that are stored of a list. Further faults are only counted. */
export const MOST_LINE_FAULTS = 1_000;
