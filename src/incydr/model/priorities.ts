/**
 * The priority with which a call waits for its start, the most urgent first. Published names keep the older word
 * `lane`: the exports `Lane` and `lanes`, the option `lane`, and the label of the metrics.
 */
export const priorities = ["emergency", "interactive", "change", "bulk", "background"] as const;

export type Priority = (typeof priorities)[number];
