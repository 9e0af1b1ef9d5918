import { watch } from "node:fs";
import { PolicyError } from "./authorization-errors.ts";
import { parsePolicies } from "./policy-files.ts";
import { hashOf, type PolicySet, readSources } from "./policy-sources.ts";

/** Who hears of what became of a changed policy file. */
export interface PolicyWatchHooks {
  /**
   * The files are sound, and differ from those that decide here; resolves to whether they do from now on. `isAgain`:
   * they were as they are when it was last said that they don't.
   */
  readonly onLoaded: (set: PolicySet, isAgain: boolean) => Promise<boolean>;
  /** They are not; whatever was loaded last stays. */
  readonly onRefused: (error: PolicyError) => Promise<void>;
  /** Something else went wrong: a hook, or the watching itself. */
  readonly onError: (error: unknown) => void;
}

/** How long files have to be left alone before they are read, in milliseconds: who copies a folder writes many times. */
const QUIET_MS = 1_000;
/** How long after a fault they are read again, in milliseconds: what wasn't recorded decides nowhere. */
const RETRY_MS = 5_000;
/** How often they are looked at in any case, in milliseconds: watching follows a folder that was moved away. */
const LOOK_MS = 30_000;

/**
 * Loads a folder of policies anew whenever a file in it changes, and from time to time while what it holds doesn't
 * decide. `decidingHash` is of what was loaded first; `null` if that doesn't decide. Dispose of it to stop.
 */
export function watchPolicies(
  folder: string,
  decidingHash: string | null,
  { onLoaded, onRefused, onError }: PolicyWatchHooks,
): AsyncDisposable {
  let known = decidingHash;
  let refused: string | null = null;
  let toldFault: string | null = null;
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
      timer = undefined;
      running = running.then(reload).catch((error: unknown) => {
        onError(error);
        lookAgainAfter(RETRY_MS);
      });
    }, delayMs);
  }

  /** Unless a change that came meanwhile is to be read sooner. */
  function lookAgainAfter(delayMs: number): void {
    if (timer === undefined) reloadAfter(delayMs);
  }

  async function reload(): Promise<void> {
    try {
      const sources = await readSources(folder);
      const hash = hashOf(sources);
      const isAgain = hash === refused;
      refused = null;
      // Parsing takes a while, in which nothing else is done.
      const isKnown = hash === known;
      const decides = isKnown || (await onLoaded(parsePolicies(sources), isAgain));
      toldFault = null;
      if (decides) known = hash;
      else refused = hash;
      lookAgainAfter(decides ? LOOK_MS : RETRY_MS);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      if (error.message !== toldFault) await onRefused(error);
      toldFault = error.message;
      lookAgainAfter(LOOK_MS);
    }
  }
}
