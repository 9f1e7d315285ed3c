// What a head repeats is not parsed again: told by requests that follow each other as on one
// connection, each in memory that is scribbled over afterwards.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { FieldBlock } from "../../src/http1/field-block.ts";
import { parseHead } from "../../src/http1/head-parser.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";
import { type Http1Request, requestOf } from "../../src/http1/request-head.ts";

class Connection {
  known: FieldBlock | undefined;
  wasRepeated = false;

  /** undefined: refused, or not whole. */
  ask(text: string): Http1Request | undefined {
    this.wasRepeated = false;
    const bytes = Buffer.from(`\0\0${text}`, "latin1");
    const head = parseHead(bytes, 2, 2, DEFAULT_HTTP1_LIMITS, this.known);
    if (head.kind !== "head") return undefined;
    assert.equal(head.length, text.length, "the head ends where it ends");
    this.wasRepeated = head.repeats !== undefined;
    const request = requestOf(head, DEFAULT_HTTP1_LIMITS);
    if ("status" in request) return undefined;
    this.known = request.block ?? this.known;
    if (request.block !== undefined) bytes.fill("?");
    return request;
  }

  /** Until the block is known. */
  warm(text: string): Http1Request | undefined {
    this.ask(text);
    return this.ask(text);
  }
}

const fieldsOf = (tag: string) =>
  `Host: ${tag}.example:81\r\nUser-Agent: ${"long ".repeat(20)}\r\nReferer: /\xe9\r\n\r\n`;

test("fields that are said again are the same value, and say the same", () => {
  const connection = new Connection();
  const known = connection.warm(`GET /a HTTP/1.1\r\n${fieldsOf("same")}`);
  const again = connection.ask(`HEAD /other?q HTTP/1.1\r\n${fieldsOf("same")}`);
  assert.ok(connection.wasRepeated);
  assert.equal(again?.fields, known?.fields);
  assert.equal(again?.fields.isLasting, true);
  assert.equal(again?.host, "same.example:81");
  assert.equal(again?.fields.get("referer"), "/\xe9");
  assert.equal(again?.fields.count("host"), 1);
  assert.deepEqual([again?.method, again?.persistent], ["HEAD", true]);
  assert.ok(again?.target.kind === "path" && again.target.raw === "/other?q");
});

test("connections that say the same share one value", () => {
  const one = new Connection().warm(`GET / HTTP/1.1\r\n${fieldsOf("shared")}`);
  const other = new Connection().ask(`GET / HTTP/1.1\r\n${fieldsOf("shared")}`);
  assert.equal(other?.fields, one?.fields);
});

test("what is said once is kept by nobody", () => {
  const connection = new Connection();
  const request = connection.ask(`GET / HTTP/1.1\r\n${fieldsOf("once")}`);
  assert.equal(request?.fields.isLasting, false);
  assert.equal(connection.known, undefined);
});

test("one byte that differs, anywhere, is another block", () => {
  const block = fieldsOf("bytewise");
  for (let at = 0; at < block.length; at++) {
    const connection = new Connection();
    connection.warm(`GET / HTTP/1.1\r\n${block}`);
    const changed = `${block.slice(0, at)}${block[at] === "x" ? "y" : "x"}${block.slice(at + 1)}`;
    const request = connection.ask(`GET / HTTP/1.1\r\n${changed}`);
    assert.equal(connection.wasRepeated, false, `byte ${at}`);
    // A connection that knows nothing reads it all.
    const unknowing = new Connection().ask(`GET / HTTP/1.1\r\n${changed}`);
    assert.deepEqual(saidBy(request), saidBy(unknowing), `byte ${at}`);
  }
});

function saidBy(request: Http1Request | undefined): object | undefined {
  return request && { host: request.host, fields: [...request.fields] };
}

test("a known block that is cut is not taken for whole, and one that goes on is another", () => {
  const connection = new Connection();
  const block = fieldsOf("cut");
  connection.warm(`GET / HTTP/1.1\r\n${block}`);
  for (let length = 0; length < block.length; length++) {
    assert.equal(connection.ask(`GET / HTTP/1.1\r\n${block.slice(0, length)}`), undefined);
  }
  const longer = connection.ask(`GET / HTTP/1.1\r\n${block.slice(0, -2)}Range: bytes=0-1\r\n\r\n`);
  assert.equal(longer?.fields.get("range"), "bytes=0-1");
});

test("HTTP/1.0 does not mean what HTTP/1.1 meant by the same words", () => {
  const connection = new Connection();
  connection.warm(`GET / HTTP/1.1\r\n${fieldsOf("minor")}`);
  const old = connection.ask(`GET / HTTP/1.0\r\n${fieldsOf("minor")}`);
  assert.equal(connection.wasRepeated, false);
  assert.deepEqual([old?.persistent, old?.minor], [false, 0]);
});

for (const [what, lines] of [
  ["a body of known length", "Content-Length: 3\r\n"],
  ["a chunked body", "Transfer-Encoding: chunked\r\n"],
  ["the wish to close", "Connection: close\r\n"],
  ["more than is worth keeping", `X: ${"x".repeat(2048)}\r\n`],
] as const) {
  test(`${what} is read each time`, () => {
    const connection = new Connection();
    for (let round = 0; round < 3; round++) {
      const request = connection.ask(`POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`);
      assert.ok(request);
      assert.equal(connection.wasRepeated, false);
      assert.equal(request.block, undefined);
    }
  });
}

test("what is refused is refused each time", () => {
  const connection = new Connection();
  for (const block of ["\r\n", "Host: a\r\nHost: b\r\n\r\n", "Host: a b\r\n\r\n"]) {
    for (let round = 0; round < 3; round++) {
      assert.equal(connection.ask(`GET / HTTP/1.1\r\n${block}`), undefined);
    }
  }
});
