/**
 * The Lua scripts of the shared limiter state. Time is Redis' own, in milliseconds with three decimals, so that the
 * clocks of the replicas don't matter.
 *
 * `slots`: number (of slots granted); of the last one due (when it is to start), latest (after which it isn't used
 * any more) and started (when it did, as soon as that is known); pausedUntil, history.
 * `members`: replica id to what it told of itself. `leases`: replica id, scored with when that lapses.
 */
const prelude = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local function text(ms) return string.format('%.3f', ms) end
local function read(name) return tonumber(redis.call('HGET', KEYS[1], name)) end
`;

/** A week in which no replica ran forgets everything. */
const keepAll = "for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 604800000) end";

/**
 * Keys slots, members, leases; id, record, lease in ms, 1 when joining. Stores the record of this replica, removes
 * those whose lease lapsed, and returns everything. A replica that joins may just have started a request by itself.
 * In a Redis that was emptied the last start is unknown. Both count as a start now.
 */
export const reportScript = `${prelude}
local due = read('due')
if not due or due > now + 1000 then
  redis.call('HSETNX', KEYS[1], 'number', 0)
  redis.call('HSET', KEYS[1], 'due', text(now), 'latest', text(now), 'started', text(now))
elseif ARGV[4] == '1' then
  redis.call('HSET', KEYS[1], 'latest', text(math.max(now, read('latest'))))
  local started = read('started')
  if started then redis.call('HSET', KEYS[1], 'started', text(math.max(now, started))) end
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[3], text(now + ARGV[3]), ARGV[1])
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', text(now))) do
  redis.call('HDEL', KEYS[2], id)
  redis.call('ZREM', KEYS[3], id)
end
${keepAll}
return { text(now), redis.call('HMGET', KEYS[1], 'number', 'due', 'started', 'pausedUntil', 'history'), redis.call('HGETALL', KEYS[2]) }
`;

/**
 * Key slots; number it was decided for, spacing, early and late tolerance in ms, history, channel, message. Grants the
 * next slot, up to the early tolerance before its time, unless another was granted meanwhile; returns the time now
 * and when it is to start. As long as it isn't known when the last one started, that counts as its latest moment. The
 * message goes to the channel with the moment that is due after it.
 */
export const grantScript = `${prelude}
if redis.call('HGET', KEYS[1], 'number') ~= ARGV[1] or (read('pausedUntil') or 0) > now then return false end
local due = math.max(now, (read('started') or read('latest')) + ARGV[2])
if due > now + ARGV[3] then return false end
redis.call('HSET', KEYS[1], 'number', ARGV[1] + 1, 'due', text(due), 'latest', text(due + ARGV[4]), 'history', ARGV[5])
redis.call('HDEL', KEYS[1], 'started')
if ARGV[6] ~= '' then redis.call('PUBLISH', ARGV[6], ARGV[7] .. ' ' .. text(due)) end
return { text(now), text(due) }
`;

/** Key slots; number of slots granted with this one, when its request started. */
export const startedScript = `${prelude}
if redis.call('HGET', KEYS[1], 'number') == ARGV[1] then
  redis.call('HSET', KEYS[1], 'started', text(math.max(read('due'), math.min(now, tonumber(ARGV[2])))))
end
`;

/** Key slots; number of slots granted with this one, ms. Its latest moment becomes that long from now, if it isn't past. */
export const holdScript = `${prelude}
if redis.call('HGET', KEYS[1], 'number') ~= ARGV[1] or read('started') or read('latest') < now then return false end
local latest = math.max(read('latest'), now + ARGV[2])
redis.call('HSET', KEYS[1], 'latest', text(latest))
return text(latest)
`;

/** Key slots; ms. Nothing is granted for so long; a shorter pause doesn't end a longer one. */
export const pauseScript = `${prelude}
if (read('pausedUntil') or 0) < now + ARGV[1] then
  redis.call('HSET', KEYS[1], 'pausedUntil', text(now + ARGV[1]))
end
`;

/** Keys members, leases; id. */
export const leaveScript = `
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
`;
