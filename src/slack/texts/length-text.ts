/** A length of time in words, in the greatest unit that says it exactly: `1 day`, `90 minutes`. */
export function lengthText(hours: number): string {
  const seconds = Math.round(hours * 3_600);
  for (const [unit, size] of UNITS) {
    if (seconds % size === 0) return `${seconds / size} ${unit}${seconds === size ? "" : "s"}`;
  }
  return `${seconds} seconds`;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;
