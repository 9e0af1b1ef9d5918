/** Replaces the parts of a text that differ between runs, so that all transcripts of a scenario are equal. */
export function steadyText(text: string): string {
  return text
    .replaceAll(/\b[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d{2} [AP]M\b/g, "(date and time)")
    .replaceAll(/\b[0-9a-f]{12}\b/g, "(hash)")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:(port)");
}
