import { readFile } from "node:fs/promises";
import { z } from "zod";

/** The path leads to the same file from `src/` and from `dist/`. */
const PACKAGE = new URL("../../package.json", import.meta.url);

const manifest = z.object({ version: z.string() });

/** Reads the version of the bot from its `package.json`. */
export async function readVersion(): Promise<string> {
  return manifest.parse(JSON.parse(await readFile(PACKAGE, "utf8"))).version;
}
