import { z } from "zod";
import { withoutEnd } from "../kernel/without-end.ts";
import { backtrackingPattern, linearPattern, type WholeTextPattern } from "./whole-text-pattern.ts";

/** A token, key or password without blanks, that begins with `prefix`. */
export function secretText(prefix = "") {
  return z
    .string()
    .refine((text) => !isQuoted(text), { error: QUOTED, abort: true })
    .refine((text) => !/\s/.test(text), { error: "contains a blank or a line break" })
    .refine((text) => text.startsWith(prefix), { error: `must begin with "${prefix}"` });
}

/** The problem of a value that `docker run --env-file` and its like pass on with its quotation marks. */
export const QUOTED = "has quotation marks around its value; remove them";

/** Whether a text begins and ends with the same quotation mark. */
export function isQuoted(text: string): boolean {
  return /^(["'`]).*\1$/su.test(text);
}

/** A host name or an address to listen on. */
export function listenHost() {
  return z.string().regex(/^[\w.:-]+$/, { error: "must be a host name or an address" });
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `must be one of: ${words.join(", ")}` });
}

/** A whole number from `min` to `max`, both included. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, { error: `must be a whole number from ${min} to ${max}` })
    .transform(Number)
    .refine((number) => number >= min && number <= max, { error: `must be from ${min} to ${max}` });
}

/** A part of a whole, above 0 to 1, written `1/3` or `0.33`. */
export function partOfOne() {
  return z
    .string()
    .regex(/^(1|1\/[1-9]\d{0,2}|0?\.\d{1,6})$/, { error: "must be a part of 1, such as 1/3 or 0.5" })
    .transform((text) => {
      const [part, whole = "1"] = text.split("/");
      return Number(part) / Number(whole);
    })
    .refine((part) => part > 0, { error: "must be more than 0" });
}

const HOURS: Readonly<Record<string, number>> = { s: 1 / 3600, m: 1 / 60, h: 1, d: 24 };

/** A length of time in hours, written `8h`, `7d`, `30m` or `20s`; at most `longestDays`. */
export function hoursFrom(longestDays: number) {
  return z
    .string()
    .regex(/^[1-9]\d{0,5}[smhd]$/, { error: "must be lengths of time such as 8h or 7d" })
    .transform((text) => Number(text.slice(0, -1)) * (HOURS[text.slice(-1)] ?? 1))
    .refine((hours) => hours <= longestDays * 24, { error: `must be at most ${longestDays}d` });
}

/** A switch: `true` or `false`; yes, no, on, off, 1 and 0 are understood too. */
export function onOff() {
  return z.stringbool({ error: "must be true or false" });
}

/**
 * The address of a service, without the slashes at its end. Plain http is accepted for this machine only:
 * a token must not cross a network in clear.
 */
export function serviceUrl() {
  return z
    .url({ protocol: /^https?$/, error: "must be a URL that begins with https://", abort: true })
    .refine((text) => text.startsWith("https:") || isLoopback(new URL(text).hostname), {
      error: "must use https (http is accepted for this machine only)",
    })
    .refine((text) => new URL(text).username === "" && new URL(text).password === "", {
      error: "must not contain a user name or a password",
    })
    .transform((text) => withoutEnd(text, "/"));
}

/** The address of a PostgreSQL database. */
export function databaseUrl() {
  return z
    .url({ protocol: /^postgres(ql)?$/, error: "must be a URL that begins with postgres://", abort: true })
    .refine(isPasswordDecodable, { error: "has a % in its password that is not written as %25" });
}

/** The address of a Redis server: plain, or over TLS. */
export function redisUrl() {
  return z
    .url({
      protocol: /^rediss?$/,
      error: "must be a URL that begins with redis:// or rediss://",
      abort: true,
    })
    .refine(isPasswordDecodable, { error: "has a % in its password that is not written as %25" });
}

/** The same as `listOf`, of at least one part. */
export function someOf<T>(part: z.ZodType<T, string>) {
  return listOf(part).refine((parts) => parts.length > 0, { error: "names nothing" });
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
 * A regular expression of JavaScript that a whole text must match; the anchors are added. A pattern that the linear
 * engine doesn't take is matched by JavaScript's engine, on short texts and for a short time.
 */
export function wholeTextPattern() {
  return z.string().transform((text, context): WholeTextPattern => {
    for (const make of [linearPattern, backtrackingPattern]) {
      try {
        return make(text);
      } catch {
        // The next engine may take it.
      }
    }
    context.addIssue("is not a valid regular expression");
    return z.NEVER;
  });
}

/** Whether a host name or an address is this machine. */
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
