// Configuration files: whatever stands in one, it becomes a Config or problems, each with a place
// that is there, in words that cannot break a line.

import assert from "node:assert/strict";
import { type Problem, printProblems, problemsInOneLine } from "../../../src/config/problem.ts";
import { readConfig } from "../../../src/config/read-config.ts";
import type { Random } from "../../support/random.ts";
import { sampleSections } from "../corpus.ts";
import { type Material, mutated, randomOf } from "../mutation.ts";
import type { FuzzTarget } from "../target.ts";

const FILE = "ferrox.yml";

const MATERIAL: Material = {
  corpus: sampleSections(),
  words: [
    ...([
      "server:\n",
      "routes:\n  - path: /\n",
      "  ",
      "\t",
      "- ",
      ": ",
      "&a ",
      "*a",
      "!!str ",
    ] as const),
    ...["[", "]", "{", "}", "|\n", ">-\n", "---\n", "...\n", "? ", "null", "~", "true", "0755"],
    ...[
      "0x1F",
      "1e9",
      ".inf",
      "-1",
      "10GiB",
      "5m",
      '"',
      "'",
      '"\\u0000"',
      "\ufeff",
      "\ud800",
      "\u202e",
    ],
    ...[
      "__proto__: 1\n",
      "<<: *a\n",
      "#",
      "%YAML 1.1\n",
      ":name",
      "/*",
      "**",
      "{a,b}",
      "\r\n",
      "\x1b",
    ],
    ...[
      "constructor: {}\n",
      "limits: { connections: 0 }\n",
      "tls: { enabled: true }\n",
      "99999999999",
    ],
  ],
  codeMax: 0x2fff,
};

function inputOf(seed: number): string {
  const random = randomOf(seed);
  const count = 1 + random.below(2);
  return Array.from({ length: count }, () => section(random)).join("");
}

function section(random: Random): string {
  return mutated(random, MATERIAL);
}

export const configTarget: FuzzTarget = {
  name: "config",
  shown: (seed) => JSON.stringify(inputOf(seed)),
  run(seed) {
    const text = inputOf(seed);
    const result = readConfig(text, FILE, { folder: "/etc/ferrox" });
    const problems = result.kind === "config" ? result.warnings : result.problems;
    const errors = problems.filter(({ severity }) => severity === "error");
    assert.equal(
      errors.length > 0,
      result.kind === "problems",
      "a config without errors, or errors",
    );
    for (const problem of problems) isThere(problem, text);
    harmless(problems);
  },
};

function isThere({ place, message }: Problem, text: string): void {
  assert.equal(place.name, FILE);
  assert.notEqual(message, "");
  const { spot } = place;
  if (spot === undefined) return;
  const { line, column, source, width } = spot;
  const lines = text.replace(/^\ufeff/, "").split("\n");
  assert.equal(source, (lines[line - 1] ?? "no such line").replace(/\r$/, ""), `line ${line}`);
  assert.ok(column >= 1 && column <= source.length + 1, `column ${column} of ${source.length}`);
  assert.ok(width >= 1 && column - 1 + width <= Math.max(source.length, column), `width ${width}`);
}

/** Nothing from the file can break a line of a journal, or steer a terminal. */
function harmless(problems: readonly Problem[]): void {
  const odd = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u;
  assert.doesNotMatch(problemsInOneLine(problems), odd);
  for (const line of printProblems(problems, { isColoured: false }).split("\n")) {
    assert.doesNotMatch(line, odd);
  }
}
