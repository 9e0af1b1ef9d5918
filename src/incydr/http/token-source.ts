import type { Clock } from "../../kernel/clock.ts";
import { untilAborted } from "../model/until-aborted.ts";

/** The access token that requests carry. */
export interface TokenSource {
  /** A usable token; fetched once for all who wait for it. Rejects with `fetchToken`'s error or the signal's reason. */
  get(signal: AbortSignal): Promise<string>;
  /** The token if it is usable now; begins to renew it when it soon won't be. */
  current(): string | undefined;
  /** Fetches a new token now, shared by all callers that wait for one. Rejects with `fetchToken`'s error or the signal's reason. */
  renew(signal: AbortSignal): Promise<void>;
  /** Forgets a token that the server refused, unless it has been replaced already. */
  discard(token: string): void;
}

/** A token as the server gave it. */
export interface FetchedToken {
  readonly token: string;
  /** How long it lives from the moment it was asked for, in milliseconds. */
  readonly lifeMs: number;
}

// A token is given up this early: the server counts its life from a moment before we hear of it.
const maxSkewMs = 30_000;
const maxRenewAheadMs = 60_000;
const renewAgainMs = 5000;

/** Keeps one token and renews it before it expires; one request fetches it for however many wait. */
export function createTokenSource({
  fetchToken,
  clock,
}: {
  readonly fetchToken: () => Promise<FetchedToken>;
  readonly clock: Clock;
}): TokenSource {
  let held: { token: string; usableUntilMs: number; renewAtMs: number } | undefined;
  let fetching: Promise<string> | undefined;
  const nowMs = () => clock.now().getTime();

  function fetchOnce(): Promise<string> {
    fetching ??= fetchNow().finally(() => {
      fetching = undefined;
    });
    return fetching;
  }

  async function fetchNow(): Promise<string> {
    const askedAtMs = nowMs();
    const { token, lifeMs } = await fetchToken();
    const usableUntilMs = askedAtMs + lifeMs - Math.min(maxSkewMs, lifeMs * 0.1);
    const renewAtMs = usableUntilMs - Math.min(maxRenewAheadMs, lifeMs * 0.2);
    held = { token, usableUntilMs, renewAtMs };
    return token;
  }

  function renewAhead(): void {
    if (!held || nowMs() < held.renewAtMs) return;
    held = { ...held, renewAtMs: nowMs() + renewAgainMs };
    // The token at hand still works; who needs a new one and can't have it will hear why.
    fetchOnce().catch(() => undefined);
  }

  function current(): string | undefined {
    if (!held || nowMs() >= held.usableUntilMs) return undefined;
    renewAhead();
    return held.token;
  }

  return {
    current,
    get: async (signal) => current() ?? (await untilAborted(fetchOnce(), signal)),
    renew: async (signal) => void (await untilAborted(fetchOnce(), signal)),
    discard: (token) => {
      if (held?.token === token) held = undefined;
    },
  };
}
