// What the operator hears of running out of descriptors: once when it begins, once when it ends.

import assert from "node:assert/strict";
import { test } from "node:test";
import { watchDescriptors } from "../../src/transport/descriptor-watch.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { recordingLogger } from "./recording-logger.ts";

function failing(code: string): () => void {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

for (const code of ["EMFILE", "ENFILE"]) {
  test(`${code} is said once per episode, and its end too`, () => {
    const clock = fakeClock();
    const { log, lines } = recordingLogger();
    let probe = failing(code);
    const stop = watchDescriptors(clock, log, () => probe());
    clock.advance(5_000);
    assert.deepEqual(lines, ["error core no file descriptor is left: new connections are closed"]);
    probe = () => {};
    clock.advance(5_000);
    assert.deepEqual(lines.slice(1), ["info core there are file descriptors again"]);
    probe = failing(code);
    clock.advance(5_000);
    assert.equal(lines.length, 3);
    stop();
    assert.equal(clock.timers, 0);
  });
}

test("another failure says nothing about descriptors", () => {
  const clock = fakeClock();
  const { log, lines } = recordingLogger();
  watchDescriptors(clock, log, failing("EACCES"));
  clock.advance(5_000);
  assert.deepEqual(lines, []);
});
