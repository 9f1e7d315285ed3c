import assert from "node:assert/strict";
import { test } from "node:test";
import { combinedLine, jsonLine } from "../../src/logging/access-line.ts";
import { AT, exchange, NOW_MS, PEER, request } from "./exchanges.ts";

test("an exchange is one line of Apache's combined format with the seconds at the end", () => {
  const fields = [
    ["Referer", "http://localhost:8080/a"],
    ["User-Agent", "curl/8.5"],
  ] as const;
  assert.equal(
    combinedLine(exchange({ request: request("/a%20b?q=1", fields) }), AT, NOW_MS),
    '192.0.2.7 - - [02/Jan/2026:03:04:05 +0000] "GET /a%20b?q=1 HTTP/1.1" 200 512 ' +
      '"http://localhost:8080/a" "curl/8.5" 0.000123\n',
  );
});

test("what is absent or empty is a dash", () => {
  const fields = [["User-Agent", ""]] as const;
  assert.equal(
    combinedLine(
      exchange({ request: request("/", fields), status: 304, bodyBytes: 0 }),
      AT,
      NOW_MS,
    ),
    '192.0.2.7 - - [02/Jan/2026:03:04:05 +0000] "GET / HTTP/1.1" 304 - "-" "-" 0.000123\n',
  );
});

test("bytes that are no request stand in the place of the request line", () => {
  const refused = { request: undefined, status: 400, durationMs: 0 };
  assert.equal(
    combinedLine(exchange({ ...refused, firstLine: "\x16\x03\x01 hello" }), AT, NOW_MS),
    '192.0.2.7 - - [02/Jan/2026:03:04:05 +0000] "\\x16\\x03\\x01 hello" 400 512 "-" "-" 0.000000\n',
  );
  assert.equal(
    combinedLine(exchange({ ...refused, status: 408 }), AT, NOW_MS),
    '192.0.2.7 - - [02/Jan/2026:03:04:05 +0000] "-" 408 512 "-" "-" 0.000000\n',
  );
});

test("every version and the asterisk have their place in the request line", () => {
  const linesOf = (version: "1.0" | "1.1" | "2") =>
    combinedLine(exchange({ request: { ...request(undefined), version } }), AT, NOW_MS);
  assert.match(linesOf("1.0"), /"GET \* HTTP\/1\.0"/);
  assert.match(linesOf("1.1"), /"GET \* HTTP\/1\.1"/);
  assert.match(linesOf("2"), /"GET \* HTTP\/2\.0"/);
});

for (const [durationMs, seconds] of [
  [0, "0.000000"],
  [0.0004, "0.000000"],
  [1, "0.001000"],
  [999.9999, "1.000000"],
  [61_234.5678, "61.234568"],
] as const) {
  test(`${durationMs} ms are ${seconds} seconds`, () => {
    const line = combinedLine(exchange({ durationMs }), AT, NOW_MS);
    assert.equal(line.slice(line.lastIndexOf(" ") + 1, -1), seconds);
  });
}

test("the time is right in any second, in any order", () => {
  const timeAt = (ms: number) =>
    /\[(.*)\]/.exec(combinedLine(exchange(), AT, ms))?.[1] ?? "no time";
  assert.equal(timeAt(0), "01/Jan/1970:00:00:00 +0000");
  assert.equal(timeAt(999), "01/Jan/1970:00:00:00 +0000");
  assert.equal(timeAt(1000), "01/Jan/1970:00:00:01 +0000");
  assert.equal(timeAt(1_709_251_199_999), "29/Feb/2024:23:59:59 +0000");
  assert.equal(timeAt(1_798_761_599_000), "31/Dec/2026:23:59:59 +0000");
  assert.equal(timeAt(1000), "01/Jan/1970:00:00:01 +0000");
});

/** Every byte, and characters that are none. */
const HOSTILE = `${String.fromCharCode(...Array(256).keys())}\u2028\u{1f600}`;

test("whatever a visitor sends, a line is one line of printable ASCII with six quotation marks", () => {
  const fields = [
    ["Referer", HOSTILE],
    ["User-Agent", HOSTILE],
  ] as const;
  const sent = { ...request(HOSTILE, fields), method: HOSTILE };
  for (const one of [
    exchange({ request: sent }),
    exchange({ request: undefined, firstLine: HOSTILE }),
  ]) {
    const line = combinedLine(one, AT, NOW_MS);
    assert.match(line, /^[\x20-\x7e]+\n$/);
    assert.equal(line.split('"').length, 7);
  }
});

test("bytes that could mean something else stand as \\xHH", () => {
  const line = combinedLine(exchange({ request: request('/\r\n"\\\x1b\x80\xff') }), AT, NOW_MS);
  assert.match(line, /"GET \/\\x0d\\x0a\\x22\\x5c\\x1b\\x80\\xff HTTP\/1\.1"/);
});

test("the combined regex of log readers finds every part", () => {
  const common =
    /^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+) (\S+)" (\d{3}) (\d+|-) "([^"]*)" "([^"]*)"/;
  const fields = [["User-Agent", 'a "quoted" agent\\']] as const;
  const parts = common.exec(combinedLine(exchange({ request: request("/x", fields) }), AT, NOW_MS));
  assert.deepEqual(parts?.slice(1), [
    "192.0.2.7",
    "02/Jan/2026:03:04:05 +0000",
    "GET",
    "/x",
    "HTTP/1.1",
    "200",
    "512",
    "-",
    "a \\x22quoted\\x22 agent\\x5c",
  ]);
});

for (const [user, shown] of [
  ["alice", "alice"],
  ["bob smith", "bob\\x20smith"],
  ['x" 200 1 "', "x\\x22\\x20200\\x201\\x20\\x22"],
  ["zo\u00eb", "zo\\xc3\\xab"],
  ["\u{1f42f}", "\\xf0\\x9f\\x90\\xaf"],
] as const) {
  test(`who has said that he is ${user}, and was believed, stands in the third place`, () => {
    const known = { ...AT, access: { user } };
    assert.equal(
      combinedLine(exchange({ request: request("/") }), known, NOW_MS),
      `192.0.2.7 - ${shown} [02/Jan/2026:03:04:05 +0000] "GET / HTTP/1.1" 200 512 "-" "-" 0.000123\n`,
    );
    assert.equal(JSON.parse(jsonLine(exchange(), known, NOW_MS)).remote.user, user);
  });
}

test("of others, the next line of the same address has nobody's name", () => {
  const lineOf = (user: string | undefined) =>
    combinedLine(exchange(), { ...AT, access: { user } }, NOW_MS).slice(0, 18);
  assert.equal(lineOf("alice"), "192.0.2.7 - alice ");
  assert.equal(lineOf(undefined), "192.0.2.7 - - [02/");
});

test("an exchange over TLS is one JSON record", () => {
  const fields = [
    ["Referer", "http://localhost/"],
    ["User-Agent", 'say "hi"\\\x1b\xe9'],
  ] as const;
  const tls = { version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256", serverName: "localhost" };
  const line = jsonLine(
    exchange({ request: request("/a", fields), complete: false, durationMs: 12.3456789 }),
    { ...AT, peer: { ...PEER, tls: { ...tls, alpn: undefined } } },
    NOW_MS,
  );
  assert.match(line, /^[\x20-\x7e]+\n$/);
  assert.deepEqual(JSON.parse(line), {
    level: "info",
    time: "2026-01-02T03:04:05.678Z",
    msg: "exchange",
    req: {
      method: "GET",
      url: "/a",
      httpVersion: "1.1",
      host: "localhost:8080",
      referer: "http://localhost/",
      userAgent: 'say "hi"\\\x1b\xe9',
    },
    res: { status: 200, bytes: 512, complete: false },
    remote: { ip: "192.0.2.7", port: 40000 },
    tls: { version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256", serverName: "localhost" },
    ms: 12.346,
  });
});

test("a route, a limit and the request's number stand in the JSON record, where they are known", () => {
  const line = jsonLine(exchange(), { ...AT, route: 'a.example/"x', requestId: "r-1" }, NOW_MS);
  const record = JSON.parse(line);
  assert.deepEqual([record.route, record.req.id], ['a.example/"x', "r-1"]);
  assert.equal("limit" in record, false);
  const refused = exchange({ request: undefined, firstLine: "x", status: 431 });
  const at = { ...AT, requestId: "r-2", limit: "header_bytes" } as const;
  const other = JSON.parse(jsonLine(refused, at, NOW_MS));
  assert.deepEqual([other.route, other.req], [undefined, { id: "r-2", line: "x" }]);
  assert.equal(other.limit, "header_bytes");
});

test("refused bytes are a JSON record with their first line", () => {
  const refused = exchange({ request: undefined, firstLine: HOSTILE, status: 400 });
  const line = jsonLine(refused, AT, 7);
  assert.match(line, /^[\x20-\x7e]+\n$/);
  assert.deepEqual(JSON.parse(line), {
    level: "info",
    time: "1970-01-01T00:00:00.007Z",
    msg: "exchange",
    req: { line: HOSTILE },
    res: { status: 400, bytes: 512, complete: true },
    remote: { ip: "192.0.2.7", port: 40000 },
    ms: 0.123,
  });
});

test("an asterisk is a url of its own in JSON", () => {
  const line = jsonLine(exchange({ request: request(undefined) }), AT, NOW_MS);
  assert.equal(JSON.parse(line).req.url, "*");
});
