import { markdownTable } from "../pages/page-parts.ts";
import { MODULES, type Module } from "./layers.ts";

/** The tables of CONTRIBUTING.md: the modules, the highest first, and their folders, the lowest first. */
export function layerTables(modules: readonly Module[] = MODULES): { modules: string; folders: string } {
  return {
    modules: markdownTable(
      ["you want to change", "module", "layer", "packages it alone imports"],
      modules.toReversed().map(({ name, layer, task, places, packages = [] }) => [
        task,
        places ?? `\`${name}/\``,
        name === "app" ? `${layer}, ${layer + 1}` : `${layer}`,
        packages
          .filter((each) => !each.startsWith("node:"))
          .map((each) => `\`${each}\``)
          .join(", "),
      ]),
    ),
    folders: markdownTable(
      ["folder", "holds"],
      modules.flatMap(({ name, folders = [] }) =>
        folders.map((folder) => [`\`${name}/${folder.name}/\``, folder.holds]),
      ),
    ),
  };
}
