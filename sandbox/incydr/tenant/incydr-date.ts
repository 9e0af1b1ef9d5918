/** Formats a time (milliseconds since 1970) as the API does: UTC, six fractional digits. */
export function incydrDate(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "000Z");
}
