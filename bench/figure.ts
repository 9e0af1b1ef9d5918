/** One measured figure, and what it should be. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** How the value comes about, with the numbers that went into it. */
  readonly formula: string;
  /** What it should be, in words; null for a figure that is only told. */
  readonly wanted: string | null;
  readonly isMet: boolean;
}

/** A figure that should be at least `least`. */
export function atLeast(least: number, name: string, value: number, formula: string): Figure {
  return { name, value, formula, wanted: `>= ${least}`, isMet: value >= least };
}

/** A figure that should be at most `most`. */
export function atMost(most: number, name: string, value: number, formula: string): Figure {
  return { name, value, formula, wanted: `<= ${most}`, isMet: value <= most };
}

/** A figure as lines of text. */
export function describeFigure({ name, value, formula, wanted, isMet }: Figure): string {
  const shown = Number.isInteger(value) ? String(value) : value.toFixed(3);
  const verdict = wanted === null ? "" : `  (wanted ${wanted}: ${isMet ? "met" : "MISSED"})`;
  return `${name}: ${shown}${verdict}\n    = ${formula}`;
}

/** The middle of an odd number of values. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The smallest of the values that at least `share` percent of them don't exceed. */
export function percentile(share: number, values: readonly number[]): number {
  const index = Math.ceil((share / 100) * values.length) - 1;
  return values.toSorted((a, b) => a - b)[Math.max(index, 0)] ?? Number.NaN;
}
