// Slow or stopped? With a socket whose kernel is played by the test.

import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import type { Peer } from "../../src/base/peer.ts";
import { KernelQueues, type Underway } from "../../src/transport/kernel-queues.ts";
import { Progress } from "../../src/transport/progress.ts";

const PEER: Peer = {
  address: "127.0.0.1",
  port: 1,
  localAddress: "127.0.0.1",
  localPort: 2,
  isLoopback: true,
};

class Kernel extends KernelQueues {
  queued = 0;
  isAll = true;
  isResting = false;
  asked = 0;
  override underway(): Underway | undefined {
    if (this.isResting) return undefined;
    this.asked += 1;
    return { bytes: this.queued, isAll: this.isAll };
  }
}

interface Scene {
  readonly progress: Progress;
  readonly kernel: Kernel;
  readonly handle: { bytesWritten: number; writeQueueSize: number };
}

/** The kernel has taken 100,000 bytes, of 600,000. */
function scene(): Scene {
  const handle = { bytesWritten: 600_000, writeQueueSize: 500_000 };
  const socket = new Socket();
  Reflect.set(socket, "_handle", handle);
  const kernel = new Kernel();
  return { progress: new Progress(socket, PEER, kernel), kernel, handle };
}

const ENOUGH = 7_500;

test("the first look counts what the kernel has taken, for want of anything to compare", () => {
  const { progress } = scene();
  assert.equal(progress.look(0, ENOUGH), 100_000);
  assert.equal(progress.look(500, ENOUGH), 0);
});

test("what the peer takes counts byte by byte, although our kernel takes nothing from us", () => {
  const { progress, kernel } = scene();
  kernel.queued = 100_000;
  progress.look(0, ENOUGH);
  kernel.queued = 99_990;
  assert.equal(progress.look(500, ENOUGH), 10);
  assert.equal(progress.look(1_000, ENOUGH), 0);
  kernel.queued = 35_000;
  assert.equal(progress.look(1_500, ENOUGH), 64_990);
});

test("bytes that only move from us into the kernel are nobody's progress", () => {
  const { progress, kernel, handle } = scene();
  kernel.queued = 100_000;
  progress.look(0, ENOUGH);
  handle.writeQueueSize = 499_000;
  kernel.queued = 101_000;
  assert.equal(progress.look(500, ENOUGH), 0);
});

test("of a peer that keeps up, nobody asks the kernel again and again", () => {
  const { progress, kernel, handle } = scene();
  for (let times = 0; times < 5; times++) {
    progress.look(500 * times, ENOUGH);
    handle.writeQueueSize -= 100_000;
  }
  assert.equal(kernel.asked, 1);
  assert.equal(progress.look(2_500, ENOUGH), 100_000);
});

test("while the kernel cannot be asked nothing is known, and nothing is lost", () => {
  const { progress, kernel } = scene();
  kernel.queued = 100_000;
  progress.look(0, ENOUGH);
  kernel.isResting = true;
  kernel.queued = 60_000;
  assert.equal(progress.look(500, ENOUGH), undefined);
  kernel.isResting = false;
  assert.equal(progress.look(1_000, ENOUGH), 40_000);
});

test("a peer far away may have as much time as its kernel may need to show what was read", () => {
  const { progress, kernel, handle } = scene();
  progress.look(0, ENOUGH);
  assert.equal(progress.graceMs, 0);
  kernel.isAll = false;
  progress.look(500, ENOUGH);
  // A sixteenth of 100,000 bytes, at 10 a millisecond.
  assert.equal(progress.graceMs, 625);
  handle.bytesWritten = 50_000_000;
  progress.look(1_000, ENOUGH);
  assert.equal(progress.graceMs, 39_321.6);
});
