import { readdirSync, readFileSync } from "node:fs";
import { markdownTable } from "./page-parts.ts";

/** A table of the numbered pages of a folder, with a link to each. A page begins with `# <number>. <title>`. */
export function decisionTable(folder: URL): string {
  const pages = readdirSync(folder).filter((name) => /^\d{4}-.+\.md$/.test(name));
  const rows = pages.sort().map((name) => {
    const [first = ""] = readFileSync(new URL(name, folder), "utf8").split("\n", 1);
    const [, number, title] = /^# (\d+)\. (.+)$/.exec(first) ?? [];
    if (number === undefined || title === undefined)
      throw new Error(`${name} must begin with a title such as “# 7. The title”.`);
    if (Number(number) !== Number.parseInt(name, 10))
      throw new Error(`${name} has another number in its title: ${number}.`);
    return [number, `[${title}](${name})`];
  });
  return markdownTable(["number", "decision"], rows);
}
