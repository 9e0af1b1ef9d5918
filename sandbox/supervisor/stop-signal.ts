/** The signals of Ctrl-C, `kill`, and the closing of the terminal. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** One of the signals that stop the sandbox. */
export type StopSignal = (typeof SIGNALS)[number];

/**
 * Listens for these signals. The first aborts the returned signal, with its name as the reason. A second ends the
 * process and its child processes at once.
 */
export function listenForStop(): AbortSignal {
  const controller = new AbortController();
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort(name);
    });
  }
  return controller.signal;
}

/** Resolves as soon as the signal is aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
