import { constants } from "node:os";
import { playStory } from "../tour/play-story.ts";
import { createProgress } from "./progress.ts";
import { runPrompt } from "./prompt/run-prompt.ts";
import { createPromptSession } from "./prompt/prompt-session.ts";
import type { SandboxOptions } from "./sandbox-options.ts";
import { type Sandbox, startSandbox } from "./start-sandbox.ts";
import { aborted, listenForStop, type StopSignal } from "./stop-signal.ts";
import { summary } from "./summary.ts";
import { createStyle } from "./terminal/style.ts";
import type { BotDeath } from "./bot-process.ts";

/**
 * Runs the sandbox until it is asked to stop, or plays the tour in it; resolves to the exit code of the process:
 * 0, 1 if something failed or differed, 128 and the signal's number if a tour was interrupted.
 */
export async function runSandbox(options: SandboxOptions): Promise<number> {
  const { tour, delivery, dataDir, fresh } = options;
  const signal = listenForStop();
  // The tour's transcript has standard output for itself.
  const say = (text: string) => (tour ? process.stderr : process.stdout).write(text);
  const deaths = createDeathNotice();
  try {
    await using sandbox = await startSandbox({
      delivery,
      dataDir,
      database: tour ? "disposable" : "kept",
      fresh,
      rateLimits: !tour,
      progress: createProgress({ write: say, now: () => performance.now() }),
      onBotDeath: deaths.notify,
      signal,
    });
    const run = { sandbox, signal, deaths };
    return tour ? await tell(run) : await serve({ ...run, dataDir });
  } catch (error) {
    if (signal.aborted) return tour ? interruptedBy(signal.reason) : 0;
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
}
