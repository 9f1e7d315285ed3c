import assert from "node:assert/strict";
import { test } from "node:test";
import { placeText } from "../../src/config/problem.ts";
import { readYaml } from "../../src/config/yaml-tree.ts";

function plain(text: string): unknown {
  const result = readYaml(text, "f.yml");
  assert.ok(result.kind === "tree");
  assert.deepEqual(result.problems, []);
  return result.tree.value;
}

function problemsOf(text: string): string[] {
  return readYaml(text, "f.yml").problems?.map(
    ({ place, key, message }) => `${placeText(place)} ${key === "" ? "" : `${key} `}${message}`,
  );
}

test("scalars are what YAML 1.2 says, and nothing more", () => {
  assert.deepEqual(
    plain("a: yes\nb: true\nc: 0x1f\nd: 0o17\ne: 12:30:45\nf: ~\ng: '5'\nh: 1e3\ni: 2026-01-01\n"),
    {
      a: "yes",
      b: true,
      c: 31,
      d: 15,
      e: "12:30:45",
      f: null,
      g: "5",
      h: 1000,
      i: "2026-01-01",
    },
  );
});

test("keys that look like numbers are text, as they were written", () => {
  assert.deepEqual(plain("404: a\n0x10: b\n"), { "404": "a", "0x10": "b" });
});

test("an alias stands for the value of its anchor", () => {
  assert.deepEqual(plain("a: &x [1, {b: 2}]\nc: *x\n"), { a: [1, { b: 2 }], c: [1, { b: 2 }] });
});

test("merge keys are keys like any other", () => {
  assert.deepEqual(plain("a: &x {b: 1}\nc: {<<: *x}\n"), { a: { b: 1 }, c: { "<<": { b: 1 } } });
});

test("every key and value has its place", () => {
  const result = readYaml("\ufeffserver:\r\n  names: [a, b]\r\n  addr:\r\n", "f.yml");
  assert.ok(result.kind === "tree");
  const places = [...result.tree.marks].map(
    ([key, { key: keyPlace, value }]) => `${key} ${placeText(keyPlace)} ${placeText(value)}`,
  );
  assert.deepEqual(places, [
    " f.yml:1:1 f.yml:1:1",
    "server f.yml:1:1 f.yml:2:3",
    "server.names f.yml:2:3 f.yml:2:10",
    "server.names[0] f.yml:2:11 f.yml:2:11",
    "server.names[1] f.yml:2:14 f.yml:2:14",
    // No value to point at: the key must do.
    "server.addr f.yml:3:3 f.yml:3:3",
  ]);
});

for (const [text, problem] of [
  ["", "f.yml:1:1 the file says nothing"],
  ["# nothing\n", "f.yml:1:1 the file says nothing"],
  ["---\n", "f.yml:1:1 the file says nothing"],
  ["a:\n\tb: 1\n", "f.yml:2:1 a tab cannot indent YAML"],
  ["a: 1\n---\nb: 2\n", "f.yml:2:1 a second document starts here; a configuration is one"],
  ["a: !!js/function 'x'\n", "f.yml:1:4 tags (!, !!) have no meaning here"],
  ["%YAML 1.1\n---\na: yes\n", "f.yml:1:1 this is YAML 1.1; only YAML 1.2 is read"],
  ["a: *x\n", "f.yml:1:4 a no value is named &x before this line"],
  ["a: &x [*x]\n", "f.yml:1:8 a[0] *x stands for a value that it is part of"],
  ["a: 1\na: 2\n", "f.yml:2:1 a is given twice; first in line 1"],
  ["a: {b: 1, b: 2}\n", "f.yml:1:11 a.b is given twice; first in line 1"],
  ["? [a]\n: 1\n", "f.yml:1:3 a key must be text"],
  [": 1\n", "f.yml:1:1 a key must be text"],
  ["__proto__: {a: 1}\n", 'f.yml:1:1 "__proto__" cannot be a key'],
  ["a: 0755\n", "f.yml:1:4 a 0755 starts with a zero, but is read as 755"],
] as const) {
  test(`${JSON.stringify(text)}: ${problem}`, () => {
    assert.deepEqual(problemsOf(text), [problem]);
  });
}

test("broken syntax is said in at most three lines, with places", () => {
  const problems = problemsOf("a: [1\nb: 2\n  c: 3\n d: {\n");
  assert.ok(problems.length >= 1 && problems.length <= 3);
  for (const problem of problems) assert.match(problem, /^f\.yml:\d+:\d+ \S/);
});

test("aliases of aliases are cut off at a hundred thousand values", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level <= 9; level++) {
    const aliases = Array.from({ length: 10 }, () => `*a${level - 1}`).join(", ");
    lines.push(`a${level}: &a${level} [${aliases}]`);
  }
  const problems = problemsOf(lines.join("\n"));
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? "", /^f\.yml:\d+:\d+ there are more than 100000 values$/);
});

test("a key named like a part of every object is only a key", () => {
  assert.deepEqual(plain("constructor: 1\ntoString: 2\n"), { constructor: 1, toString: 2 });
});
