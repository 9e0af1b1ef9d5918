/** Tells listeners that a visible state has changed. */
export interface ChangeSignal {
  /** Calls every listener, so that each checks its condition again. */
  emit(): void;
  /** Adds a listener; the returned function removes it. */
  listen(listener: () => void): () => void;
  /**
   * Calls `look` now and after each change, and resolves to its first value that isn't `undefined`. Rejects with the
   * message of `failure()` after `timeoutMs` of real time.
   */
  waitFor<T extends {}>(
    look: () => T | undefined,
    options: { timeoutMs: number; failure: () => string },
  ): Promise<T>;
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
    waitFor: (look, { timeoutMs, failure }) => {
      const { promise, resolve, reject } = Promise.withResolvers<NonNullable<ReturnType<typeof look>>>();
      const check = () => {
        try {
          const found = look();
          if (found !== undefined && found !== null) resolve(found);
        } catch (error) {
          reject(error);
        }
      };
      const stop = listen(check);
      const timer = setTimeout(() => {
        try {
          reject(new Error(failure()));
        } catch (error) {
          reject(error);
        }
      }, timeoutMs);
      check();
      return promise.finally(() => {
        clearTimeout(timer);
        stop();
      });
    },
  };
}
