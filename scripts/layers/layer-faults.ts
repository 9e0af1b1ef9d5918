/** The part of a Biome configuration that says which files the rules about imports are for. */
export interface LayerRules {
  readonly overrides: readonly {
    readonly includes: readonly string[];
    readonly linter: { readonly rules: { readonly style?: { readonly noRestrictedImports?: unknown } } };
  }[];
}

/** The patterns of files that some rule about imports is for, for instance `src/slack/**`. */
function ruledPatterns(rules: LayerRules): string[] {
  return rules.overrides
    .filter((override) => override.linter.rules.style?.noRestrictedImports !== undefined)
    .flatMap((override) => override.includes);
}

/** Folders and files directly in `src` that no rule about imports names. */
export function unruledEntries(rules: LayerRules, entriesOfSrc: readonly string[]): string[] {
  const patterns = new Set(ruledPatterns(rules));
  return entriesOfSrc.filter((entry) => !patterns.has(`src/${entry}/**`) && !patterns.has(`src/${entry}`));
}

/**
 * Lines (from 1) that import a type inline, as in `import("./room.ts").Name`: Biome's rule about imports does
 * not see those. A module loaded at run time is written `await import(…)`, which it sees.
 */
export function inlineTypeImports(text: string): number[] {
  return text.split("\n").flatMap((line, index) => (/(?<!\bawait )\bimport\(/.test(line) ? [index + 1] : []));
}
