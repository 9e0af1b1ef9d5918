import { expect, vi } from "vitest";
import type { World } from "./world.ts";

/**
 * Holds the requests to Incydr while `act` runs: the first `sizes[0]` until all of them have arrived, then as many as
 * `sizes[1]`, and so on. Resolves to each round, sorted. Requests of one round were sent without waiting for one another.
 */
export async function roundsIn(
  { incydr }: World,
  sizes: readonly number[],
  act: () => Promise<unknown>,
): Promise<string[][]> {
  incydr.control.clearLogs();
  const gates = sizes.map((size) => ({ size, gate: incydr.control.hold("**", { times: size }) }));
  const acting = act();
  // The caller learns of a failure at the end.
  acting.catch(() => undefined);
  const rounds: string[][] = [];
  let seen = 0;
  for (const { size, gate } of gates) {
    const held = () => {
      const requests = incydr.requestLog().slice(seen, seen + size);
      return requests.map(({ method, route, query }) => `${method} ${route}${usernameIn(query)}`);
    };
    await vi.waitFor(() => expect(held(), `after ${rounds.length} rounds`).toHaveLength(size), {
      timeout: 15_000,
    });
    await gate.arrivals(size);
    rounds.push(held().sort());
    seen += size;
    gate.release();
  }
  await acting;
  return rounds;
}

function usernameIn(query: string): string {
  const username = new URLSearchParams(query).get("username");
  return username === null ? "" : ` ${username}`;
}
