import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Answers of the health check, which a separate process requests every 10 ms. */
export interface HealthPoll extends AsyncDisposable {
  /** The longest time of an answer to a request since `sinceMs` (as `Date.now()`), in milliseconds. */
  longestMs(sinceMs: number): number;
}

/** Starts the requests; resolves after the first answer. */
export async function pollHealth(url: string): Promise<HealthPoll> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "poll-program.ts"), url], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const answers: { readonly askedAt: number; readonly tookMs: number }[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const [askedAt = 0, tookMs = 0] = line.split(" ").map(Number);
    answers.push({ askedAt, tookMs });
  });
  await once(lines, "line");
  return {
    longestMs: (sinceMs) =>
      answers
        .filter(({ askedAt }) => askedAt >= sinceMs)
        .reduce((longest, { tookMs }) => Math.max(longest, tookMs), 0),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
