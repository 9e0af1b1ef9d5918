import { watch } from "node:fs";
import { PolicyError } from "./authorization-errors.ts";
import { createPolicyEngine, type PolicyEngine } from "./policy-engine.ts";
import { loadPolicies } from "./policy-files.ts";

/** Who hears of what became of a changed policy file. */
export interface PolicyWatchHooks {
  /** The files are sound, and differ from those that were loaded last. */
  readonly onLoaded: (engine: PolicyEngine) => Promise<void>;
  /** They are not; whatever was loaded last stays. */
  readonly onRefused: (error: PolicyError) => Promise<void>;
  /** Something else went wrong: a hook, or the watching itself. */
  readonly onError: (error: unknown) => void;
}

/** How long files have to be left alone before they are read, in milliseconds: an editor writes more than once. */
const QUIET_MS = 200;
/** How long after a fault they are read again, in milliseconds: what wasn't recorded decides nowhere. */
const RETRY_MS = 5_000;

/** Loads a folder of policies anew whenever a file in it changes. Dispose of it to stop. */
export function watchPolicies(
  folder: string,
  loadedHash: string,
  { onLoaded, onRefused, onError }: PolicyWatchHooks,
): AsyncDisposable {
  let known = loadedHash;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isOver = false;
  const watcher = watch(folder, () => reloadAfter(QUIET_MS));
  watcher.on("error", onError);
  // What was changed between the loading and now was seen by nobody.
  reloadAfter(0);

  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      watcher.close();
      clearTimeout(timer);
      await running;
    },
  };

  function reloadAfter(delayMs: number): void {
    if (isOver) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(reload).catch((error: unknown) => {
        onError(error);
        reloadAfter(RETRY_MS);
      });
    }, delayMs);
  }

  async function reload(): Promise<void> {
    try {
      const set = await loadPolicies(folder);
      if (set.hash === known) return;
      await onLoaded(createPolicyEngine(set));
      known = set.hash;
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      await onRefused(error);
    }
  }
}
