import { type ScriptCoverage, unusedParts } from "./coverage.ts";

/** Folders of the functions that make messages and views. Every function in them has to run for the catalogue. */
export const RENDERER_FOLDERS = ["src/slack/texts", "src/slack/messages", "src/slack/views"] as const;

/** Files in these folders that make no text: they call Slack, or read typed text. */
const WITHOUT_TEXTS = ["post-once.ts", "tell-directly.ts", "typed-text.ts"];

/** Texts that no fixture can reach, by file: fallbacks that the types require. */
const UNREACHABLE: Readonly<Record<string, readonly string[]>> = {
  "change-texts.ts": [': "Change"', "return `$" + "{seconds} seconds`;"],
};

/** Matches a text for people, in code that never ran. */
const TEXT = /["'`][^"'`]*\p{L}{2,}/u;

/** Renderer folders without a file among `paths`, because the check would silently skip a moved folder. */
export function folderFaults(paths: readonly string[]): string[] {
  return RENDERER_FOLDERS.filter((folder) => !paths.some((path) => path.startsWith(`${folder}/`))).map(
    (folder) =>
      `${folder} has no file: name the folders of the renderers in scripts/catalogue/completeness.ts`,
  );
}

/**
 * Functions and texts of the renderers that no entry shows; `sources`: the files of the renderers' folders, by path.
 */
export function unshownFaults(
  root: URL,
  sources: Readonly<Record<string, string>>,
  scripts: readonly ScriptCoverage[],
): string[] {
  return unusedParts(root, sources, scripts)
    .filter(({ path, text, whole }) => {
      const file = path.slice(path.lastIndexOf("/") + 1);
      if (WITHOUT_TEXTS.includes(file) || UNREACHABLE[file]?.includes(text)) return false;
      return /\bfunction\b/.test(text) || TEXT.test(whole);
    })
    .map(({ path, line, text }) => `${path}:${line}: no entry shows \`${text}\``);
}

/** Error codes of the sources that no refusal shows, and refusals of codes that no source has. */
export function codeFaults(refusalNames: readonly string[], sources: readonly string[]): string[] {
  const codes = new Set(sources.flatMap(codesIn));
  const shown = new Set(refusalNames.map(codeOf).filter((code) => code !== ""));
  return [
    ...[...codes].filter((code) => !shown.has(code)).map((code) => `no refusal shows the error code ${code}`),
    ...[...shown]
      .filter((code) => !codes.has(code))
      .map((code) => `no error has the code ${code} of a refusal`),
  ];
}

/** The error code in the name of a refusal, such as `answer · unknown_role, none resembles it`; empty if it has none. */
function codeOf(entryName: string): string {
  return /(?:^| · )([a-z0-9_]+)(?:, [^·]*)?$/.exec(entryName)?.[1] ?? "";
}

/** The codes of the errors that a source file declares, with `AppError<"…">` or `defineRefusal("…")`. */
function codesIn(source: string): string[] {
  const declared = [
    ...source.matchAll(
      /extends (?:(?:AppError|RefusalError|IncydrError)<|defineRefusal\()\s*("\w+"(?:\s*\|\s*"\w+")*)/g,
    ),
  ].map(([, codes = ""]) => codes);
  const union = /export type IncydrErrorCode =([^;]*);/.exec(source)?.[1] ?? "";
  return [...declared, union].flatMap((codes) =>
    [...codes.matchAll(/"([a-z0-9_]+)"/g)].map(([, code = ""]) => code),
  );
}
