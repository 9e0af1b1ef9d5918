const TOKENS: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_long: { year: "numeric", month: "long", day: "numeric", weekday: "long" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** Made once, because making a formatter takes as long as rendering a message. */
const FORMATS = new Map(
  Object.entries(TOKENS).map(([name, options]) => [
    name,
    new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options }),
  ]),
);

/**
 * Formats a date of mrkdwn or rich text for an English reader in UTC. `timestamp` is in seconds. `format` has tokens
 * such as `{date_short}` and `{time}`, each also as `…_pretty`.
 */
export function formatSlackDate(timestamp: number, format: string): string {
  const moment = new Date(timestamp * 1000);
  return format.replaceAll(
    /\{([a-z_]+?)(?:_pretty)?\}/g,
    (token, name: string) => FORMATS.get(name)?.format(moment) ?? token,
  );
}
