import { readFile, writeFile } from "node:fs/promises";
import { TOUR_PAGES } from "./tour/tour-pages.ts";

// `npm run -s sandbox -- --tour 2>/dev/null | npm run -s docs:tour`: puts the transcript into docs/tour.md, and its best
// lines into the README.

const ROOT = new URL("..", import.meta.url);

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const transcript = Buffer.concat(chunks).toString("utf8");
for (const { page, withTour } of TOUR_PAGES) {
  const url = new URL(page, ROOT);
  await writeFile(url, withTour(await readFile(url, "utf8"), transcript));
}
