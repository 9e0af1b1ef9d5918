import fc from "fast-check";
import { expect, test } from "vitest";
import { createRedactor } from "../../../../src/incydr/model/redactor.ts";

const SECRET = String.raw`p"a\ss&<w>+o/r=d'é%41`;
const hex = (character: string) => character.charCodeAt(0).toString(16);

/** Ways in which a server may spell one character. */
const SPELLINGS: readonly ((character: string) => string)[] = [
  (character) => character,
  (character) => `\\${character}`,
  (character) => `\\\\${character}`,
  (character) => `\\u${hex(character).padStart(4, "0")}`,
  (character) => `\\\\u${hex(character).padStart(4, "0").toUpperCase()}`,
  (character) => `&#${character.charCodeAt(0)};`,
  (character) => `&amp;#x${hex(character)};`,
  (character) => encodeURIComponent(character).replace(/^[^%]$/, `%${hex(character)}`),
  (character) =>
    encodeURIComponent(character)
      .replace(/^[^%]$/, `%${hex(character)}`)
      .replaceAll("%", "%25"),
];

test("a secret is taken out of a text as it is, and as JSON, URLs and HTML spell it", () => {
  const { redact } = createRedactor([SECRET]);
  for (const spelled of [
    SECRET,
    JSON.stringify(SECRET).slice(1, -1),
    JSON.stringify(JSON.stringify(SECRET)).slice(3, -3),
    encodeURIComponent(SECRET),
    encodeURIComponent(encodeURIComponent(SECRET)),
    SECRET.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  ])
    expect(redact(`Before ${spelled}, after`)).toBe("Before [redacted], after");
});

test("a secret is taken out of a text that spells each of its characters in another way", () => {
  const { redact } = createRedactor(["s3cr3t+t0ken/=="]);
  const spelling = fc.constantFrom(...SPELLINGS);
  fc.assert(
    fc.property(fc.array(spelling, { minLength: 15, maxLength: 15 }), (spellings) => {
      const spelled = [..."s3cr3t+t0ken/=="]
        .map((character, index) => spellings[index]?.(character))
        .join("");
      expect(redact(`<p>${spelled}</p>`)).toMatch(/^<p>\\*\[redacted\]<\/p>$/);
    }),
  );
});

test("texts without a secret stay as they are", () => {
  const { redact } = createRedactor(["s3cr3t", ""]);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."\\%&;#25amp<u0x") }), (text) => redact(text) === text),
  );
});

test("the newest sixteen secrets that are added are remembered", () => {
  const { add, redact } = createRedactor([]);
  for (let index = 100; index < 117; index += 1) add(`token-${index}`);
  expect(redact("token-100 token-101 token%2D116")).toBe("token-100 [redacted] [redacted]");
});
