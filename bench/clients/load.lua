-- What wrk asks for, and what it says at the end: one line of JSON.
-- Words after "--": plain | fields NAME VALUE … | burst DEPTH | many COUNT
-- "many" takes a path out of COUNT, in a fixed order that jumps about.

local send

local function always(text)
  return function() return text end
end

local function setFields(words)
  for at = 2, #words - 1, 2 do wrk.headers[words[at]] = words[at + 1] end
end

local function burst(words)
  local text = {}
  for _ = 1, tonumber(words[2]) do text[#text + 1] = wrk.format("GET") end
  return always(table.concat(text))
end

local function many(words)
  local count, at, texts = tonumber(words[2]), 0, {}
  -- 617 is prime to 1,000 and to 10,000: every path has its turn.
  for n = 0, count - 1 do texts[n] = wrk.format("GET", "/many/f" .. ((n * 617) % count) .. ".txt") end
  return function()
    at = (at + 1) % count
    return texts[at]
  end
end

function init(words)
  local what = words[1] or "plain"
  if what == "burst" then send = burst(words)
  elseif what == "many" then send = many(words)
  else
    if what == "fields" then setFields(words) end
    send = always(wrk.format("GET"))
  end
end

function request() return send() end

function done(summary, latency, _)
  local failed = summary.errors
  io.write(string.format(
    'RESULT {"answers":%d,"us":%d,"bytes":%d,"broken":%d,"refused":%d,"p50us":%d,"p99us":%d}\n',
    summary.requests, summary.duration, summary.bytes,
    failed.connect + failed.read + failed.write + failed.timeout, failed.status,
    latency:percentile(50), latency:percentile(99)))
end
