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

/** The rate limit of a client, and how replicas share it. */
export interface RateOptions {
  /** Requests started per minute, evenly spaced, requests for tokens included. Default 300; `Infinity` for no limit. */
  readonly requestsPerMinute?: number;
  /** The Redis over which all replicas share `requestsPerMinute`, `redis://` or `rediss://`. */
  readonly redisUrl?: string | undefined;
  /**
   * The part of `requestsPerMinute` that this replica uses without Redis, or while Redis can't be reached: 1 divided by
   * the number of replicas. Default 1.
   */
  readonly share?: number;
}

/**
 * The slots of a client: local ones, or shared with the other replicas of the same `limitOf`.
 * @throws IncydrError `invalid` if an option can't be used
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
    throw invalidInput("requestsPerMinute must be finite if replicas share the limit");
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

/** The password of a Redis URL, if any: as it is spelled in the URL, and decoded. */
function passwordIn(redisUrl: string): string[] {
  const url = URL.parse(redisUrl);
  try {
    if (!url || !/^rediss?:$/.test(url.protocol)) throw new TypeError("not the URL of a Redis server");
    return url.password === "" ? [] : [url.password, decodeURIComponent(url.password)];
  } catch (cause) {
    const rule = "must begin with redis:// or rediss:// and have each % in its password written as %25";
    throw invalidInput(`the URL of Redis ${rule} (${messageOf(cause)})`);
  }
}

/**
 * Opens sessions over the Redis at `redisUrl`, each as the same replica. Replicas with an equal `limitOf` share one
 * limit; Redis gets only its digest.
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
  // The id stays the same after a reconnection, or the share would count twice while the old lease lasts.
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
