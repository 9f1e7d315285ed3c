import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceOf } from "../../src/base/byte-source.ts";
import { type Body, NO_BODY, type Response, reusable, writtenAs } from "../../src/http/response.ts";
import { bodyFramingOf, encodeHead, reusedBytes } from "../../src/http1/response-head.ts";
import { fakeClock } from "../support/fake-clock.ts";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);
const USUAL = { minor: 1, persistent: true, isHead: false };

function bytes(length: number): Body {
  return { kind: "bytes", bytes: Buffer.alloc(length, "x") };
}

function head(response: Response, options: Partial<typeof USUAL> = {}): string {
  return encodeHead(response, { ...USUAL, ...options }, fakeClock(AT)).toString("latin1");
}

test("framing and connection fields are derived from the body", () => {
  const range: Body = { kind: "range", source: sourceOf(Buffer.alloc(9)), start: 1, length: 7 };
  const stream: Body = { kind: "stream", chunks: (async function* () {})(), length: undefined };
  const lines = (body: Body, options: Partial<typeof USUAL> = {}, status = 200) =>
    head({ status, fields: [], body }, options)
      .split("\r\n")
      .filter((line) => /^(content|transfer|connection)/i.test(line));
  assert.deepEqual(lines(NO_BODY), ["Content-Length: 0"]);
  assert.deepEqual(lines(bytes(3)), ["Content-Length: 3"]);
  assert.deepEqual(lines(range), ["Content-Length: 7"]);
  assert.deepEqual(lines(stream), ["Transfer-Encoding: chunked"]);
  assert.deepEqual(lines(stream, { isHead: true }), []);
  assert.deepEqual(lines(stream, { minor: 0, persistent: false }), ["Connection: close"]);
  assert.deepEqual(lines(bytes(3), { isHead: true }), ["Content-Length: 3"]);
  assert.deepEqual(lines(bytes(3), { minor: 0 }), ["Content-Length: 3", "Connection: keep-alive"]);
  assert.deepEqual(lines(NO_BODY, {}, 204), []);
  assert.deepEqual(lines(NO_BODY, {}, 304), []);
  assert.deepEqual(lines(NO_BODY, {}, 205), ["Content-Length: 0"]);
});

test("only the end of the connection can end a body of unknown length in HTTP/1.0", () => {
  const body: Body = { kind: "stream", chunks: (async function* () {})(), length: undefined };
  assert.equal(bodyFramingOf({ status: 200, fields: [], body }, { ...USUAL, minor: 0 }), "close");
  assert.equal(bodyFramingOf({ status: 200, fields: [], body }, USUAL), "chunked");
});

for (const field of [
  ["X", "a\r\nb: c"],
  ["X", "a\nb"],
  ["X", "a\0"],
  ["X", "\u20ac"],
  ["X Y", "a"],
  ["", "a"],
  ["X:", "a"],
  ["Content-Length", "5"],
  ["transfer-encoding", "chunked"],
  ["Connection", "close"],
  ["Date", "today"],
] as const) {
  test(`a response with the field ${JSON.stringify(field)} cannot be encoded`, () => {
    const response: Response = { status: 200, fields: [field], body: NO_BODY };
    assert.throws(() => head(response), TypeError);
    assert.throws(() => reusable(response), TypeError);
  });
}

test("a reusable response has the same bytes within a second, and new ones after it", () => {
  const clock = fakeClock(AT);
  const encoded = () => reusedBytes(response, clock, clock.monotonicMs());
  const sent = (chunks: readonly Uint8Array[] = []) => Buffer.concat(chunks).toString("latin1");
  const response = reusable({ status: 200, fields: [["ETag", '"1"']], body: bytes(3) });
  const first = encoded();
  assert.equal(
    sent(first?.chunks),
    "HTTP/1.1 200 OK\r\n" +
      'ETag: "1"\r\n' +
      "Content-Length: 3\r\n" +
      "Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n" +
      "\r\n" +
      "xxx",
  );
  clock.advance(900);
  assert.equal(encoded(), first);
  clock.advance(200);
  assert.match(sent(encoded()?.chunks), /03:04:06 GMT/);
  assert.match(sent(first?.chunks), /03:04:05 GMT/, "never changed in place");
});

test("the body of a reusable response is not copied", () => {
  const body = bytes(1024);
  const encoded = reusedBytes(reusable({ status: 200, fields: [], body }), fakeClock(AT), 0);
  assert.equal(encoded?.bodyBytes, 1024);
  assert.equal(encoded?.chunks[2], body.kind === "bytes" ? body.bytes : undefined);
});

test("where no body is sent, the head is all there is", () => {
  const response = reusable({ status: 304, fields: [], body: NO_BODY });
  assert.equal(reusedBytes(response, fakeClock(AT), 0)?.chunks.length, 2);
});

test("a response that is not reusable is not remembered", () => {
  const response: Response = { status: 200, fields: [], body: NO_BODY };
  assert.equal(reusedBytes(response, fakeClock(AT), 0), undefined);
});

test("a verbatim answer has no phrase, its framing first, and its fields as they were written", () => {
  const fields = writtenAs([["ETag", '"1"']], 'ETag:   "1"\r\n');
  const made: Response = { status: 200, fields, body: bytes(3), verbatim: true };
  const expected =
    "HTTP/1.1 200 \r\nContent-Length: 3\r\n" +
    'ETag:   "1"\r\n' +
    "Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n";
  assert.equal(head(made), `${expected}\r\n`);
  assert.equal(head(made, { persistent: false }), `${expected}Connection: close\r\n\r\n`);
  const clock = fakeClock(AT);
  const chunks = reusedBytes(reusable(made), clock, clock.monotonicMs())?.chunks ?? [];
  assert.equal(Buffer.concat(chunks).toString("latin1"), `${expected}\r\nxxx`);
});

test("who changes a field of a verbatim answer is believed", () => {
  const fields = writtenAs([["ETag", '"1"']], 'ETag:   "1"\r\n');
  const made: Response = { status: 200, fields, body: NO_BODY, verbatim: true };
  const changed = { ...made, fields: [...made.fields, ["Cache-Control", "private"] as const] };
  assert.match(head(changed), /\r\nETag: "1"\r\nCache-Control: private\r\n/);
});

test("a verbatim answer that could be split is refused all the same", () => {
  const split: Response = { status: 200, fields: [["A", "b\r\nc"]], body: NO_BODY, verbatim: true };
  assert.throws(() => head(split), TypeError);
});
