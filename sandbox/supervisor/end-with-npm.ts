import { readFileSync } from "node:fs";

const POLL_MS = 100;

/**
 * Ends this process, and with it everything it has started, when the npm that runs it is gone; does nothing without
 * one. A signal that ends npm ends npm's shell at most, which passes it on to nobody, and the next start would find
 * the folder taken.
 */
export function endWithNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const lineage = lineageOf(process.ppid);
  const watch = setInterval(() => {
    if (lineageOf(process.ppid) !== lineage) process.exit(1);
  }, POLL_MS);
  watch.unref();
}

/** The shell and, where there is a `/proc` to read it from, the npm above it. */
function lineageOf(shell: number): string {
  try {
    const npm = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${shell}/status`, "utf8"))?.[1];
    return `${shell} ${npm}`;
  } catch {
    return String(shell);
  }
}
