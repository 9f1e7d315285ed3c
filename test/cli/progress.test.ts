import assert from "node:assert/strict";
import { test } from "node:test";
import { progressLine, showProgress } from "../../src/cli/progress.ts";
import { fakeClock } from "../support/fake-clock.ts";

function drawn(isSeen = true) {
  const clock = fakeClock();
  const lines: string[] = [];
  const draw = isSeen ? (text: string) => void lines.push(text) : undefined;
  const progress = showProgress({ name: "/a", total: 100_000, clock, columns: 80, draw });
  return { clock, lines, progress };
}

test("nothing is shown within the first second, nor afterwards if it is over by then", () => {
  const { clock, lines, progress } = drawn();
  progress.add(50_000);
  clock.advance(999);
  progress.end();
  clock.advance(5_000);
  assert.deepEqual(lines, []);
  assert.equal(clock.timers, 0);
});

test("then one line is drawn over and over, and taken away at the end", () => {
  const { clock, lines, progress } = drawn();
  progress.add(25_000);
  clock.advance(1_000);
  progress.add(25_000);
  clock.advance(1_000);
  progress.end();
  assert.equal(lines.length, 7);
  assert.equal(
    lines[0],
    "\r\x1b[K/a [#####---------------]  25%  25.0 kB of 100 kB  25.0 kB/s  0:03 left",
  );
  assert.match(lines[5] ?? "", / 50% {2}50\.0 kB of 100 kB {2}25\.0 kB\/s {2}0:02 left$/);
  assert.equal(lines[6], "\r\x1b[K");
});

test("where nobody looks nothing is drawn, and no time is kept", () => {
  const { clock, lines, progress } = drawn(false);
  assert.equal(clock.timers, 0);
  progress.add(1);
  clock.advance(5_000);
  progress.end();
  assert.deepEqual(lines, []);
});

const STATE = { name: "/some/long/name.bin", total: 10_000_000, done: 5_000_000, elapsedMs: 4_000 };

for (const [columns, line] of [
  [90, "/some/long/name.bin [##########----------]  50%  5.0 MB of 10.0 MB  1.3 MB/s  0:04 left"],
  [80, "…g/name.bin [##########----------]  50%  5.0 MB of 10.0 MB  1.3 MB/s  0:04 left"],
  [60, "…long/name.bin  50%  5.0 MB of 10.0 MB  1.3 MB/s  0:04 left"],
  [30, " 50%  5.0 MB of 10.0 MB  1.3 "],
] as const) {
  test(`in ${columns} columns it fits`, () => {
    const made = progressLine(STATE, columns);
    assert.ok([...made].length < columns, made);
    assert.equal(made.trimStart(), line.trimStart());
  });
}

test("a size that nobody knows is left out, and a name cannot move the cursor", () => {
  const state = { name: "\x1b[2J", total: undefined, done: 2_000, elapsedMs: 2_000 };
  assert.equal(progressLine(state, 80), "\\x1b[2J 2.0 kB  1.0 kB/s");
});

test("hours are shown as hours", () => {
  const state = { ...STATE, done: 1_000, elapsedMs: 1_000 };
  assert.match(progressLine(state, 80), / 2:46:39 left$/);
});
