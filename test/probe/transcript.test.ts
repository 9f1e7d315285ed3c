import assert from "node:assert/strict";
import { test } from "node:test";
import { escaped, receivedLines, sentLines } from "../../src/probe/transcript.ts";
import { answerOf } from "./facts-example.ts";
import { EXCHANGE } from "./results-example.ts";

test("nothing that a terminal obeys is left", () => {
  assert.equal(
    escaped("a\x1b[31m\r\n\t\0\x7f\xe9\\\u2028"),
    "a\\x1b[31m\\r\\n\\t\\x00\\x7f\\xe9\\\\\\x2028",
  );
  assert.equal(
    escaped(" !\"#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~"),
    " !\"#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~",
  );
});

test("what was sent is shown line by line", () => {
  assert.deepEqual(sentLines(EXCHANGE), [
    "GET / HTTP/1.1\\r\\n",
    "Host: a\\x1b[31m\\r\\n",
    "\\r\\n",
  ]);
});

test("long lines lose their middle, long messages their end", () => {
  const line = "x".repeat(1000);
  assert.deepEqual(sentLines({ ...EXCHANGE, sent: [line], sentBytes: 1000 }), [
    `${"x".repeat(120)} …840 more… ${"x".repeat(40)}`,
  ]);
  const lines = sentLines({ ...EXCHANGE, sent: ["a\n".repeat(50)], sentBytes: 100 });
  assert.deepEqual(lines.slice(10), ["a\\n", "a\\n", "… 100 bytes in all"]);
  assert.deepEqual(sentLines({ ...EXCHANGE, sent: ["ab"], sentBytes: 2000 }), [
    "ab",
    "… 2000 bytes in all",
  ]);
});

test("what came is told answer by answer, and how it ended", () => {
  const followUp = answerOf(200, {}, "hello");
  const answers = [{ ...answerOf(404), interim: [100] }, followUp];
  const reading = { answers, interim: [103], restBytes: 7, fault: undefined };
  assert.deepEqual(receivedLines({ ...EXCHANGE, reading, followUp, ending: "reset" }), [
    "100, then HTTP/1.1 404 Some Reason, 0 bytes",
    "HTTP/1.1 200 Some Reason, 5 bytes, to a further GET",
    "103, and no final answer",
    "7 bytes that are no whole answer",
    "reset",
  ]);
});

test("nothing, and nothing more, are told too", () => {
  const reading = { answers: [], interim: [], restBytes: 0, fault: undefined };
  assert.deepEqual(receivedLines({ ...EXCHANGE, reading, followUp: "none", ending: "finished" }), [
    "nothing to a further GET",
    "closed",
  ]);
});
