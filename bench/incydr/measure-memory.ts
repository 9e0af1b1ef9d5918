import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import { atMost, type Metric } from "../metric.ts";
import { startSimulatorProcess } from "./simulator-process.ts";

const userCount = 100_000;
const program = join(import.meta.dirname, "listing-program.ts");
const answer = z.object({ count: z.literal(userCount), bytes: z.number() });

/** Compares the memory for listing very many users with the memory for keeping all of them. */
export async function measureMemory(): Promise<Metric[]> {
  await using simulator = await startSimulatorProcess({ userCount, requestsPerMinute: null });
  const { url, clientId, clientSecret } = simulator;
  const list = async (keepAll: boolean) => {
    const settings = JSON.stringify({ url, clientId, clientSecret, keepAll });
    const child = fork(program, [settings], { execArgv: ["--expose-gc"] });
    const [message] = await once(child, "message");
    return answer.parse(message).bytes / 2 ** 20;
  };
  const iterating = await list(false);
  const keeping = await list(true);
  return [
    atMost(
      1 / 3,
      `Memory while listing ${userCount} users, against keeping them all`,
      iterating / keeping,
      `most in use above the start, after collection: ${iterating.toFixed(1)} MB / ${keeping.toFixed(1)} MB`,
    ),
  ];
}
