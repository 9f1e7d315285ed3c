import assert from "node:assert/strict";
import { test } from "node:test";
import { type Reading, readAnswers } from "../../src/probe/response-reader.ts";

function read(text: string, methods: readonly string[] = [], ended = false): Reading {
  return readAnswers(Buffer.from(text, "latin1"), methods, ended);
}

/** Status and body of each answer. */
function answersIn(text: string, methods: readonly string[] = [], ended = false): string[] {
  const { answers, fault } = read(text, methods, ended);
  assert.equal(fault, undefined);
  return answers.map(({ status, body }) => `${status} ${body}`);
}

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

test("answers follow one another", () => {
  assert.deepEqual(answersIn(OK + OK), ["200 ok", "200 ok"]);
});

test("an answer is whole wherever it is cut, and not before", () => {
  for (let cut = 1; cut < OK.length; cut++) {
    const { answers, fault, restBytes } = read(OK.slice(0, cut));
    assert.deepEqual([answers.length, fault, restBytes], [0, undefined, cut], `cut at ${cut}`);
  }
});

test("a chunked body is read with its trailers", () => {
  const chunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX: 1\r\n\r\n";
  assert.deepEqual(answersIn(chunked + OK), ["200 ok", "200 ok"]);
});

test("the end of the connection ends a body that nothing else does", () => {
  const text = "HTTP/1.1 200 OK\r\n\r\nok";
  assert.equal(read(text).answers.length, 0);
  assert.deepEqual(answersIn(text, [], true), ["200 ok"]);
});

test("HEAD, 204 and 304 are answered without a body, whatever length is said", () => {
  const head = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n";
  assert.deepEqual(answersIn(head + OK, ["HEAD", "GET"]), ["200 ", "200 ok"]);
  const still = "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n";
  assert.deepEqual(answersIn(still + OK), ["304 ", "200 ok"]);
  assert.deepEqual(answersIn(`HTTP/1.1 204 No Content\r\n\r\n${OK}`), ["204 ", "200 ok"]);
});

test("interim answers belong to the final one behind them", () => {
  const text = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${OK}`;
  assert.deepEqual(read(text).answers[0]?.interim, [100, 103]);
  assert.deepEqual(read("HTTP/1.1 100 Continue\r\n\r\n").interim, [100]);
});

test("behind 101 stands another protocol, which is not read", () => {
  const { answers, fault } = read("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n\x00\x01");
  assert.deepEqual([answers.map(({ status }) => status), fault], [[101], undefined]);
});

for (const [what, text, fault] of [
  ["a body behind 304", "HTTP/1.1 304 N\r\n\r\nbody", 'bytes where an answer would begin: "body"'],
  ["no HTTP", "<html>", 'bytes where an answer would begin: "<html>"'],
  ["another version", "HTTP/2.0 200 OK\r\n\r\n", 'bytes where an answer would begin: "HTTP/2.0 '],
  ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", 'no status line: "HTTP/1.1 20 OK"'],
  ["no space behind the status", "HTTP/1.1 200\r\n\r\n", 'no status line: "HTTP/1.1 200"'],
  ["a bare LF in the head", "HTTP/1.1 200 OK\nX: 1\r\n\r\n", "no status line: "],
  ["a head of bare LF", "HTTP/1.1 200 OK\n\n", "a head that ends with bare LF"],
  ["a space before a colon", "HTTP/1.1 200 OK\r\nX : 1\r\n\r\n", 'no field: "X : 1"'],
  ["a folded line", "HTTP/1.1 200 OK\r\nX: 1\r\n 2\r\n\r\n", 'no field: " 2"'],
  ["NUL in a value", "HTTP/1.1 200 OK\r\nX: \0\r\n\r\n", "no field: "],
  [
    "two lengths",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
    "content-length 2 times",
  ],
  ["two dates", "HTTP/1.1 200 OK\r\nDate: a\r\nDate: b\r\n\r\n", "date 2 times"],
  [
    "length and coding",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "two framings at once",
  ],
  ["a length in words", "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n", "no length: two"],
  [
    "a coding nobody asked for",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    "a coding nobody asked for: gzip",
  ],
  [
    "a coding in HTTP/1.0",
    "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "Transfer-Encoding in HTTP/1.0",
  ],
  [
    "a length of 204",
    "HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n",
    "204 with a length or a coding",
  ],
  ["a head without end", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(70_000)}`, "a head without an end"],
] as const) {
  test(`${what} is a fault`, () => {
    const reading = read(text);
    assert.ok(reading.fault?.startsWith(fault), reading.fault);
  });
}

test("what was right before a fault still counts", () => {
  const { answers, fault } = read(`${OK}nonsense`);
  assert.equal(answers.length, 1);
  assert.equal(fault, 'bytes where an answer would begin: "nonsense"');
});
