import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const root = new URL("../../../", import.meta.url);

it("no file of src/persistence writes JSON that may hold characters that PostgreSQL refuses", () => {
  const bare = globSync("src/persistence/**/*.ts", { cwd: root }).filter((path) =>
    readFileSync(new URL(path, root), "utf8").includes("JSON.stringify("),
  );
  expect(bare).toEqual([]);
});
