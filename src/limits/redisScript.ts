/**
 * What Redis does for one `take`, atomically and by its own clock, so that gateways need not agree on the time. Each counter is told
 * by four arguments:
 *
 *   rate    cost, microseconds a unit needs to grow, units at once
 *   window  cost, its length in microseconds, units in it
 *   seen    the same, for a window in which what is refused counts too
 *   period  cost, milliseconds until it ends, units in it
 *
 * With `force` as the first argument nothing is refused: units are taken or given back as far as there are any. The answer has four
 * whole numbers a counter: allowed, units left, and in microseconds until all are back and until the cost fits (-1: never).
 * It is the arithmetic of gcra.ts and memoryCounters.ts once more; the tests run both through the same cases.
 */
export const redisScript = `
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
local force = ARGV[1] == 'force'
local answer, commits, seen, all = {}, {}, {}, true

local function say(at, allowed, left, reset, wait)
  all = all and allowed
  answer[at * 4 - 3] = allowed and 1 or 0
  answer[at * 4 - 2] = math.max(0, math.floor(left))
  answer[at * 4 - 1] = math.floor(reset)
  answer[at * 4] = math.floor(wait)
end
local function whole(number) return string.format('%.0f', number) end

for at, key in ipairs(KEYS) do
  local kind, cost = ARGV[at * 4 - 2], tonumber(ARGV[at * 4 - 1])
  local size, most = tonumber(ARGV[at * 4]), tonumber(ARGV[at * 4 + 1])
  if kind == 'rate' then
    local burst = size * most
    local full = math.max(tonumber(redis.call('GET', key) or '0'), now)
    full = math.min(full, now + burst)
    local after = full + cost * size
    if force then after = math.min(math.max(after, now), now + burst) end
    local allowed = force or after - now <= burst + size * 0.000001
    local reached = allowed and after or full
    local wait = 0
    if not allowed then wait = cost > most and -1 or after - burst - now end
    say(at, allowed, (burst - (reached - now)) / size + 0.000001, reached - now, wait)
    commits[at] = function()
      if reached > now then
        redis.call('SET', key, whole(reached), 'PX', whole(math.ceil((reached - now) / 1000)))
      else redis.call('DEL', key) end
    end
  elseif kind == 'period' then
    local used = tonumber(redis.call('GET', key) or '0')
    local allowed = force or used + cost <= most
    local wait = 0
    if not allowed then wait = cost > most and -1 or size * 1000 end
    local after = math.max(0, used + cost)
    say(at, allowed, most - (allowed and after or used), size * 1000, wait)
    commits[at] = function() redis.call('SET', key, whole(after), 'PX', whole(size)) end
  elseif not force then
    local inside = 0
    local length = redis.call('LLEN', key)
    local low, high = 0, length
    while low < high do
      local middle = math.floor((low + high) / 2)
      if tonumber(redis.call('LINDEX', key, middle)) > now - size then high = middle else low = middle + 1 end
    end
    inside = math.min(length - low, most)
    local left = most - inside
    local allowed = cost <= left
    local wait = 0
    if cost > most then wait = -1
    elseif not allowed then
      wait = tonumber(redis.call('LINDEX', key, length - inside + cost - left - 1)) + size - now
    end
    say(at, allowed, allowed and left - cost or left, size, wait)
    commits[at] = function()
      for unit = 1, math.min(cost, most) do redis.call('RPUSH', key, whole(now)) end
      redis.call('LTRIM', key, whole(-most), -1)
      redis.call('PEXPIRE', key, whole(math.ceil(size / 1000)))
    end
    if kind == 'seen' then seen[at] = commits[at] end
  end
end

for at, commit in pairs(all and commits or seen) do commit() end
return answer
`;

/**
 * Tells Redis that this gateway is there, and gives how many are: each says so every second, and is forgotten after five.
 * KEYS: the set of gateways; ARGV: the id of this one.
 */
export const gatewaysScript = `
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 5)
redis.call('EXPIRE', KEYS[1], 60)
return redis.call('ZCARD', KEYS[1])
`;
