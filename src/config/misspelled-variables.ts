import leven from "leven";
import { envSchema } from "./env-schema.ts";
import type { Environment, Variable } from "./variable.ts";

/** A set variable that this product does not read, and the variable that is probably meant. */
export interface MisspelledVariable {
  readonly name: string;
  readonly meant: string;
  /** `spelling`: the names are alike. `file`: `name` is `meant` with `_FILE`, which only secrets accept. */
  readonly mistake: "spelling" | "file";
}

const variables = Object.entries<Variable>(envSchema);

/** Every name that is read. */
const knownNames = variables.flatMap(([name, { secret }]) => (secret ? [name, `${name}_FILE`] : [name]));

/** Names with these first words belong to this product, or to a program that does the same. */
const OWN_FIRST_WORDS = ["SLACK", "INCYDR"];

/**
 * Finds set variables whose name is close to the name of a variable that is read. Case and underscores don't count.
 * Names that other programs use, such as `PGHOST` or `SMTP_PORT`, are not found. Values are not looked at.
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
    // Code42's SDK reads INCYDR_API_CLIENT_ID: both programs may run in one environment.
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

/** More would take `SMTP_PORT` for `HTTP_PORT`, and `DATABASE_USER` for `DATABASE_URL`. */
function mostTyposIn(knownLetters: string): number {
  if (knownLetters.length <= 8) return 1;
  return knownLetters.length < 16 ? 2 : 3;
}

/** `INCYDR_SECRET` and `INCYDR_API_CLIENT_SECRET` for `INCYDR_CLIENT_SECRET`. */
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
