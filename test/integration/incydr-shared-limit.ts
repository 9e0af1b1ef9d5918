import { type RedisServer, startRedisServer } from "../../bench/incydr/redis-server.ts";
import { monotonicMs } from "../../bench/incydr/request-start-times.ts";
import { createIncydrClient, type IncydrClient, parseUserId, type Sharing } from "../../src/incydr/index.ts";
import { type RecordingServer, startRecordingServer, testSecret } from "../unit/incydr/recording-server.ts";

/** So high that no test waits for long, and with so few tokens at once that a doubled share breaks it. */
export const rate = { requestsPerMinute: 1200, burst: 4, reserve: 1 };
export const userId = parseUserId("900000000000000001");
export const redisPassword = "hush-redis";

/** A replica in this process, with its starts and calls. */
export interface Replica {
  readonly client: IncydrClient;
  readonly starts: number[];
  readonly changes: { readonly sharing: Sharing; readonly reason: string | null }[];
  readonly retries: string[];
  /** Resolves when the condition holds; checks it after each event. */
  until(isSo: () => boolean): Promise<void>;
  untilSharing(sharing: Sharing): Promise<void>;
  /** Resolves after this number of further starts. */
  untilStarted(count: number): Promise<void>;
  /** Calls one after another until stopped; resolves with their number and those that failed. */
  callOn(stop: AbortSignal): Promise<{ made: number; failed: unknown[] }>;
}

/** The world of a test of replicas over Redis. */
export interface SharedLimit extends AsyncDisposable {
  readonly redis: RedisServer;
  /** A server in the place of Incydr. */
  readonly server: RecordingServer;
  /** Opens a replica, on this Redis unless another is named. */
  open(redisUrl?: string): Replica;
  /** Opens two replicas, and waits until each knows of the other. */
  openTwo(): Promise<[Replica, Replica]>;
}

/** Starts a Redis and a server for one test; several tests may run at once. */
export async function startSharedLimit(): Promise<SharedLimit> {
  const opened = new AsyncDisposableStack();
  const redis = opened.use(await startRedisServer({ password: redisPassword }));
  const server = opened.use(await startRecordingServer(() => ({ json: { userId } })));

  function open(redisUrl = redis.url): Replica {
    const starts: number[] = [];
    const changes: Replica["changes"] = [];
    const retries: string[] = [];
    const checks = new Set<() => void>();
    const noting =
      <Event>(note: (event: Event) => void) =>
      (event: Event) => {
        note(event);
        for (const check of checks) check();
      };
    const client = opened.use(
      createIncydrClient({
        url: server.url,
        clientId: "key-test",
        clientSecret: testSecret,
        ...rate,
        redisUrl,
        share: 0.5,
        hooks: {
          onRequest: noting(() => void starts.push(monotonicMs())),
          onSharing: noting(({ sharing, reason }) => void changes.push({ sharing, reason })),
          onRetry: noting(({ reason }) => void retries.push(reason)),
        },
      }),
    );
    const until: Replica["until"] = (isSo) =>
      new Promise((resolve) => {
        const check = () => {
          if (!isSo()) return;
          checks.delete(check);
          resolve();
        };
        checks.add(check);
        check();
      });
    return {
      client,
      starts,
      changes,
      retries,
      until,
      untilSharing: (sharing) => until(() => client.limiter.read().sharing === sharing),
      untilStarted: (count) => {
        const wanted = starts.length + count;
        return until(() => starts.length >= wanted);
      },
      callOn: async (stop) => {
        let made = 0;
        const failed: unknown[] = [];
        const callAgain = async () => {
          while (!stop.aborted) {
            made += 1;
            await client.users.getUser(userId).catch((thrown: unknown) => failed.push(thrown));
          }
        };
        await Promise.all([callAgain(), callAgain()]);
        return { made, failed };
      },
    };
  }

  async function openTwo(): Promise<[Replica, Replica]> {
    const two: [Replica, Replica] = [open(), open()];
    await Promise.all(two.map((replica) => replica.untilSharing("together")));
    return two;
  }

  return { redis, server, open, openTwo, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
