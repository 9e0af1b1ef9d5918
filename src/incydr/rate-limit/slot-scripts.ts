/**
 * The Lua scripts of the shared limiter state. Times are Redis' own, in milliseconds with three decimals, so the clocks
 * of the replicas don't matter. The keys:
 *
 * `slots`: `number` (granted slots); of the last slot `due` (when its request is to start), `latest` (when the slot
 * becomes void) and `started` (when its request started, once known); `pausedUntil`; `history`.
 * `members`: the published record of each replica, by id. `leases`: replica ids, scored by the end of the lease.
 */
const prelude = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local function text(ms) return string.format('%.3f', ms) end
local function read(name) return tonumber(redis.call('HGET', KEYS[1], name)) end
`;

/** Redis deletes the keys after a week without a replica. */
const keepAll = "for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 604800000) end";

/**
 * Keys: slots, members, leases. Arguments: id, record, lease in ms, 1 if joining. Stores the record of this replica,
 * removes replicas whose leases expired, and returns the whole state. A replica that joins may just have started a
 * request in fallback, and in an emptied Redis the last start is unknown: both count as a start now.
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
 * Key: slots. Arguments: number of the slot, spacing, early and late tolerance in ms, history, channel, message. Grants
 * the slot if it is due within the early tolerance and is still the next one; returns the time and when its request is
 * to start. If the start of the last request isn't known, its latest moment counts. Publishes the message and the due
 * time on the channel.
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

/** Key: slots. Arguments: number of slots including this one, start of its request. */
export const startedScript = `${prelude}
if redis.call('HGET', KEYS[1], 'number') == ARGV[1] then
  redis.call('HSET', KEYS[1], 'started', text(math.max(read('due'), math.min(now, tonumber(ARGV[2])))))
end
`;

/** Key: slots. Arguments: number of slots including this one, ms. A slot that isn't void yet becomes void in `ms`. */
export const holdScript = `${prelude}
if redis.call('HGET', KEYS[1], 'number') ~= ARGV[1] or read('started') or read('latest') < now then return false end
local latest = math.max(read('latest'), now + ARGV[2])
redis.call('HSET', KEYS[1], 'latest', text(latest))
return text(latest)
`;

/** Key: slots. Argument: ms without grants, from now; a shorter pause doesn't end a longer one. */
export const pauseScript = `${prelude}
if (read('pausedUntil') or 0) < now + ARGV[1] then
  redis.call('HSET', KEYS[1], 'pausedUntil', text(now + ARGV[1]))
end
`;

/** Keys: members, leases. Argument: id. */
export const leaveScript = `
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
`;
