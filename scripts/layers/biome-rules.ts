import { ENTRY_POINT_PACKAGES, MODULES, type Module, mayImport, mayImportPackage } from "./layers.ts";

/**
 * Forbids imports whose specifier matches a pattern. A pattern that begins with `!` makes an exception to the earlier
 * ones.
 */
interface Restriction {
  readonly group: readonly string[];
  readonly message: string;
}

const OUTSIDE: Restriction = {
  group: ["../**/{sandbox,test,scripts,bench}/**"],
  message: "src runs without the sandbox, the tests and the scripts.",
};

/** The text of `biome.layers.json`: Biome's rule about imports for each module and each of its folders. */
export function biomeRules(modules: readonly Module[] = MODULES): string {
  const overrides = [
    ...modules.flatMap((module) => [
      override(`src/${module.name}/**`, moduleRestrictions(module, modules)),
      ...(module.folders ?? []).map(({ name }) =>
        override(`src/${module.name}/${name}/**`, [
          ...moduleRestrictions(module, modules),
          folderRestriction(module, name),
        ]),
      ),
    ]),
    override("src/main.ts", entryPointRestrictions(modules)),
    override("sandbox/**", [
      {
        group: ["../**/src/**", "../**/test/**"],
        message: "The sandbox shares no code with the bot: it starts the bot as a process of its own.",
      },
    ]),
  ];
  return `{
  "$schema": "./node_modules/@biomejs/biome/configuration_schema.json",
  "overrides": [
${overrides.join(",\n")}
  ]
}
`;
}

function moduleRestrictions(module: Module, modules: readonly Module[]): Restriction[] {
  const others = modules.filter((other) => other.name !== module.name);
  const upward = others.filter((other) => !mayImport(module, other)).map(({ name }) => name);
  const closed = others.filter((other) => mayImport(module, other) && !other.isOpen).map(({ name }) => name);
  return [
    {
      group: [...(upward.length > 0 ? [`../**/${anyOf(upward)}/**`] : []), "../**/main.ts"],
      message: `src/${module.name} stands below or beside the imported module: imports point only downward.`,
    },
    ...(closed.length > 0
      ? [
          {
            group: [`../**/${anyOf(closed)}/**`, `!../**/${anyOf(closed)}/index.ts`],
            message: "A module is imported through its index.ts.",
          },
        ]
      : []),
    {
      group: packagePatterns((name) => !mayImportPackage(module, name), modules),
      message:
        "This package belongs to another module (CONTRIBUTING.md lists them): use that module, or declare a port.",
    },
    OUTSIDE,
  ];
}

/** The folders after this one, and the files above all folders. */
function folderRestriction({ folders = [], files = [] }: Module, folder: string): Restriction {
  const above = folders.slice(folders.findIndex(({ name }) => name === folder) + 1).map(({ name }) => name);
  return {
    group: [
      ...(above.length > 0 ? [`../**/${anyOf(above)}/**`] : []),
      ...["..", "../.."].map((up) => `${up}/${anyOf([...files, "index.ts"])}`),
    ],
    message: `${folder}/ stands below the imported folder or file of its module: imports point only downward.`,
  };
}

function entryPointRestrictions(modules: readonly Module[]): Restriction[] {
  const closed = modules.filter(({ isOpen }) => !isOpen).map(({ name }) => name);
  return [
    {
      group: packagePatterns((name) => !ENTRY_POINT_PACKAGES.includes(name), modules),
      message:
        "This package belongs to a module (CONTRIBUTING.md lists them): the entry point only starts the app.",
    },
    {
      group: [`./${anyOf(closed)}/**`, `!./${anyOf(closed)}/index.ts`],
      message: "A module is imported through its index.ts.",
    },
    { group: ["./**/sandbox/**", "../**"], message: "The entry point imports from src alone." },
  ];
}

function packagePatterns(isForbidden: (name: string) => boolean, modules: readonly Module[]): string[] {
  const names = modules.flatMap(({ packages = [] }) => packages).filter(isForbidden);
  const scopes = names.filter((name) => name.endsWith("/*")).map((name) => name.slice(0, -2));
  const single = names.filter((name) => !name.endsWith("/*"));
  const builtIn = single.filter((name) => name.startsWith("node:")).map((name) => name.slice("node:".length));
  return [
    ...(scopes.length > 0 ? [`${anyOf(scopes)}/**`] : []),
    anyOf([...single, ...builtIn]),
    `${anyOf(single)}/**`,
  ];
}

/** One pattern for several names, because Biome is slower with several patterns. */
function anyOf(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]}` : `{${names.join(",")}}`;
}

function override(includes: string, patterns: readonly Restriction[]): string {
  const rule = patterns.map((pattern) => `          ${JSON.stringify(pattern)}`).join(",\n");
  return `    {
      "includes": [${JSON.stringify(includes)}],
      "linter": { "rules": { "style": { "noRestrictedImports": { "level": "error", "options": {
        "patterns": [
${rule}
        ] } } } } }
    }`;
}
