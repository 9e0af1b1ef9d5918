/** Tells waiters that something a person could see has changed; it says nothing of what. */
export interface ChangeSignal {
  /** Calls every listener; each looks again at what it waits for. */
  emit(): void;
  /** Adds a listener; the returned function removes it. */
  listen(listener: () => void): () => void;
  /**
   * Resolves with the first value of `look` that isn't undefined, looking now and after each change. Rejects
   * with `failure()`'s message after `timeoutMs` of real time.
   */
  waitFor<T>(look: () => T | undefined, options: { timeoutMs: number; failure: () => string }): Promise<T>;
}

/** Creates a signal without listeners. */
export function createChangeSignal(): ChangeSignal {
  const listeners = new Set<() => void>();
  const listen = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    emit: () => {
      for (const listener of [...listeners]) listener();
    },
    listen,
    waitFor: (look, { timeoutMs, failure }) =>
      new Promise((resolve, reject) => {
        const first = look();
        if (first !== undefined) {
          resolve(first);
          return;
        }
        const timer = setTimeout(() => {
          stop();
          reject(new Error(failure()));
        }, timeoutMs);
        const stop = listen(() => {
          const found = look();
          if (found === undefined) return;
          clearTimeout(timer);
          stop();
          resolve(found);
        });
      }),
  };
}
