/** What a server says about a fault: its short name for it and its explanation, as plain text. */
export interface ServerWords {
  readonly code: string | null;
  readonly words: string | null;
}

const maxCharacters = 500;

/**
 * Reads the body of an error answer. Two shapes of JSON are known of Incydr,
 * `[{"name","description"}]` and `{"problem","description"}`; other JSON, text, HTML and nothing are read too.
 */
export function readServerWords(body: string): ServerWords {
  const text = body.trim();
  if (text === "") return { code: null, words: null };
  if (text.startsWith("<")) return { code: null, words: plain(htmlText(text)) };
  const faults = faultsOf(parseJson(text));
  if (faults.length === 0) return { code: null, words: plain(text) };
  const codes = faults.flatMap(({ code }) => code ?? []);
  const sentences = faults.map(({ code, words }) => words ?? code);
  return { code: codes[0] ? plain(codes[0]) : null, words: plain(sentences.join("; ")) };
}

function faultsOf(parsed: unknown): ServerWords[] {
  if (typeof parsed === "string") return [{ code: null, words: parsed }];
  const entries = Array.isArray(parsed) ? parsed : [parsed];
  return entries
    .map((entry) => ({
      code: textIn(entry, ["name", "problem", "error", "code"]),
      words: textIn(entry, ["description", "message", "error_description", "detail", "title"]),
    }))
    .filter(({ code, words }) => code !== null || words !== null);
}

function textIn(entry: unknown, names: readonly string[]): string | null {
  if (typeof entry !== "object" || entry === null) return null;
  const fields = new Map<string, unknown>(Object.entries(entry));
  const found = names
    .map((name) => fields.get(name))
    .find((value) => typeof value === "string" && value !== "");
  return typeof found === "string" ? found : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function htmlText(html: string): string {
  const text = html.replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/gi, " ").replaceAll(/<[^>]*>/g, " ");
  return text.trim() === "" ? "an HTML page" : text;
}

function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .slice(0, maxCharacters)
    .toWellFormed();
}
