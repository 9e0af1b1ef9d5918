import { readFile, writeFile } from "node:fs/promises";
import { withTranscript } from "./readme/tour-transcript.ts";

// `npm run -s sandbox -- --tour 2>/dev/null | npm run -s readme:tour`: puts the transcript into the README.

const README = new URL("../README.md", import.meta.url);

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const transcript = Buffer.concat(chunks).toString("utf8");
await writeFile(README, withTranscript(await readFile(README, "utf8"), transcript));
