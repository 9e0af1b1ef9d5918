// Starts the service from `dist/` if `npm run build` has made it, or else from the source.

import "./check-node.mjs";
import { existsSync } from "node:fs";

const built = new URL("../dist/main.js", import.meta.url);
const source = new URL("../src/main.ts", import.meta.url);

if (!existsSync(new URL("../node_modules", import.meta.url))) {
  process.stderr.write("The dependencies are not installed: run `npm ci`.\n");
  process.exit(1);
}

await import(existsSync(built) ? built.href : source.href);
