import { readFile, writeFile } from "node:fs/promises";
import { TOUR_PAGES } from "./tour/tour-pages.ts";

// `npm run -s sandbox -- --tour 2>/dev/null | npm run -s docs:tour` writes the transcript to docs/tour.md, and its best
// lines to the README.

const ROOT = new URL("..", import.meta.url);

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const transcript = Buffer.concat(chunks).toString("utf8");
const written = await Promise.all(
  TOUR_PAGES.map(async ({ page, withTour }) => {
    const url = new URL(page, ROOT);
    return { url, text: withTour(await readFile(url, "utf8"), transcript) };
  }),
);
// If one page can't be made, none is written.
for (const { url, text } of written) await writeFile(url, text);
