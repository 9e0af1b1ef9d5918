import { type Command, Redis } from "ioredis";

/** How long Redis may take to connect or to answer before it counts as gone, in milliseconds. */
const responseTimeoutMs = 2000;

/**
 * A client of Redis 6 or later for Bottleneck 2.19 and for our own scripts. It connects at once and never
 * again: who loses it opens another, for what was agreed over it may be gone.
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

/** Puts right what keeps Bottleneck from working on today's Redis and on machines whose clocks differ. */
class BottleneckRedis extends Redis {
  // It is called with the machine's time as first argument. Where clocks differ by seconds, one replica would
  // wait for seconds for a slot that another dated ahead, and all others for that one.
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
 * Redis 7 puts `ERR ` before the errors of scripts. Bottleneck knows two of its own by their whole text, and
 * without them never recovers from a Redis that was restarted empty (its issues 205, 212 and 219).
 */
function withoutErrorPrefix(command: Command): void {
  const { reject } = command;
  command.reject = (error) => {
    error.message = error.message.replace(/^ERR (?=SETTINGS_KEY_NOT_FOUND$|UNKNOWN_CLIENT$)/, "");
    reject.call(command, error);
  };
}
