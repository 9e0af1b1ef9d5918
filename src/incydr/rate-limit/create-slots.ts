import { createHash, randomUUID } from "node:crypto";
import type { Clock } from "../../kernel/clock.ts";
import { DEFAULT_REQUESTS_PER_MINUTE } from "../../kernel/default-requests-per-minute.ts";
import { messageOf } from "../../kernel/errors.ts";
import { invalidInput } from "../model/errors.ts";
import type { Observer } from "../model/incydr-hooks.ts";
import { createRedactor } from "../model/redactor.ts";
import type { SlotSource } from "../model/slot-source.ts";
import { createLocalSlots } from "./local-slots.ts";
import { openRedisLink } from "./redis-link.ts";
import { startRedisSlotSession } from "./redis-slot-session.ts";
import { createSharedSlots } from "./shared-slots.ts";
import type { OpenSlotSession } from "./slot-session.ts";

/** How many requests a client may start, and with whom it shares that. */
export interface RateOptions {
  /** Requests started per minute, evenly spaced, tokens included. Default 300; `Infinity` for no limit. */
  readonly requestsPerMinute?: number;
  /** The Redis over which all replicas keep `requestsPerMinute` together, `redis://` or `rediss://`. */
  readonly redisUrl?: string | undefined;
  /**
   * The part of `requestsPerMinute` that this replica keeps to by itself, without Redis or while it can't be
   * reached: 1 divided by the number of replicas. Default 1.
   */
  readonly share?: number;
}

/**
 * The slots of a client: of its own, or kept with the other replicas of the same `limitOf`.
 * @throws IncydrError `invalid` for options that can't be used.
 */
export function createSlots(
  { requestsPerMinute = DEFAULT_REQUESTS_PER_MINUTE, redisUrl, share = 1 }: RateOptions,
  parts: {
    readonly limitOf: readonly string[];
    readonly clock: Clock;
    readonly observer: Observer;
  },
): SlotSource {
  if (!(requestsPerMinute > 0)) throw invalidInput("requestsPerMinute must be more than 0");
  if (!(share > 0 && share <= 1)) throw invalidInput("share must be more than 0 and at most 1");
  if (redisUrl === undefined) return createLocalSlots({ requestsPerMinute: requestsPerMinute * share });
  if (requestsPerMinute === Number.POSITIVE_INFINITY) {
    throw invalidInput("replicas can't keep a limit together that is none");
  }
  const { limitOf, clock, observer } = parts;
  const redactor = createRedactor(passwordIn(redisUrl));
  const openSession = createSlotSessions({ redisUrl, limitOf, requestsPerMinute, share, clock });
  const describe = (reason: unknown) => (reason === null ? null : redactor.redact(messageOf(reason)));
  return createSharedSlots({
    ...{ requestsPerMinute, share, clock, openSession },
    onChange: (status, reason) => observer.onSharing({ ...status, reason: describe(reason) }),
  });
}

/** The password of a Redis URL as it is spelled there and as it is, if it has one. */
function passwordIn(redisUrl: string): string[] {
  const url = URL.parse(redisUrl);
  try {
    if (!url || !/^rediss?:$/.test(url.protocol)) throw new TypeError("not the URL of a Redis");
    return url.password === "" ? [] : [url.password, decodeURIComponent(url.password)];
  } catch (cause) {
    const rule = "must begin with redis:// or rediss://, a % in its password be written as %25";
    throw invalidInput(`the URL of Redis ${rule} (${messageOf(cause)})`);
  }
}

/**
 * Opens sessions over the Redis at `redisUrl`, all of them as the same replica. The replicas of one limit are
 * those of the same `limitOf`: what the limit is for, of which Redis sees a digest.
 */
function createSlotSessions({
  redisUrl,
  limitOf,
  requestsPerMinute,
  share,
  clock,
}: {
  readonly redisUrl: string;
  readonly limitOf: readonly string[];
  readonly requestsPerMinute: number;
  readonly share: number;
  readonly clock: Clock;
}): OpenSlotSession {
  const digest = createHash("sha256").update(JSON.stringify(limitOf)).digest("hex").slice(0, 16);
  const name = `incydr-limit:${digest}`;
  // The same after a reconnection, so that its share isn't counted twice while its old lease lasts.
  const self = { id: randomUUID(), requestsPerMinute, share };

  return async (listener) => {
    const link = await openRedisLink({ url: redisUrl, name, requestsPerMinute });
    try {
      return await startRedisSlotSession({ link, name, self, clock, listener });
    } catch (reason) {
      await link[Symbol.asyncDispose]();
      throw reason;
    }
  };
}
