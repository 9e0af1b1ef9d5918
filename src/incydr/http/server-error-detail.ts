import { shortened } from "../../kernel/shortened.ts";
import { tryParseJsonBody } from "./json-body.ts";

/** The server's short name for a fault, and its explanation as plain text. */
export interface ServerErrorDetail {
  readonly code: string | null;
  readonly text: string | null;
}

const maxCharacters = 500;
// A longer body is not an error of Incydr's, and reading it would take long.
export const maxReadCharacters = 65_536;

/**
 * Reads the body of an error answer. Known shapes of Incydr are `[{"name","description"}]` and
 * `{"problem","description"}`; other JSON, text, HTML and an empty body are read too. `redact` removes secrets.
 */
export function readServerErrorDetail(body: string, redact: (text: string) => string): ServerErrorDetail {
  const text = body.slice(0, maxReadCharacters).trim();
  const clean = (raw: string) => plain(redact(raw), redact);
  if (text === "") return { code: null, text: null };
  if (text.startsWith("<")) return { code: null, text: clean(htmlText(text)) };
  const faults = faultsOf(tryParseJsonBody(text));
  if (faults.length === 0) return { code: null, text: clean(text) };
  const codes = faults.flatMap(({ code }) => code ?? []);
  const sentences = faults.map((fault) => fault.text ?? fault.code);
  return { code: codes[0] ? clean(codes[0]) : null, text: clean(sentences.join("; ")) };
}

/** Whether a body has one of the two known shapes of Incydr's errors. */
export function hasKnownShape(body: string): boolean {
  const parsed = tryParseJsonBody(body.slice(0, maxReadCharacters));
  const [entry] = Array.isArray(parsed) ? parsed : [parsed];
  return textIn(entry, [Array.isArray(parsed) ? "name" : "problem"]) !== null;
}

function faultsOf(parsed: unknown): ServerErrorDetail[] {
  if (typeof parsed === "string") return [{ code: null, text: parsed }];
  const entries = Array.isArray(parsed) ? parsed : [parsed];
  return entries
    .map((entry) => ({
      code: textIn(entry, ["name", "problem", "error", "code"]),
      text: textIn(entry, ["description", "message", "error_description", "detail", "title"]),
    }))
    .filter(({ code, text }) => code !== null || text !== null);
}

function textIn(entry: unknown, names: readonly string[]): string | null {
  if (typeof entry !== "object" || entry === null) return null;
  const values = names.map((name): unknown => Reflect.get(entry, name));
  return values.find((value): value is string => typeof value === "string" && value !== "") ?? null;
}

/** The text between the tags. A loop, because a regular expression searches to the end of the page from every `<`. */
function htmlText(html: string): string {
  const texts: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    const close = open < 0 ? -1 : html.indexOf(">", open);
    if (close < 0) break;
    texts.push(html.slice(at, open));
    at = afterHidden(html, open) ?? close + 1;
  }
  const text = [...texts, html.slice(at)].join(" ");
  return text.trim() === "" ? "an HTML page" : text;
}

/** The end of the script or style that begins at `open`, or of the page if nothing closes it; null for other tags. */
function afterHidden(html: string, open: number): number | null {
  const name = /^<(script|style)\b/i.exec(html.slice(open, open + 8))?.[1]?.toLowerCase();
  if (!name) return null;
  const end = name === "script" ? /<\/script>/gi : /<\/style>/gi;
  end.lastIndex = open;
  return end.exec(html) ? end.lastIndex : html.length;
}

// The caller redacts before the cut, or the beginning of a secret would stay. The text without control characters is
// redacted again, because they can split a secret.
function plain(text: string, redact: (text: string) => string): string {
  return shortened(redact(text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim()), maxCharacters);
}
