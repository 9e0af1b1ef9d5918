import { type Clock, isFresh } from "../../kernel/clock.ts";
import type { PeopleSources } from "./check-authority.ts";

/** How old it may be, in milliseconds, which Incydr user somebody is. */
const IDENTITY_MAX_AGE_MS = 30_000;

/** The same people, of whom Incydr is asked once for a while which of its users they are; the rest is read each time. */
export function rememberIdentities({ identify, ...asked }: PeopleSources, clock: Clock): PeopleSources {
  const known = new Map<string, { found: ReturnType<PeopleSources["identify"]>; atMs: number }>();
  return {
    ...asked,
    identify(person, lane) {
      const who = `${person.slackUserId} ${person.email}`;
      const atMs = clock.now().getTime();
      const before = known.get(who);
      if (before && isFresh(before, atMs, IDENTITY_MAX_AGE_MS)) return before.found;
      const found = identify(person, lane);
      known.set(who, { found, atMs });
      // What failed is asked again; whoever asked hears of it.
      found.catch(() => known.delete(who));
      return found;
    },
  };
}
