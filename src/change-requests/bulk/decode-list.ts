/** Beginnings of files that people hand in for CSV: PDF, rich text, XML, and Excel's `.xlsx` (a ZIP archive). */
const NO_LISTS = ["%PDF-", "{\\rtf", "<?xml", "PK\u0003\u0004"];
/** A text file has at most one unreadable character among so many. */
const READABLE = 10;

/**
 * The text of an uploaded file: UTF-8, or UTF-16 with a byte order mark, as spreadsheets write it; `null` for a
 * file that is no text. A byte that is no UTF-8 becomes U+FFFD, which is a fault where a name holds it.
 */
export function decodeText(bytes: Uint8Array): string | null {
  const encoding = { "255 254": "utf-16le", "254 255": "utf-16be" }[bytes.subarray(0, 2).join(" ")];
  const text = new TextDecoder(encoding ?? "utf-8").decode(bytes);
  if (NO_LISTS.some((beginning) => text.startsWith(beginning))) return null;
  return unreadable(text) * READABLE > text.length ? null : text;
}

/** How many control characters (line ends and tabs apart) and replaced characters a text holds. */
function unreadable(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd || (code < 0x20 && (code < 0x09 || code > 0x0d))) count += 1;
  }
  return count;
}
