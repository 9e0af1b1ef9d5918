import type { Job } from "../change-requests/index.ts";
import { type Clock, OVER } from "../kernel/clock.ts";

/** What takes a click to its write, which somebody waits for in an incident. */
const DEEDS = ["decide", "execute", "execute_emergency", "revoke_grants", "end_grants"] as const;
/** What only tells of it; what was done meanwhile is told with it. */
const TELLING: ReadonlySet<Job["kind"]> = new Set([
  "show_card",
  "show_progress",
  "announce",
  "publish_audit",
]);

/** How long what is told waits at most, and what is done holds it up, in milliseconds: less than anybody notices. */
const PATIENCE_MS = 150;

/** Lets deeds go before what only tells of them, on the one thread and the connections that they share. */
export interface Precedence {
  /** Says that a job was left to be done here; a deed counts as under way from now on. */
  left(kind: Job["kind"]): void;
  /** Resolves when a job of this kind may be begun: at once, unless it only tells and a deed is under way. */
  turnOf(kind: Job["kind"]): Promise<void>;
  /** Runs a job that was begun. */
  run(kind: Job["kind"], work: () => Promise<void>): Promise<void>;
}

/** A deed; it is over for everybody else when it takes long, or is done elsewhere. */
interface Deed {
  readonly over: Promise<void>;
  end(): void;
}

export function createPrecedence({ clock }: { clock: Clock }): Precedence {
  const underWay = new Set<Deed>();
  /** Those that were left and aren't begun, by kind. */
  const expected = new Map<Job["kind"], Set<Deed>>(DEEDS.map((kind) => [kind, new Set()]));

  return {
    left(kind) {
      const ofKind = expected.get(kind);
      if (!ofKind) return;
      const deed = begin();
      ofKind.add(deed);
      void deed.over.then(() => ofKind.delete(deed));
    },

    async turnOf(kind) {
      if (TELLING.has(kind)) await within(Promise.all([...underWay].map(({ over }) => over)));
    },

    async run(kind, work) {
      const ofKind = expected.get(kind);
      if (!ofKind) return work();
      const [first] = ofKind;
      const deed = first ?? begin();
      ofKind.delete(deed);
      try {
        await work();
      } finally {
        deed.end();
      }
    },
  };

  function begin(): Deed {
    const { promise, resolve } = Promise.withResolvers<void>();
    const deed = { over: within(promise), end: resolve };
    underWay.add(deed);
    void deed.over.then(() => underWay.delete(deed));
    return deed;
  }

  /** Waits for it, but not for longer than `PATIENCE_MS`. */
  async function within(work: Promise<unknown>): Promise<void> {
    const done = new AbortController();
    const tooLong = clock.sleep(PATIENCE_MS, done.signal).catch(() => undefined);
    await Promise.race([work, tooLong]);
    done.abort(OVER);
  }
}
