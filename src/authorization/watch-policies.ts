import { watch } from "node:fs";
import { PolicyError } from "./authorization-errors.ts";
import { parsePolicies } from "./policy-files.ts";
import { hashOf, type PolicySet, readSources } from "./policy-sources.ts";

/** Called after a policy file has changed. */
export interface PolicyWatchHooks {
  /**
   * The files are valid, and differ from those in force here. Resolves to whether they are in force from now on. `isAgain`
   * if the hook already answered no for the same files.
   */
  readonly onLoaded: (set: PolicySet, isAgain: boolean) => Promise<boolean>;
  /** The files are invalid; the last valid ones stay in force. */
  readonly onRefused: (error: PolicyError) => Promise<void>;
  /** A hook or the watcher failed. */
  readonly onError: (error: unknown) => void;
}

/** How long no file may change before the folder is read, in milliseconds: copying a folder makes many changes. */
const QUIET_MS = 1_000;
/** The pause before the next try if the files are not in force, in milliseconds. */
const RETRY_MS = 5_000;
/** The pause between readings without an event, in milliseconds: if the folder is replaced, the watcher keeps the old one. */
const LOOK_MS = 30_000;

/**
 * Loads a folder of policies after each change, and at intervals. `decidingHash` is the hash of the policies loaded first;
 * `null` if they are not in force. Dispose of it to stop.
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
  // Files may have changed between the first loading and the start of the watcher.
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

  /** Keeps an earlier reload that a change has planned. */
  function lookAgainAfter(delayMs: number): void {
    if (timer === undefined) reloadAfter(delayMs);
  }

  async function reload(): Promise<void> {
    try {
      const sources = await readSources(folder);
      const hash = hashOf(sources);
      const isAgain = hash === refused;
      refused = null;
      // Parsing blocks the process for a while, so known files are not parsed.
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
