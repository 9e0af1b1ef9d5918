/** One measured value, and its target. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  /** The calculation of the value, with its numbers. */
  readonly formula: string;
  /** The target as text; `null` for a metric without a target. */
  readonly wanted: string | null;
  readonly isMet: boolean;
}

/** A metric that should be at least `least`. */
export function atLeast(least: number, name: string, value: number, formula: string): Metric {
  return { name, value, formula, wanted: `>= ${least}`, isMet: value >= least };
}

/** A metric that should be at most `most`. */
export function atMost(most: number, name: string, value: number, formula: string): Metric {
  return { name, value, formula, wanted: `<= ${most}`, isMet: value <= most };
}

export function describeMetric({ name, value, formula, wanted, isMet }: Metric): string {
  const shown = Number.isInteger(value) ? String(value) : value.toFixed(3);
  const verdict = wanted === null ? "" : `  (wanted ${wanted}: ${isMet ? "met" : "MISSED"})`;
  return `${name}: ${shown}${verdict}\n    = ${formula}`;
}

/** The median of an odd number of values. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The smallest value that at least `share` percent of the values don't exceed. */
export function percentile(share: number, values: readonly number[]): number {
  const index = Math.ceil((share / 100) * values.length) - 1;
  return values.toSorted((a, b) => a - b)[Math.max(index, 0)] ?? Number.NaN;
}
