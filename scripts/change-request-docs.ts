// Writes the tables of docs/change-requests.md from the code; with --check it only says whether they agree.

import { readFileSync, writeFileSync } from "node:fs";
import { REQUEST_TRANSITIONS, TARGET_TRANSITIONS } from "../src/change-requests/state-machine.ts";

const PAGE = new URL("../docs/change-requests.md", import.meta.url);

const page = readFileSync(PAGE, "utf8");
const wanted = withTable(withTable(page, "requests", REQUEST_TRANSITIONS), "targets", TARGET_TRANSITIONS);
if (!process.argv.includes("--check")) writeFileSync(PAGE, wanted);
else if (page !== wanted) {
  process.stderr.write(
    "docs/change-requests.md is not what the code does; npm run docs brings it up to date.\n",
  );
  process.exitCode = 1;
}

/** A page with a table of transitions between its marks. */
function withTable(text: string, name: string, table: Readonly<Record<string, object>>): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/change-requests.md has no ${begin} … ${end}.`);
  const rows = Object.entries(table).flatMap(([state, events]) =>
    Object.entries(events).map(([event, next]) => [state, event, String(next)]),
  );
  const ends = Object.entries(table).flatMap(([state, events]) =>
    Object.keys(events).length === 0 ? [`\`${state}\``] : [],
  );
  const lines = [
    ...["| from | event | to |", "| --- | --- | --- |"],
    ...rows.map(([state, event, next]) => `| \`${state}\` | \`${event}\` | \`${next}\` |`),
  ];
  const content = `\n\n${lines.join("\n")}\n\nNothing leads out of ${ends.join(", ")}.\n\n`;
  return `${text.slice(0, from)}${begin}${content}${text.slice(to)}`;
}
