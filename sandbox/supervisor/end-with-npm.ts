import { readFileSync } from "node:fs";

const POLL_MS = 100;

/**
 * Ends this process and its child processes when the npm that runs it has ended; does nothing without npm. A signal to
 * npm reaches npm and its shell, but not this process. The next start would then find the folder in use.
 */
export function endWithNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const lineage = lineageOf(process.ppid);
  const watch = setInterval(() => {
    if (lineageOf(process.ppid) !== lineage) process.exit(1);
  }, POLL_MS);
  watch.unref();
}

/** The shell, and its parent npm if `/proc` shows it. */
function lineageOf(shell: number): string {
  try {
    const npm = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${shell}/status`, "utf8"))?.[1];
    return `${shell} ${npm}`;
  } catch {
    return String(shell);
  }
}
