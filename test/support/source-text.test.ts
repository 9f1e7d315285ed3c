import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, functionsOf, importsOf } from "./source-text.ts";

test("comments, strings, templates and patterns are no code, and nothing moves", () => {
  const source = [
    'const a = "process // no comment"; // process',
    `const b = \`process \${c} /* no comment */\`;`,
    "/* process",
    '   process */ const d = /process\\/[/"]/g.test(e) / 2 / process;',
    "const f = 'it\\'s process';",
  ].join("\n");
  const code = codeOf(source);
  assert.equal(code.length, source.length);
  assert.equal(code.split("process").length, 2);
  assert.equal(code.indexOf("process"), source.lastIndexOf("/ 2 / process") + 6);
  assert.match(code, /const f = +;$/);
});

test("every way to import is seen, in comments and strings none", () => {
  const source = [
    'import { a } from "./a.ts";',
    "import type { B } from '../b/b.ts';",
    "import {",
    "  c,",
    "  type D,",
    '} from "node:fs";',
    'import "side-effect";',
    'export * from "./e.ts";',
    'export type { F } from "./f.ts";',
    'const g = await import("./g.ts");',
    'const h = require("h");',
    '// import { i } from "i";',
    'const j = `\\nimport { k } from "k";`;',
    'export const l = { from: "nowhere" };',
  ].join("\n");
  assert.deepEqual(
    importsOf(source).map(({ from, isTypeOnly }) => (isTypeOnly ? `type ${from}` : from)),
    ["./a.ts", "type ../b/b.ts", "node:fs", "side-effect", "./e.ts", "type ./f.ts", "./g.ts", "h"],
  );
});

test("functions are found whatever their form, and control flow is none", () => {
  const source = [
    "export function plain(a: string): { x: number } | undefined {",
    "  if (a) {",
    "    b();",
    "  }",
    "",
    "  return { x: 1 };",
    "}",
    "class C extends D {",
    "  method(): Promise<{ x: string }> {",
    "    for (const x of y) { z(x); }",
    "  }",
    "}",
    "const arrow = (a: number) => {",
    "  return a;",
    "};",
    "test('name', async () => {",
    "  await nothing;",
    "});",
    "const object = { a: 1, b: { c: 2 } };",
    "interface I { a: { b: string } }",
  ].join("\n");
  assert.deepEqual(
    functionsOf(source).map(({ head, line, lines }) => [head, line, lines]),
    [
      ["export function plain(a: string): { x: number } | undefined", 1, 6],
      ["method(): Promise<{ x: string }>", 9, 3],
      ["const arrow = (a: number) =>", 13, 3],
      ["async () =>", 16, 3],
    ],
  );
});
