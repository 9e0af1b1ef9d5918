/** Takes secrets out of texts that come from outside, for a server may echo what it was sent. */
export interface Redactor {
  /** Remembers a secret; of many only the newest are kept. */
  add(secret: string): void;
  /** The text with every remembered secret replaced, also one that is escaped as in JSON, URLs or HTML. */
  redact(text: string): string;
}

const keptSecrets = 16;

/** A redactor that knows `secrets` for good and those added later as long as they are among the newest. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const patterns = (list: readonly string[]) => list.filter((secret) => secret !== "").map(patternOf);
  const known = patterns(secrets);
  const added: RegExp[] = [];
  return {
    add: (secret) => {
      added.push(...patterns([secret]));
      if (added.length > keptSecrets) added.shift();
    },
    redact: (text) =>
      [...known, ...added].reduce((clean, pattern) => clean.replaceAll(pattern, "[redacted]"), text),
  };
}

/** What matches a secret in which any character may be escaped, more than once too. */
function patternOf(secret: string): RegExp {
  // A run of backslashes is as good as one: escaping makes them more.
  const characters = [...secret.replaceAll(/\\+/g, "\\")];
  return new RegExp(characters.map(anySpelling).join(""), "gu");
}

const named: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
  "+": "plus",
  "/": "sol",
  "=": "equals",
};

function anySpelling(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  const anyCase = (digits: string) =>
    digits.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
  const percent = encodeURIComponent(character.isWellFormed() ? character : "")
    .replace(/^[^%]$/, `%${hex.padStart(2, "0")}`)
    .replaceAll("%", "%(?:25)*");
  const spellings = [
    character === "\\" ? "\\\\+" : `\\\\*\\u{${hex}}`,
    `\\\\+u${anyCase(hex.padStart(4, "0"))}`,
    anyCase(percent.toLowerCase()),
    `&(?:amp;)*#(?:0*${code}|[xX]0*${anyCase(hex)});`,
    named[character] === undefined ? "" : `&(?:amp;)*${named[character]};`,
  ];
  return `(?:${spellings.filter((spelling) => spelling !== "").join("|")})`;
}
