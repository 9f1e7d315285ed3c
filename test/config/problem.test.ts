import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Problem,
  placeText,
  printProblems,
  problemsInOneLine,
  sortProblems,
} from "../../src/config/problem.ts";

function problem(line: number, more: Partial<Problem> = {}): Problem {
  const spot = { line, column: 14, source: "  http_port: eighty", width: 6 };
  return {
    place: { name: "ferrox.yml", spot },
    key: "server.http_port",
    message: 'expected a port, got "eighty"',
    hint: undefined,
    severity: "error",
    ...more,
  };
}

const PLAIN = { isColoured: false };

test("a problem is a headline, the line it stands in, a caret, and a hint", () => {
  assert.equal(
    printProblems([problem(12, { hint: "digits only" })], PLAIN),
    'ferrox.yml:12:14: server.http_port: expected a port, got "eighty"\n' +
      "  12 |   http_port: eighty\n" +
      "     |              ^^^^^^\n" +
      "     = digits only\n",
  );
});

test("a problem without a line is its headline and hint", () => {
  const place = { name: "--port" };
  assert.equal(
    printProblems([problem(1, { place, hint: "digits only" })], PLAIN),
    '--port: server.http_port: expected a port, got "eighty"\n  = digits only\n',
  );
});

test("a warning says so", () => {
  const [first] = printProblems([problem(12, { severity: "warning" })], PLAIN).split("\n");
  assert.equal(first, 'ferrox.yml:12:14: warning: server.http_port: expected a port, got "eighty"');
});

test("problems come in the order of the file, those without a line first", () => {
  const flag = problem(1, { place: { name: "--port" } });
  const sorted = sortProblems([problem(20), problem(3), flag]);
  assert.deepEqual(
    sorted.map(({ place }) => placeText(place)),
    ["--port", "ferrox.yml:3:14", "ferrox.yml:20:14"],
  );
});

test("one line tells the first error, its hint, and how many more there are", () => {
  const warning = problem(1, { severity: "warning" });
  assert.equal(
    problemsInOneLine([problem(9), warning, problem(5, { hint: "digits only" })]),
    'ferrox.yml:5:14: server.http_port: expected a port, got "eighty" (digits only) ' +
      "(and 2 more: see ferrox check)",
  );
  assert.equal(problemsInOneLine([]), "");
});

test("one line stays one short line, whatever is in it", () => {
  const line = problemsInOneLine([
    problem(1, { message: `${"x".repeat(1000)}\n\u001b[31m`, hint: "y\nz" }),
    problem(2),
  ]);
  assert.equal(line.length, 380);
  assert.doesNotMatch(line, /\p{Cc}/u);
  assert.match(line, /… \(and 1 more: see ferrox check\)$/);
});

test("a line of a megabyte is shown around the spot", () => {
  const source = `${"a".repeat(500_000)}HERE${"b".repeat(500_000)}`;
  const spot = { line: 1, column: 500_001, source, width: 4 };
  const [, line = "", caret = ""] = printProblems(
    [problem(1, { place: { name: "f", spot } })],
    PLAIN,
  ).split("\n");
  assert.equal(line, `  1 | …${"a".repeat(40)}HERE${"b".repeat(56)}…`);
  assert.equal(caret.indexOf("^"), line.indexOf("HERE"));
  assert.match(caret, /^ {4}\| +\^\^\^\^$/);
});

test("control characters in a source line do not reach the terminal, nor move the caret", () => {
  const spot = { line: 1, column: 4, source: "\t\u001b[2Jx", width: 1 };
  const [, line, caret] = printProblems([problem(1, { place: { name: "f", spot } })], PLAIN).split(
    "\n",
  );
  assert.equal(line, "  1 |  \ufffd[2Jx");
  assert.equal(caret, "    |    ^");
});

test("colour is used when asked for, and only then", () => {
  const introducer = "\u001b[";
  assert.ok(printProblems([problem(1)], { isColoured: true }).includes(`${introducer}1;31m^^^^^^`));
  assert.ok(!printProblems([problem(1)], PLAIN).includes(introducer));
});
