import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type HeadParse,
  keepHead,
  parseHead,
  type RequestHead,
} from "../../src/http1/head-parser.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";

const LIMITS = {
  ...DEFAULT_HTTP1_LIMITS,
  requestLineBytesMax: 200,
  headBytesMax: 300,
  fieldCountMax: 8,
};

const GOOD: readonly string[] = [
  "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET / HTTP/1.0\r\n\r\n",
  "OPTIONS * HTTP/1.1\r\nHost:a\r\n\r\n",
  "M-SEARCH /a?b=c&d HTTP/1.1\r\nHost:\t a \t\r\nX-Empty:\r\nX-High: \xe9\xff\r\n\r\n",
  "\r\nGET /after/empty/line HTTP/1.1\r\nHost: a\r\n\r\n",
  "!#$%&'*+-.^_`|~09azAZ /all-token-characters HTTP/1.1\r\n!#$%&'*+-.^_`|~09azAZ: y\r\n\r\n",
];

/** Everything a head says, as text. */
function said(bytes: Buffer, head: RequestHead): object {
  const text = (from: number, to: number) =>
    head.bytes.toString("latin1", head.start + from, head.start + to);
  const fields: [string, string][] = [];
  for (let slot = 0; slot < head.fieldCount * 4; slot += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = head.fields.subarray(slot, slot + 4);
    fields.push([text(a, b), text(c, d)]);
  }
  return {
    method: text(0, head.methodEnd),
    target: text(head.targetStart, head.targetEnd),
    minor: head.minor,
    fields,
    rest: bytes.length - head.start - head.length,
  };
}

function parsed(bytes: Buffer, scanFrom = 0): object {
  const head = parseHead(bytes, 0, scanFrom, LIMITS);
  return head.kind === "head" ? said(bytes, head) : head;
}

test("the parts of a head stand where the offsets say", () => {
  assert.deepEqual(parsed(Buffer.from(GOOD[3] ?? "", "latin1")), {
    method: "M-SEARCH",
    target: "/a?b=c&d",
    minor: 1,
    fields: [
      ["Host", "a"],
      ["X-Empty", ""],
      ["X-High", "\xe9\xff"],
    ],
    rest: 0,
  });
});

for (const text of GOOD) {
  test(`a head cut anywhere parses the same: ${JSON.stringify(text.slice(0, 40))}`, () => {
    const bytes = Buffer.from(text, "latin1");
    const whole = parsed(bytes);
    assert.ok("method" in whole, JSON.stringify(whole));
    for (let cut = 0; cut < bytes.length; cut++) {
      assert.deepEqual(parsed(bytes.subarray(0, cut)), { kind: "incomplete" }, `cut at ${cut}`);
      assert.deepEqual(parsed(bytes, cut), whole, `resumed at ${cut}`);
    }
  });
}

test("what follows the head is left alone", () => {
  const bytes = Buffer.from(`${GOOD[0]}POST`);
  assert.deepEqual(parsed(bytes), {
    method: "GET",
    target: "/",
    minor: 1,
    fields: [["Host", "a"]],
    rest: 4,
  });
});

test("a kept head stays true when its bytes are scribbled over", () => {
  const bytes = Buffer.from(`xx${GOOD[0]}yy`);
  const head = parseHead(bytes, 2, 2, LIMITS);
  assert.equal(head.kind, "head");
  if (head.kind !== "head") return;
  keepHead(head);
  bytes.fill("!");
  parseHead(Buffer.from("PUT /other HTTP/1.1\r\nZ: z\r\n\r\n"), 0, 0, LIMITS);
  assert.deepEqual(said(Buffer.alloc(head.length), head), {
    method: "GET",
    target: "/",
    minor: 1,
    fields: [["Host", "a"]],
    rest: 0,
  });
});

const BAD: readonly (readonly [text: string, status: number, why: RegExp])[] = [
  [" GET / HTTP/1.1\r\n\r\n", 400, /start with a method/],
  ["GE(T / HTTP/1.1\r\n\r\n", 400, /start with a method/],
  ["GET\t/ HTTP/1.1\r\n\r\n", 400, /start with a method/],
  ["GET\r\n\r\n", 400, /start with a method/],
  ["\x16\x03\x01\x02", 400, /start with a method/],
  ["\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", 400, /start with a method/],
  ["\rGET / HTTP/1.1\r\n\r\n", 400, /does not end with CR LF/],
  ["GET  / HTTP/1.1\r\n\r\n", 400, /no request target/],
  ["GET /\r\n\r\n", 400, /end with HTTP/],
  ["GET /  HTTP/1.1\r\n\r\n", 400, /end with HTTP/],
  ["GET / HTTP/1.1 \r\n\r\n", 400, /end with HTTP/],
  ["GET / HTTP/1.1\n\r\n", 400, /end with HTTP/],
  ["GET / HTTP/1.\r\n\r\n", 400, /end with HTTP/],
  ["GET / HTTP/11\r\n\r\n", 400, /end with HTTP/],
  ["GET / http/1.1\r\n\r\n", 400, /end with HTTP/],
  ["GET / HTTP/2.0\r\n\r\n", 505, /only HTTP/],
  ["GET / HTTP/0.9\r\n\r\n", 505, /only HTTP/],
  ["GET /\x00 HTTP/1.1\r\n\r\n", 400, /control byte in the request target/],
  ["GET /\x7f HTTP/1.1\r\n\r\n", 400, /control byte in the request target/],
  ["GET /\t HTTP/1.1\r\n\r\n", 400, /control byte in the request target/],
  ["GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, /name and a colon/],
  ["GET / HTTP/1.1\r\n: a\r\n\r\n", 400, /name and a colon/],
  ["GET / HTTP/1.1\r\nHost\r\n\r\n", 400, /name and a colon/],
  ["GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, /folded/],
  ["GET / HTTP/1.1\r\nX: a\r\n\tb\r\n\r\n", 400, /folded/],
  ["GET / HTTP/1.1\r\nX: a\nY: b\r\n\r\n", 400, /CR LF/],
  ["GET / HTTP/1.1\r\nX: a\rb\r\n\r\n", 400, /CR LF/],
  ["GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n", 400, /control byte in a field value/],
  ["GET / HTTP/1.1\r\nX: a\x7f\r\n\r\n", 400, /control byte in a field value/],
  ["GET / HTTP/1.1\r\nX: a\r\n\rX", 400, /CR LF/],
  ["GET / HTTP/1.1\r\n\n", 400, /name and a colon/],
];

for (const [text, status, why] of BAD) {
  test(`${JSON.stringify(text)} is refused with ${status}`, () => {
    const bytes = Buffer.from(text, "latin1");
    const result: HeadParse = parseHead(bytes, 0, 0, LIMITS);
    assert.ok(result.kind === "malformed", JSON.stringify(result));
    assert.equal(result.status, status);
    assert.match(result.reason, why);
  });
}

test("each limit has its status, whether the head has ended or not", () => {
  const statusOf = (text: string) => {
    const result = parseHead(Buffer.from(text), 0, 0, LIMITS);
    return result.kind === "malformed" ? result.status : result.kind;
  };
  assert.equal(statusOf(`GET /${"a".repeat(180)} HTTP/1.1\r\n\r\n`), "head");
  assert.equal(statusOf(`GET /${"a".repeat(187)} HTTP/1.1\r\n\r\n`), 414);
  assert.equal(statusOf(`GET /${"a".repeat(200)}`), 414);
  assert.equal(statusOf(`GET / HTTP/1.1\r\nX: ${"a".repeat(290)}\r\n\r\n`), "head");
  assert.equal(statusOf(`GET / HTTP/1.1\r\nX: ${"a".repeat(300)}\r\n\r\n`), 431);
  assert.equal(statusOf(`GET / HTTP/1.1\r\nX: ${"a".repeat(400)}`), 431);
  assert.equal(statusOf(`GET / HTTP/1.1\r\n${"X: a\r\n".repeat(8)}\r\n`), "head");
  assert.equal(statusOf(`GET / HTTP/1.1\r\n${"X: a\r\n".repeat(9)}\r\n`), 431);
});
