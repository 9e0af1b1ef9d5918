import { z } from "zod";
import { withoutEnd } from "../kernel/without-end.ts";
import { backtrackingPattern, linearPattern, type WholeTextPattern } from "./whole-text-pattern.ts";

/** A token, key or password without white space that begins with `prefix`. */
export function secretText(prefix = "") {
  return z
    .string()
    .refine((text) => !isQuoted(text), { error: QUOTED, abort: true })
    .refine((text) => !/\s/.test(text), { error: "must not contain a space or a line break" })
    .refine((text) => text.startsWith(prefix), { error: `must begin with "${prefix}"` });
}

/** The problem of a value with quotation marks, which `docker run --env-file` does not remove. */
export const QUOTED = "has quotation marks around its value; remove them";

export function isQuoted(text: string): boolean {
  return /^(["'`]).*\1$/su.test(text);
}

export function listenHost() {
  return z.string().regex(/^[\w.:-]+$/, { error: "must be a host name or an address" });
}

export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `must be one of: ${words.join(", ")}` });
}

export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, { error: `must be a whole number from ${min} to ${max}` })
    .transform(Number)
    .refine((number) => number >= min && number <= max, { error: `must be from ${min} to ${max}` });
}

/** A number above 0 and up to 1, written `1/3` or `0.33`. */
export function partOfOne() {
  return z
    .string()
    .regex(/^(1|1\/[1-9]\d{0,2}|0?\.\d{1,6})$/, { error: "must be a fraction of 1, such as 1/3 or 0.5" })
    .transform((text) => {
      const [part, whole = "1"] = text.split("/");
      return Number(part) / Number(whole);
    })
    .refine((part) => part > 0, { error: "must be more than 0" });
}

const HOURS: Readonly<Record<string, number>> = { s: 1 / 3600, m: 1 / 60, h: 1, d: 24 };

/** A duration in hours, written `8h`, `7d`, `30m` or `20s`; at most `longestDays`. */
export function hoursFrom(longestDays: number) {
  return z
    .string()
    .regex(/^[1-9]\d{0,5}[smhd]$/, { error: "must be a duration such as 8h or 7d" })
    .transform((text) => Number(text.slice(0, -1)) * (HOURS[text.slice(-1)] ?? 1))
    .refine((hours) => hours <= longestDays * 24, { error: `must be at most ${longestDays}d` });
}

/** `true` or `false`; also yes, no, on, off, 1 and 0. */
export function onOff() {
  return z.stringbool({ error: "must be true or false" });
}

/** The URL of a service, without the slashes at its end. Plain http only for this machine, since requests have tokens. */
export function serviceUrl() {
  return z
    .url({ protocol: /^https?$/, error: "must be a URL that begins with https://", abort: true })
    .refine((text) => text.startsWith("https:") || isLoopback(new URL(text).hostname), {
      error: "must begin with https:// (http:// is accepted only for this machine)",
    })
    .refine((text) => new URL(text).username === "" && new URL(text).password === "", {
      error: "must not contain a user name or a password",
    })
    .transform((text) => withoutEnd(text, "/"));
}

export function databaseUrl() {
  return z
    .url({ protocol: /^postgres(ql)?$/, error: "must be a URL that begins with postgres://", abort: true })
    .refine(isPasswordDecodable, {
      error: "has a password that can't be decoded; write each % in it as %25",
    });
}

export function redisUrl() {
  return z
    .url({
      protocol: /^rediss?$/,
      error: "must be a URL that begins with redis:// or rediss://",
      abort: true,
    })
    .refine(isPasswordDecodable, {
      error: "has a password that can't be decoded; write each % in it as %25",
    });
}

export function someOf<T>(part: z.ZodType<T, string>) {
  return listOf(part).refine((parts) => parts.length > 0, { error: "must have at least one entry" });
}

/** Parts separated by commas, each read by `part`; blanks around them and empty parts are dropped. */
export function listOf<T>(part: z.ZodType<T, string>) {
  return z
    .string()
    .transform((text) =>
      text
        .split(",")
        .map((piece) => piece.trim())
        .filter((piece) => piece !== ""),
    )
    .pipe(z.array(part));
}

/**
 * A regular expression that a whole text must match; the anchors are added. If the linear engine does not accept the
 * pattern, JavaScript's engine matches it, on short texts and for a short time.
 */
export function wholeTextPattern() {
  return z.string().transform((text, context): WholeTextPattern => {
    for (const make of [linearPattern, backtrackingPattern]) {
      try {
        return make(text);
      } catch {
        // The next engine may accept the pattern.
      }
    }
    context.addIssue("is not a valid regular expression");
    return z.NEVER;
  });
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|\[?::1\]?)$/i.test(hostname) || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function isPasswordDecodable(url: string): boolean {
  try {
    decodeURIComponent(new URL(url).password);
    return true;
  } catch {
    return false;
  }
}
