import { type Command, Redis } from "ioredis";

/** After this time without a connection or an answer, Redis counts as unreachable. In milliseconds. */
const responseTimeoutMs = 2000;

/**
 * A client of Redis 6 or later for Bottleneck 2.19 and for our own scripts. It connects at once and never reconnects.
 * After a loss the state in Redis may be gone, so the caller opens another client and joins again.
 */
export function createRedisClient(url: string): Redis {
  return new BottleneckRedis(url, {
    connectTimeout: responseTimeoutMs,
    commandTimeout: responseTimeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    reconnectOnError: () => false,
    enableReadyCheck: true,
  });
}

/** Adapts Bottleneck to Redis 7 and to machines whose clocks differ. */
class BottleneckRedis extends Redis {
  // Bottleneck passes the machine's time as first argument. If one replica's clock is seconds ahead, another would wait
  // for seconds for its next slot, and all others would wait for that replica.
  override defineCommand(name: string, definition: { lua: string; numberOfKeys?: number }): void {
    const lua = definition.lua.replace(machineTime, redisTime);
    super.defineCommand(name, { ...definition, lua });
  }

  override sendCommand(...[command, ...rest]: Parameters<Redis["sendCommand"]>): unknown {
    withoutErrorPrefix(command);
    return super.sendCommand(command, ...rest);
  }
}

const machineTime = "local now = tonumber(ARGV[1])";
const redisTime = "local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000)";

/**
 * Redis 7 puts `ERR ` before the errors of scripts. Bottleneck compares the whole text of two of its errors. If it
 * doesn't recognize them, it never recovers from a Redis that was restarted empty (its issues 205, 212 and 219).
 */
function withoutErrorPrefix(command: Command): void {
  const { reject } = command;
  command.reject = (error) => {
    error.message = error.message.replace(/^ERR (?=SETTINGS_KEY_NOT_FOUND$|UNKNOWN_CLIENT$)/, "");
    reject.call(command, error);
  };
}
