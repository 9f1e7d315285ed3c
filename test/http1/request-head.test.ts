import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHead } from "../../src/http1/head-parser.ts";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";
import type { Malformed } from "../../src/http1/malformed.ts";
import { type Http1Request, requestOf } from "../../src/http1/request-head.ts";

function read(text: string): Http1Request | Malformed {
  const bytes = Buffer.from(text, "latin1");
  const head = parseHead(bytes, 0, 0, DEFAULT_HTTP1_LIMITS);
  assert.equal(head.kind, "head", JSON.stringify(head));
  if (head.kind !== "head") throw new Error("unreachable");
  return requestOf(head, DEFAULT_HTTP1_LIMITS);
}

function request(lines: readonly string[]): Http1Request {
  const result = read(`${lines.join("\r\n")}\r\n\r\n`);
  if ("status" in result) throw new Error(`${result.status}: ${result.reason}`);
  return result;
}

function refused(lines: readonly string[]): readonly [number, string] {
  const result = read(`${lines.join("\r\n")}\r\n\r\n`);
  if (!("status" in result)) throw new Error("was understood");
  return [result.status, result.reason];
}

test("fields are found whatever their case, repeated lines joined in order", () => {
  const { fields } = request([
    "GET / HTTP/1.1",
    "hOsT: a",
    "X-One: 1",
    "x-one: 2",
    "X-Empty:",
    "X-ONE:3",
  ]);
  assert.equal(fields.get("host"), "a");
  assert.equal(fields.get("x-one"), "1, 2, 3");
  assert.equal(fields.count("x-one"), 3);
  assert.equal(fields.only("x-one"), "twice");
  assert.equal(fields.get("x-empty"), "");
  assert.equal(fields.get("x-on"), undefined);
  assert.equal(fields.only("x-none"), undefined);
  assert.deepEqual(
    [...fields],
    [
      ["hOsT", "a"],
      ["X-One", "1"],
      ["x-one", "2"],
      ["X-Empty", ""],
      ["X-ONE", "3"],
    ],
  );
});

test("an absolute target overrides Host, which must be valid all the same", () => {
  const { host, target } = request(["GET http://B.example:81/x?y HTTP/1.1", "Host: a"]);
  assert.equal(host, "b.example:81");
  assert.deepEqual(target, { kind: "path", raw: "/x?y", path: "/x", query: "y" });
  assert.deepEqual(refused(["GET http://b.example/ HTTP/1.1", "Host: a b"])[0], 400);
});

for (const [name, lines, status] of [
  ["no Host in HTTP/1.1", ["GET / HTTP/1.1"], 400],
  ["two Hosts", ["GET / HTTP/1.1", "Host: a", "Host: a"], 400],
  ["two Hosts in HTTP/1.0", ["GET / HTTP/1.0", "Host: a", "host: b"], 400],
  ["a Host with userinfo", ["GET / HTTP/1.1", "Host: u@a"], 400],
  ["a target that is none", ["GET x HTTP/1.1", "Host: a"], 400],
  ["CONNECT", ["CONNECT a:443 HTTP/1.1", "Host: a:443"], 501],
  [
    "two framings",
    ["POST / HTTP/1.1", "Host: a", "Content-Length: 1", "Transfer-Encoding: chunked"],
    400,
  ],
  ["another expectation", ["GET / HTTP/1.1", "Host: a", "Expect: tea"], 417],
] as const) {
  test(`${name} is refused with ${status}`, () => {
    assert.equal(refused(lines)[0], status);
  });
}

test("HTTP/1.0 needs no Host", () => {
  assert.equal(request(["GET / HTTP/1.0"]).host, "");
  assert.equal(request(["GET / HTTP/1.0", "Host:"]).host, "");
});

for (const [version, options, persistent] of [
  ["1.1", [], true],
  ["1.1", ["close"], false],
  ["1.1", ["foo,  Close ,bar"], false],
  ["1.1", ["foo", "close"], false],
  ["1.1", ["closed"], true],
  ["1.1", ['"close"'], true],
  ["1.1", ["keep-alive, close"], false],
  ["1.0", [], false],
  ["1.0", ["Keep-Alive"], true],
  ["1.0", ["keep-alive, close"], false],
  ["1.0", ["upgrade"], false],
] as const) {
  test(`HTTP/${version} with Connection ${JSON.stringify(options)}: persistent is ${persistent}`, () => {
    const lines = options.map((value) => `Connection: ${value}`);
    assert.equal(request([`GET / HTTP/${version}`, "Host: a", ...lines]).persistent, persistent);
  });
}

test("100 Continue is awaited only with a body, and only in HTTP/1.1", () => {
  const ask = (version: string, length: string) =>
    request([
      `POST / HTTP/${version}`,
      "Host: a",
      "Expect: 100-Continue",
      `Content-Length: ${length}`,
    ]).expectsContinue;
  assert.equal(ask("1.1", "5"), true);
  assert.equal(ask("1.1", "0"), false);
  assert.equal(ask("1.0", "5"), false);
});
