/** Removes secrets from texts of other systems: a server may echo the request in its answer. */
export interface Redactor {
  /** Remembers a secret; only the newest 16 are kept. */
  add(secret: string): void;
  /** Replaces every remembered secret in the text, also if it is escaped as in JSON, URLs or HTML. */
  redact(text: string): string;
}

const keptSecrets = 16;

/** A redactor that always knows `secrets`, and also the newest of those added later. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const known = secrets.flatMap(searchedFor);
  const added: Searched[] = [];
  return {
    add: (secret) => {
      added.push(...searchedFor(secret));
      if (added.length > keptSecrets) added.shift();
    },
    redact: (text) => {
      const searched = [...known, ...added];
      const plain = searched.reduce((clean, { secret }) => clean.replaceAll(secret, redacted), text);
      return mayBeEscaped.test(plain) ? withoutEscaped(plain, searched) : plain;
    },
  };
}

const redacted = "[redacted]";
const mayBeEscaped = /[\\%&]/;

/** A secret, and the result of `decode` for it. */
interface Searched {
  readonly secret: string;
  readonly decoded: string;
}

function searchedFor(secret: string): Searched[] {
  if (secret === "") return [];
  const { text } = decode(secret);
  // `decode` removes all backslashes, so a secret of only backslashes can't be found.
  return text === "" ? [] : [{ secret, decoded: text }];
}

/** Replaces every secret in any spelling, by comparing the decoded text with the decoded secrets. */
function withoutEscaped(text: string, searched: readonly Searched[]): string {
  const { text: plain, starts, ends } = decode(text);
  const found: { from: number; to: number }[] = [];
  for (const { decoded } of searched) {
    for (let at = plain.indexOf(decoded); at >= 0; at = plain.indexOf(decoded, at + decoded.length))
      found.push({ from: starts[at] ?? 0, to: ends[at + decoded.length - 1] ?? text.length });
  }
  let clean = "";
  let after = 0;
  for (const { from, to } of found.sort((a, b) => a.from - b.from)) {
    if (from >= after) clean += text.slice(after, from) + redacted;
    after = Math.max(after, to);
  }
  return clean + text.slice(after);
}

interface Decoded {
  readonly text: string;
  /** For each UTF-16 unit of `text`, the begin and end of its spelling in the escaped text. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/**
 * Decodes the escapes of JSON, URLs and HTML, also if they were escaped several times. It takes one pass: a regular
 * expression with every spelling takes quadratic time on a long run of escape signs. Backslashes are left out, because
 * each escaping doubles them.
 */
function decode(escaped: string): Decoded {
  let text = "";
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < escaped.length; ) {
    const { character: read, end } = readEscape(escaped, at);
    const character = read === "\\" ? "" : read;
    text += character;
    for (let unit = 0; unit < character.length; unit += 1) {
      starts.push(at);
      ends.push(end);
    }
    at = end;
  }
  return { text, starts, ends };
}

interface Spelling {
  /** Empty for backslashes alone. */
  readonly character: string;
  readonly end: number;
}

function readEscape(text: string, at: number): Spelling {
  const sign = text.charAt(at);
  const read =
    sign === "\\" ? readBackslashes : sign === "%" ? readPercent : sign === "&" ? readEntity : null;
  return read?.(text, at) ?? { character: sign, end: at + 1 };
}

/** `\u0041`, or any character behind backslashes. */
function readBackslashes(text: string, at: number): Spelling {
  let end = at;
  while (text.charAt(end) === "\\") end += 1;
  const digits = text.charAt(end) === "u" ? text.slice(end + 1, end + 5) : "";
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) return { character: "", end };
  return { character: String.fromCharCode(Number.parseInt(digits, 16)), end: end + 5 };
}

/** `%41`, `%2541` and so on; for a character of several UTF-8 bytes, all of them. */
function readPercent(text: string, at: number): Spelling | null {
  const first = readByte(text, at);
  if (!first) return null;
  const more = first.byte >= 0xf0 ? 3 : first.byte >= 0xe0 ? 2 : first.byte >= 0xc0 ? 1 : 0;
  const bytes = [first.byte];
  let { end } = first;
  while (bytes.length <= more) {
    const next = text.charAt(end) === "%" ? readByte(text, end) : null;
    if (!next) break;
    bytes.push(next.byte);
    end = next.end;
  }
  return { character: Buffer.from(bytes).toString("utf8"), end };
}

function readByte(text: string, at: number): { byte: number; end: number } | null {
  let digitsAt = at + 1;
  while (text.startsWith("25", digitsAt) && isByte(text.slice(digitsAt + 2, digitsAt + 4))) digitsAt += 2;
  const digits = text.slice(digitsAt, digitsAt + 2);
  return isByte(digits) ? { byte: Number.parseInt(digits, 16), end: digitsAt + 2 } : null;
}

function isByte(digits: string): boolean {
  return /^[0-9a-fA-F]{2}$/.test(digits);
}

const named = new Map(
  Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", plus: "+", sol: "/", equals: "=" }),
);
/** Characters of an entity between `&` and `;`. */
const longestEntity = 32;

/** `&amp;`, `&#65;`, `&#x41;`, `&amp;#65;` and so on. */
function readEntity(text: string, at: number): Spelling | null {
  let nameAt = at + 1;
  while (text.startsWith("amp;", nameAt)) nameAt += "amp;".length;
  const end = text.slice(nameAt, nameAt + longestEntity).indexOf(";");
  const character = end < 0 ? undefined : entity(text.slice(nameAt, nameAt + end));
  if (character !== undefined) return { character, end: nameAt + end + 1 };
  return nameAt === at + 1 ? null : { character: "&", end: nameAt };
}

function entity(name: string): string | undefined {
  const digits = /^#(?:[xX]([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
  if (!digits) return named.get(name);
  const code = digits[1] ? Number.parseInt(digits[1], 16) : Number(digits[2]);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
