// Slow or stopped? With a socket whose kernel is played by the test.

import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import type { Peer } from "../../src/base/peer.ts";
import { KernelQueues } from "../../src/transport/kernel-queues.ts";
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
  asked = 0;
  override unacknowledged(): number {
    this.asked += 1;
    return this.queued;
  }
}

function scene(): {
  progress: Progress;
  kernel: Kernel;
  handle: { bytesWritten: number; writeQueueSize: number };
} {
  const handle = { bytesWritten: 600_000, writeQueueSize: 500_000 };
  const socket = new Socket();
  Reflect.set(socket, "_handle", handle);
  const kernel = new Kernel();
  return { progress: new Progress(socket, PEER, kernel), kernel, handle };
}

test("what the kernel takes in the middle of a write is progress", () => {
  const { progress, kernel, handle } = scene();
  assert.equal(progress.seen(0, 15_000, 15_000), true);
  assert.equal(progress.seen(500, 15_000, 15_000), false);
  handle.writeQueueSize = 400_000;
  assert.equal(progress.seen(1_000, 15_000, 15_000), true);
  assert.equal(kernel.asked, 0);
});

test("a peer that acknowledges although our queue stands still is slow, not stopped", () => {
  const { progress, kernel } = scene();
  progress.seen(0, 15_000, 15_000);
  kernel.queued = 100_000;
  assert.equal(progress.seen(8_000, 15_000, 15_000), false);
  kernel.queued = 40_000;
  assert.equal(progress.seen(12_000, 15_000, 15_000), false);
  assert.equal(progress.seen(15_000, 15_000, 15_000), true);
  // The next window begins with what was seen then.
  kernel.queued = 39_000;
  assert.equal(progress.seen(30_000, 30_000, 15_000), true);
  assert.equal(progress.seen(45_000, 45_000, 15_000), false);
});

test("a peer that acknowledges nothing has stopped; the kernel is asked twice, not more", () => {
  const { progress, kernel } = scene();
  progress.seen(0, 15_000, 15_000);
  kernel.queued = 100_000;
  for (let nowMs = 500; nowMs < 15_000; nowMs += 500) {
    assert.equal(progress.seen(nowMs, 15_000, 15_000), false);
  }
  assert.equal(progress.seen(15_000, 15_000, 15_000), false);
  assert.equal(kernel.asked, 2);
});

test("without a deadline the kernel is never asked", () => {
  const { progress, kernel } = scene();
  const never = Number.POSITIVE_INFINITY;
  progress.seen(0, never, never);
  assert.equal(progress.seen(1e9, never, never), false);
  assert.equal(kernel.asked, 0);
});
