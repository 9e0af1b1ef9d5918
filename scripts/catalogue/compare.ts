import { type Catalogue, topicText } from "./entries.ts";

/** The stored files of a catalogue by topic, as text. */
export type StoredTopics = Readonly<Record<string, string>>;

/** The differences between the stored catalogue and a new one, one line each. */
export function differences(made: Catalogue, stored: StoredTopics): string[] {
  const topics = [...new Set([...Object.keys(made), ...Object.keys(stored)])];
  return topics.flatMap((topic) => {
    const entries = made[topic];
    const text = stored[topic];
    if (entries === undefined) return [`${topic}: is stored, and no longer made`];
    if (text === undefined) return [`${topic}: is not stored`];
    const wanted = topicText(entries);
    if (text === wanted) return [];
    const found = entryDifferences(parsed(wanted), parsed(text));
    return found.length > 0
      ? found.map((difference) => `${topic} · ${difference}`)
      : [`${topic}: the entries are the same, and are printed otherwise`];
  });
}

type Parsed = Readonly<Record<string, unknown>>;

function entryDifferences(made: Parsed, stored: Parsed): string[] {
  const names = [...new Set([...Object.keys(made), ...Object.keys(stored)])];
  return names.flatMap((name) => {
    if (!(name in stored)) return [`${name}: is new`];
    if (!(name in made)) return [`${name}: is gone`];
    return JSON.stringify(made[name]) === JSON.stringify(stored[name]) ? [] : [`${name}: differs`];
  });
}

/** A stored file that isn't JSON has no entry. */
function parsed(text: string): Parsed {
  try {
    return JSON.parse(text) as Parsed; // written by `topicText`
  } catch {
    return {};
  }
}
