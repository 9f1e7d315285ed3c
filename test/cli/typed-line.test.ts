import assert from "node:assert/strict";
import { test } from "node:test";
import { typedLine } from "../../src/cli/typed-line.ts";

async function* keys(...chunks: readonly (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

for (const [what, typed, text] of [
  ["a line", ["abc\r"], "abc"],
  ["a line of another system", ["abc\n"], "abc"],
  ["key by key", ["a", "b", "\r"], "ab"],
  ["an empty line", ["\r"], ""],
  ["a mistake", ["abd\x7fc\r"], "abc"],
  ["more mistakes than letters", ["a\b\b\bb\r"], "b"],
  ["a line begun anew", ["wrong\x15right\r"], "right"],
  ["keys that are no letters", ["a\x01\tb\r"], "ab"],
  [
    "letters beyond ASCII, cut in two",
    ["\u00e9", Buffer.of(0xc3), Buffer.of(0xa9), "\r"],
    "\u00e9\u00e9",
  ],
  ["Ctrl-D behind something", ["a\x04b\r"], "ab"],
] as const) {
  test(`${what} is "${text}"`, async () => {
    assert.deepEqual(await typedLine(keys(...typed), () => {}), { kind: "line", text });
  });
}

test("Ctrl-C and Ctrl-D end it, as does the end of the terminal", async () => {
  assert.deepEqual(await typedLine(keys("ab\x03"), () => {}), { kind: "interrupted" });
  assert.deepEqual(await typedLine(keys("\x04"), () => {}), { kind: "ended" });
  assert.deepEqual(await typedLine(keys("ab"), () => {}), { kind: "ended" });
});

test("what is typed is echoed, and rubbed out when it is taken back", async () => {
  let screen = "";
  await typedLine(keys("ab\x7fc\x15d\r"), (text) => {
    screen += text;
  });
  assert.equal(screen, "ab\b \bc\b \b\b \bd");
});
