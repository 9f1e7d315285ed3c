import assert from "node:assert/strict";
import { test } from "node:test";
import type { Request } from "../../src/http/request.ts";
import type { Exchange } from "../../src/http/service.ts";
import { combinedLine } from "../../src/logging/access-line.ts";
import { LINE_BYTES_MAX } from "../../src/logging/batches.ts";
import { quickLine } from "../../src/logging/quick-line.ts";
import { AT, exchange, NOW_MS, request } from "./exchanges.ts";

const AGENT = [
  ["Referer", 'http://localhost/ü"\\'],
  ["User-Agent", "curl/8.5"],
] as const;

/** As the wire driver marks fields that come again. */
function lasting(asked: Request): Request {
  return { ...asked, fields: Object.assign(asked.fields, { isLasting: true as const }) };
}

function quickly(what: Exchange, wallMs = NOW_MS): string {
  const into = Buffer.alloc(100 + LINE_BYTES_MAX, "-");
  const end = quickLine(into, 100, what, AT.peer, wallMs);
  assert.equal(into.toString("latin1", 0, 100), "-".repeat(100), "nothing before its place");
  return into.toString("latin1", 100, end);
}

const REQUEST = lasting(request("/a%20b/c.txt?q=1&r=~'!", AGENT));

for (const differences of [
  {},
  { bodyBytes: 0, status: 304 },
  { bodyBytes: 1 },
  { bodyBytes: 9 },
  { bodyBytes: 10 },
  { bodyBytes: 999_999_999_999 },
  { durationMs: 0 },
  { durationMs: 0.0005 },
  { durationMs: 0.123456 },
  { durationMs: 7.25 },
  { durationMs: 999.9994 },
  { durationMs: 999.9999 },
] as const) {
  test(`as bytes and as text a line says the same: ${JSON.stringify(differences)}`, () => {
    const what = exchange({ request: REQUEST, ...differences });
    assert.equal(quickly(what), combinedLine(what, AT, NOW_MS));
  });
}

test("each line has its own second", () => {
  const what = exchange({ request: REQUEST });
  for (const wallMs of [NOW_MS, NOW_MS + 1000, NOW_MS, NOW_MS + 86_400_000]) {
    assert.equal(quickly(what, wallMs), combinedLine(what, AT, wallMs));
  }
});

const OTHERS: readonly (readonly [string, Exchange])[] = [
  ["bytes that are no request", exchange({ request: undefined })],
  ["fields that do not come again", exchange({ request: request("/", AGENT) })],
  ["another method", exchange({ request: { ...REQUEST, method: "HEAD" } })],
  ["another version", exchange({ request: { ...REQUEST, version: "1.0" } })],
  ["a target without a path", exchange({ request: lasting(request(undefined, AGENT)) })],
  ["what must be escaped", exchange({ request: lasting(request('/"', AGENT)) })],
  ["what must be escaped: a backslash", exchange({ request: lasting(request("/\\", AGENT)) })],
  ["a second and more", exchange({ request: REQUEST, durationMs: 1000 })],
  ["a time that is none", exchange({ request: REQUEST, durationMs: Number.NaN })],
  [
    "a line that may find no room",
    exchange({ request: lasting(request(`/${"x".repeat(LINE_BYTES_MAX)}`, AGENT)) }),
  ],
];

for (const [what, told] of OTHERS) {
  test(`left to the text: ${what}`, () => {
    assert.equal(quickly(told), "");
  });
}
