/** SQL's own words for the current time (https://www.postgresql.org/docs/current/functions-datetime.html). */
const WORDS =
  /\b(?:clock_timestamp|statement_timestamp|transaction_timestamp|current_timestamp|current_date|current_time|localtimestamp|localtime|timeofday)\b|'(?:now|today|tomorrow|yesterday)'/gi;

/** SQL's `now()`, which is neither a method's call nor its declaration. */
const NOW = /(?<![.\w])(?:pg_catalog\.)?now\s*\(\s*\)(?!\s*(?:=>|\{|:(?!:)))/gi;

/** Modules that may import a database library; elsewhere `now()` is a function of TypeScript. */
const WITH_SQL = /^src\/(?:persistence|jobs|app)\//;

/** The places where a file of src reads the time from SQL's functions. */
export function sqlClockUses(path: string, text: string): { line: number; word: string }[] {
  const patterns = WITH_SQL.test(path) ? [WORDS, NOW] : [WORDS];
  return patterns
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map(({ index, 0: word }) => ({ line: text.slice(0, index).split("\n").length, word }))
    .sort((a, b) => a.line - b.line);
}
