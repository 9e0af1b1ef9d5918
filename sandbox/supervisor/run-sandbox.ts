import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { runTour } from "../tour/run-tour.ts";
import { createProgress } from "./progress.ts";
import type { SandboxOptions } from "./sandbox-options.ts";
import { serveSandbox } from "./serve-sandbox.ts";
import { type Sandbox, startSandbox } from "./start-sandbox.ts";
import { aborted, listenForStop, type StopSignal } from "./stop-signal.ts";
import { createStyle } from "./terminal/style.ts";

/**
 * Runs the sandbox until a person or a signal stops it, or runs the tour in it. Resolves to the exit code: 0, 1 after a
 * failure, or 128 plus the signal's number after an interrupted tour.
 */
export async function runSandbox(options: SandboxOptions): Promise<number> {
  const { tour, delivery, dataDir } = options;
  const signal = listenForStop();
  // Only the tour's transcript goes to standard output.
  const log = tour ? process.stderr : process.stdout;
  const now = () => performance.now();
  const progress = createProgress({ write: (text) => log.write(text), now });
  try {
    const startedAt = now();
    let exitCode = 0;
    {
      await using sandbox = await startSandbox({
        delivery,
        dataDir,
        database: tour ? "disposable" : "kept",
        // The simulators start empty each time. An older database would have cards and changes that they lack.
        fresh: !tour,
        rateLimits: !tour,
        progress,
        signal,
      });
      if (tour) exitCode = await runTourWhileAlive(sandbox, signal);
      else await serveSandbox({ sandbox, dataDir, signal });
    }
    const isTold = tour && !signal.aborted;
    log.write(isTold ? `\nIt took ${seconds(now() - startedAt)} in all.\n` : "Stopped.\n");
    return exitCode;
  } catch (error) {
    if (signal.aborted) return tour ? interruptedBy(signal) : 0;
    process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
}

/** Runs the tour until its end, the end of the bot, or a signal. Resolves to the exit code. */
async function runTourWhileAlive(sandbox: Sandbox, signal: AbortSignal): Promise<number> {
  const write = (text: string) => process.stdout.write(text);
  const died = new Promise<"died">((resolve) => {
    sandbox.bot.onDeath(({ how, lastWords }) => {
      process.stderr.write(`\nThe bot has ended in the middle of the tour (${how}):\n${lastWords}\n`);
      resolve("died");
    });
  });
  const running = runTour({ sandbox, write, style: createStyle(process.stdout) });
  const ending = await Promise.race([running, died, aborted(signal).then(() => "interrupted" as const)]);
  if (ending === "interrupted") return interruptedBy(signal);
  if (ending !== "died" && ending.passed) return 0;
  // If the bot ended, a step may fail before the end is reported.
  await Promise.race([died, delay(1_000)]);
  return 1;
}

function interruptedBy(signal: AbortSignal): number {
  // `listenForStop` gives the signal's name as the reason.
  const name = signal.reason as StopSignal;
  return 128 + constants.signals[name];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
