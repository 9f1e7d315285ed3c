import assert from "node:assert/strict";
import { test } from "node:test";
import type { Io } from "../../src/cli/io.ts";
import { reportProblems } from "../../src/cli/report-problems.ts";
import type { Problem } from "../../src/config/problem.ts";

function reported(problems: readonly Problem[], isTerminal: boolean): string {
  let text = "";
  const io: Io = {
    out() {},
    err(piece) {
      text += piece;
    },
    env: { NO_COLOR: "1" },
    platform: "linux",
    home: "/",
    cwd: "/",
    nowMs: 0,
    isTerminal,
    columns: 80,
  };
  reportProblems(problems, io);
  return text;
}

function problem(line: number): Problem {
  const spot = { line, column: 1, source: "x: 1", width: 1 };
  return {
    place: { name: "ferrox.yml", spot },
    key: "x",
    message: "unknown key",
    hint: "did you mean y?",
    severity: "error",
  };
}

test("people at a terminal see every problem with its line", () => {
  assert.equal(
    reported([problem(1), problem(2)], true),
    "ferrox.yml:1:1: x: unknown key\n  1 | x: 1\n    | ^\n    = did you mean y?\n" +
      "ferrox.yml:2:1: x: unknown key\n  2 | x: 1\n    | ^\n    = did you mean y?\n",
  );
});

test("a journal gets one line", () => {
  assert.equal(
    reported([problem(1), problem(2)], false),
    "ferrox.yml:1:1: x: unknown key (did you mean y?) (and 1 more: see ferrox check)\n",
  );
});

test("nothing wrong is nothing said", () => {
  assert.equal(reported([], true) + reported([], false), "");
});
