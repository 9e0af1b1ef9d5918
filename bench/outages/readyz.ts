import { setTimeout as delay } from "node:timers/promises";
import type { BenchWorld } from "../open-world.ts";

/** The answer of `/readyz`: its status, and the code of each dependency that fails. */
export interface ReadyzAnswer {
  readonly status: number;
  readonly failing: Readonly<Record<string, string>>;
}

/** Requests `/readyz`: whether the bot can do its job, or with `traffic` whether this replica can take work. */
export async function askReadyz(
  { sandbox }: BenchWorld,
  scope: "all" | "traffic" = "all",
): Promise<ReadyzAnswer> {
  const answer = await fetch(`${sandbox.opsUrl}/readyz?scope=${scope}`);
  const { dependencies } = (await answer.json()) as {
    dependencies: Record<string, { state: string; lastError: string | null }>;
  };
  const failing = Object.entries(dependencies)
    .filter(([, { state }]) => state === "failing")
    .map(([name, { lastError }]) => [name, lastError ?? "no code"]);
  return { status: answer.status, failing: Object.fromEntries(failing) };
}

/** An answer as text, such as `503 incydr: unauthorized`. */
export function describeReadyz({ status, failing }: ReadyzAnswer): string {
  const faults = Object.entries(failing).map(([name, code]) => `${name}: ${code}`);
  return [String(status), ...faults].join(" ");
}

/**
 * Waits until `/readyz` answers as wanted.
 * @returns the seconds that it took
 * @throws the last answer if it takes longer than two minutes
 */
export async function untilReadyz(
  world: BenchWorld,
  isWanted: (answer: ReadyzAnswer) => boolean,
): Promise<{ seconds: number; answer: ReadyzAnswer }> {
  const startedAtMs = performance.now();
  for (;;) {
    const answer = await askReadyz(world);
    const seconds = (performance.now() - startedAtMs) / 1000;
    if (isWanted(answer)) return { seconds, answer };
    if (seconds > 120) throw new Error(`/readyz still answers ${describeReadyz(answer)}`);
    await delay(50);
  }
}

export const isReady = ({ status }: ReadyzAnswer): boolean => status === 200;
