// limits.bandwidth on the real program: files from the disk, files kept in memory, and small ones.

import assert from "node:assert/strict";
import { test } from "node:test";
import { configText, startProgram } from "../support/program.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const LARGE = Buffer.alloc(300_000, "large ");
const SMALL = Buffer.alloc(50_000, "small ");

test("a large answer takes its time, again and again; a small one does not", async (t) => {
  const program = await startProgram(t, {
    config: configText("limits: { bandwidth: 200000 }\n"),
    files: { "www/large.bin": LARGE, "www/small.bin": SMALL },
  });
  // The second time it may come from memory.
  for (const round of [1, 2]) {
    const startMs = performance.now();
    const answer = await fetchRaw(program, ask("/large.bin"));
    const tookMs = performance.now() - startMs;
    assert.ok(answer.body.equals(LARGE), `round ${round}`);
    // Six pieces of a quarter of a second, the first at once.
    assert.ok(tookMs >= 1_200, `round ${round} took ${Math.round(tookMs)} ms`);
  }
  const startMs = performance.now();
  assert.ok((await fetchRaw(program, ask("/small.bin"))).body.equals(SMALL));
  const tookMs = performance.now() - startMs;
  assert.ok(tookMs < 1_000, `a small answer took ${Math.round(tookMs)} ms`);
});

test("each answer has a bandwidth of its own", async (t) => {
  const program = await startProgram(t, {
    config: configText("limits: { bandwidth: 200000 }\n"),
    files: { "www/large.bin": LARGE },
  });
  const startMs = performance.now();
  const answers = await Promise.all([1, 2, 3].map(() => fetchRaw(program, ask("/large.bin"))));
  const tookMs = performance.now() - startMs;
  for (const answer of answers) assert.ok(answer.body.equals(LARGE));
  // One after the other they would take three times as long.
  assert.ok(tookMs < 3_000, `three took ${Math.round(tookMs)} ms`);
});
