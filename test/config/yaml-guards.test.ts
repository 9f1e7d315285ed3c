import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceTextOf } from "../../src/config/source-text.ts";
import { unfitForYaml } from "../../src/config/yaml-guards.ts";

function unfit(text: string): string | undefined {
  const problem = unfitForYaml(sourceTextOf(text, "f.yml"));
  if (problem === undefined) return undefined;
  const { spot } = problem.place;
  return `${spot?.line}:${spot?.column} ${problem.message}`;
}

test("an ordinary file is let through", () => {
  assert.equal(unfit("a:\n  b:\n    - c: [d, {e: f}]\n\u0085\u00a0é😀"), undefined);
});

for (const [what, text] of [
  ["brackets", "[".repeat(10_000)],
  ["closed brackets", "[".repeat(10_000) + "]".repeat(10_000)],
  ["braces", "{a: ".repeat(10_000)],
  ["dashes", "- ".repeat(10_000)],
  ["question marks", "? ".repeat(10_000)],
  ["indents", Array.from({ length: 200 }, (_, at) => `${" ".repeat(at)}a:\n`).join("")],
] as const) {
  test(`ten thousand nested ${what} are refused before the library sees them`, () => {
    assert.match(unfit(text) ?? "", /^\d+:\d+ values are nested too deeply for a configuration$/);
  });
}

test("a file of more than a megabyte is refused, with the line in which it becomes one", () => {
  assert.equal(
    unfit(`a: 1\nz: ${"y".repeat(2_000_000)}\n`),
    "2:1 the file is larger than 1 MiB, which no configuration is; " +
      `the limit is passed in "z: ${"y".repeat(36)}…"`,
  );
});

for (const [character, name] of [
  ["\u0000", "U+0000"],
  ["\u001b", "U+001B"],
  ["\u007f", "U+007F"],
  ["\ufffe", "U+FFFE"],
  ["\ud800", "U+D800"],
] as const) {
  test(`${name} cannot stand in YAML`, () => {
    assert.equal(
      unfit(`a: 1\nb: x${character}y\n`),
      `2:5 the character ${name} cannot stand in YAML`,
    );
  });
}
