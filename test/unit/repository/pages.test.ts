import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.join(import.meta.dirname, "../../..");
const pages = globSync(["*.md", "docs/**/*.md"], { cwd: root });

it("the README has at most 200 lines", () => {
  expect(readFileSync(path.join(root, "README.md"), "utf8").split("\n").length).toBeLessThanOrEqual(200);
});

it.each(pages)("the links of %s lead to files and headings that exist", (page) => {
  const text = readFileSync(path.join(root, page), "utf8");
  const targets = [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = ""]) => target);
  const broken = targets.filter((target) => {
    const [file = "", heading] = target.split("#");
    if (/^https?:/.test(target)) return false;
    if (file !== "") return !existsSync(path.join(root, path.dirname(page), file));
    return !headingsOf(text).includes(heading ?? "");
  });
  expect(broken).toEqual([]);
});

/** The names by which GitHub links to the headings of a page. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}
