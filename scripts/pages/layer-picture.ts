import { MODULES, type Module } from "../layers/layers.ts";

/** The systems outside the process, and the modules that call them. */
const OUTSIDE = [
  { name: "Slack", module: "slack" },
  { name: "Incydr", module: "incydr" },
  { name: "PostgreSQL", module: "persistence" },
] as const;

/** The modules in their layers, the highest first, as a Mermaid picture. */
export function layerPicture(modules: readonly Module[] = MODULES): string {
  const layers = [...Map.groupBy(modules, ({ layer }) => layer)].sort(([a], [b]) => b - a);
  const boxes = layers.flatMap(([layer, ofLayer]) => [
    `  subgraph L${layer}["layer ${layer}"]`,
    "    direction LR",
    ...ofLayer.map(({ name, task }) => `    ${name.replace("-", "_")}["<b>${name}</b><br>${task}"]`),
    "  end",
  ]);
  const arrows = layers.slice(1).map(([layer], index) => `  L${layers[index]?.[0]} --> L${layer}`);
  const outside = OUTSIDE.map(({ name, module }) => `  ${module} <--> ${name}([${name}])`);
  return ["```mermaid", "flowchart TB", ...boxes, ...arrows, ...outside, "```"].join("\n");
}
