import { markdownTable } from "./page-parts.ts";

/** A table of transitions, and the list of final states. */
export function transitionTable(table: Readonly<Record<string, object>>): string {
  const rows = Object.entries(table).flatMap(([state, events]) =>
    Object.entries(events).map(([event, next]) => [`\`${state}\``, `\`${event}\``, `\`${String(next)}\``]),
  );
  const ends = Object.entries(table).flatMap(([state, events]) =>
    Object.keys(events).length === 0 ? [`\`${state}\``] : [],
  );
  return `${markdownTable(["from", "event", "to"], rows)}\n\nFinal states: ${ends.join(", ")}.`;
}
