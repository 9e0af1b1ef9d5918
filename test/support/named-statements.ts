import type pg from "pg";

/**
 * Lets each connection of a pool plan a statement once, and not each time that it comes up again: for tests in which
 * few statements come up very often. The tables must not be altered meanwhile.
 */
export function nameStatements(pool: pg.Pool): void {
  const names = new Map<string, string>();
  const nameOf = (text: string) => {
    const name = names.get(text) ?? `s${names.size}`;
    names.set(text, name);
    return name;
  };
  pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const named = (text: unknown, values: unknown, ...others: unknown[]) =>
      typeof text === "string" && Array.isArray(values) && values.length > 0
        ? query({ name: nameOf(text), text, values }, ...others)
        : query(text, values, ...others);
    // The same function, as those who give it a text and values use it.
    client.query = named as typeof client.query;
  });
}
