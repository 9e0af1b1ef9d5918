import Bottleneck from "bottleneck";
import type { Redis } from "ioredis";
import { untilAborted } from "../model/until-aborted.ts";

/** The connections of a session to Redis, and the queue in which the replicas wait for their turn. */
export interface RedisLink extends AsyncDisposable {
  readonly redis: Redis;
  /** Aborted, with the reason, once a connection is lost or a command failed. */
  readonly lost: AbortSignal;
  /**
   * Runs `work` in this replica's turn: one replica at a time, evenly spaced. After `longestMs` the turn goes to the
   * next replica, so that a killed process does not block the others for ever.
   */
  runExclusive<T>(work: () => Promise<T>, longestMs: number): Promise<T>;
  /** Calls `onMessage` for each message of a channel. */
  listen(channel: string, onMessage: (message: string) => void): Promise<void>;
}

/** Connects to Redis for the limit `name`; rejects if that fails. */
export async function openRedisLink({
  url,
  name,
  requestsPerMinute,
}: {
  readonly url: string;
  readonly name: string;
  readonly requestsPerMinute: number;
}): Promise<RedisLink> {
  // Imported only here: most installations have no Redis, and the start would take a tenth longer.
  const { createRedisClient } = await import("./redis-client.ts");
  const redis = createRedisClient(url);
  const losing = new AbortController();
  const lost = losing.signal;
  const lose = (reason: unknown) => losing.abort(reason);
  const watch = (client: Redis) =>
    client.on("error", lose).on("end", () => lose(new Error("the connection to Redis closed")));
  watch(redis);
  const connection = new Bottleneck.IORedisConnection({ client: redis });
  const spacingMs = 60_000 / requestsPerMinute;
  const queue = new Bottleneck({
    id: `${name}:${requestsPerMinute}`,
    connection,
    maxConcurrent: 1,
    minTime: spacingMs,
    heartbeatInterval: 1000,
    // Redis deletes the keys after a day without use.
    timeout: 86_400_000,
  });
  queue.on("error", lose);
  const ready = queue.ready();
  ready.catch(lose);
  try {
    await untilAborted(ready, lost);
  } catch (reason) {
    await connection.disconnect(false);
    throw reason;
  }
  const listener: Redis = queue.clients().subscriber; // typed any; the copy of the client that subscribes
  watch(listener);

  return {
    redis,
    lost,
    runExclusive: (work, longestMs) =>
      untilAborted(queue.schedule({ expiration: spacingMs + longestMs }, work), lost),
    listen: async (channel, onMessage) => {
      listener.on("message", (to, message) => {
        if (to === channel) onMessage(message);
      });
      await untilAborted(listener.subscribe(channel), lost);
    },
    [Symbol.asyncDispose]: async () => {
      lose(new Error("the session is closed"));
      await connection.disconnect(false);
    },
  };
}
