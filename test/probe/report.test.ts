import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { reportText, wrapped } from "../../src/probe/report.ts";
import { REPORT } from "./results-example.ts";

const PLAIN = { isColoured: false, columns: 80 };

test("the report is a table, what was wrong worst first, and a verdict", () => {
  assert.equal(
    reportText(REPORT, PLAIN),
    `
  http://localhost:8080/a.txt

            must    should     house
  Host       1/2       0/1       0/1
         ───────   ───────   ───────
  all        1/2       0/1       0/1

  Broken rules: 1

  ✗ host/broken  RFC 9112, 3
           The rule of broken is kept.
    wrong  200, where 400 is right
    sent   GET / HTTP/1.1\\r\\n
           Host: a\\x1b[31m\\r\\n
           \\r\\n
    came   HTTP/1.1 200 Some Reason, 5 bytes
           left open

  Recommendations not kept: 1

  ✗ host/advice  RFC 9112, 3
           The rule of advice is kept.
    wrong  no allow
    sent   GET / HTTP/1.1\\r\\n
           Host: a\\x1b[31m\\r\\n
           \\r\\n
    came   HTTP/1.1 200 Some Reason, 5 bytes
           left open

  Stricter than the standard (does not count): 1

  ✗ host/taste  RFC 9112, 3
           The rule of taste is kept.
    wrong  no connection

  Not asked: no ETag here (1)

  failed: must 1 of 2, should 0 of 1, house 0 of 1, in 1.3 s

`,
  );
});

test("a run that was cut short says so", () => {
  const outcome = { ...REPORT.outcome, stopped: "the server had gone" };
  const text = reportText({ ...REPORT, outcome }, PLAIN);
  assert.match(text, /failed: .*; not everything was asked: the server had gone\n/);
});

test("when taste counts, the heading does not deny it", () => {
  const text = reportText({ ...REPORT, isStrict: true }, PLAIN);
  assert.match(text, /^ {2}Stricter than the standard: 1$/m);
});

test("colours are escapes around words, and nothing else differs", () => {
  const text = reportText(REPORT, { ...PLAIN, isColoured: true });
  assert.ok(text.includes("\x1b[31m✗\x1b[0m host/broken"));
  assert.equal(stripVTControlCharacters(text), reportText(REPORT, PLAIN));
});

test("no line is wider than the terminal", () => {
  const wide = reportText(REPORT, { ...PLAIN, columns: 60 });
  for (const line of wide.split("\n")) assert.ok(line.length <= 60, line);
});

test("lines are broken at spaces, or at the edge", () => {
  assert.deepEqual(wrapped("one two three four five six", 20), ["one two three four", "five six"]);
  assert.deepEqual(wrapped("x".repeat(45), 20), ["x".repeat(20), "x".repeat(20), "x".repeat(5)]);
  assert.deepEqual(wrapped("", 20), [""]);
});
