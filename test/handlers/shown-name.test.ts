import assert from "node:assert/strict";
import { test } from "node:test";
import { shownName } from "../../src/handlers/shown-name.ts";

for (const [name, shown] of [
  ["a.txt", "a.txt"],
  ["a\nb", "a\u240ab"],
  ["\x7f", "\u2421"],
  ["\x85", "\ufffd"],
  ["\u202egpj.exe", "\ufffdgpj.exe"],
  ["\u2066a\u2069", "\ufffda\ufffd"],
  ["שלום.txt", "שלום.txt"],
] as const) {
  test(`${JSON.stringify(name)} is shown as ${shown}`, () => {
    assert.equal(shownName(name), shown);
  });
}
