import leven from "leven";
import { envSchema } from "./env-schema.ts";
import type { Environment, Variable } from "./variable.ts";

/** A set variable that the bot does not read, and the variable that is probably meant. */
export interface MisspelledVariable {
  readonly name: string;
  readonly meant: string;
  /** `spelling`: the names are alike. `file`: `name` is `meant` with `_FILE`, which only secrets accept. */
  readonly mistake: "spelling" | "file";
}

const variables = Object.entries<Variable>(envSchema);

/** Every name that the bot reads. */
const knownNames = variables.flatMap(([name, { secret }]) => (secret ? [name, `${name}_FILE`] : [name]));

/** Names with these first words are meant for this product, or for another program with the same task. */
const OWN_FIRST_WORDS = ["SLACK", "INCYDR"];

/**
 * Finds set variables whose name is close to a name that the bot reads. Case and underscores don't count. Names of other
 * programs, such as `PGHOST` or `SMTP_PORT`, are not found.
 */
export function misspelledVariables(env: Environment): MisspelledVariable[] {
  return Object.entries(env).flatMap(([name, text]): MisspelledVariable[] => {
    if (!text?.trim() || knownNames.includes(name)) return [];
    const withoutFile = name.replace(/_FILE$/, "");
    if (withoutFile !== name && knownNames.includes(withoutFile)) {
      return [{ name, meant: withoutFile, mistake: "file" }];
    }
    const sameLetters = knownNames.find((known) => lettersOf(known) === lettersOf(name));
    const sharingWords = sameLetters ? undefined : closestByWords(name);
    // If both are set, the other name may be for another program, as INCYDR_API_CLIENT_ID for Code42's SDK.
    if (sharingWords && env[sharingWords]?.trim()) return [];
    const meant = sameLetters ?? sharingWords ?? closestByLetters(name);
    return meant === undefined ? [] : [{ name, meant, mistake: "spelling" }];
  });
}

function closestByLetters(name: string): string | undefined {
  const letters = lettersOf(name);
  const close = knownNames.flatMap((known) => {
    const knownLetters = lettersOf(known);
    const distance = leven(letters, knownLetters);
    const isSwapped = distance === 2 && sorted(letters) === sorted(knownLetters);
    return isSwapped || distance <= mostTyposIn(knownLetters) ? [{ known, distance }] : [];
  });
  return close.toSorted((a, b) => a.distance - b.distance)[0]?.known;
}

/** With more typos, `SMTP_PORT` would count as `HTTP_PORT`, and `DATABASE_USER` as `DATABASE_URL`. */
function mostTyposIn(knownLetters: string): number {
  if (knownLetters.length <= 8) return 1;
  return knownLetters.length < 16 ? 2 : 3;
}

/** Finds `INCYDR_CLIENT_SECRET` for `INCYDR_SECRET` and `INCYDR_API_CLIENT_SECRET`. */
function closestByWords(name: string): string | undefined {
  const words = wordsOf(name);
  if (words.length < 2 || !OWN_FIRST_WORDS.includes(words[0] ?? "")) return undefined;
  return knownNames.find((known) => {
    const knownWords = wordsOf(known);
    if (knownWords[0] !== words[0] || knownWords.length === words.length) return false;
    const isShortened = words.every((word) => knownWords.includes(word));
    const isExtended = knownWords.every((word) => words.includes(word));
    return isShortened || isExtended;
  });
}

function wordsOf(name: string): string[] {
  return name.toUpperCase().split(/[^A-Z0-9]+/);
}

function lettersOf(name: string): string {
  return wordsOf(name).join("");
}

function sorted(letters: string): string {
  return [...letters].toSorted().join("");
}
