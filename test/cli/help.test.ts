import assert from "node:assert/strict";
import { test } from "node:test";
import { helpText } from "../../src/cli/help.ts";
import { COMMANDS } from "../../src/cli/options.ts";
import { VARIABLE_NAMES } from "../../src/config/overrides.ts";

const TOPICS = [undefined, ...COMMANDS.map(({ name }) => name)];

for (const topic of TOPICS) {
  test(`the help of ${topic ?? "the program"} fits a terminal of 80 columns`, () => {
    const lines = helpText(topic).split("\n");
    assert.equal(lines.at(-1), "");
    assert.match(lines[0] ?? "", /^Usage: ferrox /);
    for (const line of lines) {
      assert.ok(line.length <= 80, line);
      assert.equal(line, line.trimEnd());
    }
  });
}

test("every option stands in the help of its command, in one column", () => {
  for (const { name, options } of COMMANDS) {
    const text = helpText(name);
    for (const option of options) assert.match(text, new RegExp(`--${option.name}\\b`));
  }
  const starts = helpText("check")
    .split("\n")
    .filter((line) => /^ {2}(-\w| {3}) ?.*--/.test(line))
    .map((line) => line.search(/--/));
  assert.deepEqual(starts, [6, 6, 6, 6, 10]);
});

test("the program's help names every command and every variable", () => {
  const text = helpText(undefined);
  const rows = text.split("\n").map((line) => line.trim().replace(/ +/, ": "));
  for (const { name, summary } of COMMANDS) assert.ok(rows.includes(`${name}: ${summary}`), name);
  for (const name of VARIABLE_NAMES) assert.ok(text.includes(name), name);
});
