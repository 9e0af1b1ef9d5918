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
 * Runs the sandbox until it is asked to stop, or runs the tour in it; resolves to the exit code of the process:
 * 0, 1 if something failed or differed, 128 and the signal's number if a tour was interrupted.
 */
export async function runSandbox(options: SandboxOptions): Promise<number> {
  const { tour, delivery, dataDir } = options;
  const signal = listenForStop();
  // The tour's transcript has standard output for itself.
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
        // The simulators begin anew at each start. An older database would hold cards and changes that they don't have.
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

/** Runs the tour until it ends, the bot ends or a signal arrives; resolves to the exit code. */
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
  // A step may fail because the bot ended, before the end is reported.
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
