import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryRoom } from "../../src/vfs/memory-room.ts";

const FULL = { code: "no-space" };

test("content has room up to its bound, and again when some is given back", () => {
  const room = new MemoryRoom(10);
  room.hold(10);
  assert.throws(() => room.hold(1), FULL);
  room.hold(-1);
  room.hold(1);
  assert.throws(() => room.hold(1), FULL);
});

test("names cost half a KiB each and what they are long, with half as much room as content", () => {
  const room = new MemoryRoom(0);
  // 1 MiB for any: 2,000 of 524 bytes.
  for (let at = 0; at < 2_001; at++) room.holdName("six by");
  assert.throws(() => room.holdName("six by"), FULL);
  room.dropName("six by");
  room.holdName("six by");
  room.limit(2 * 1024 * 1024);
  for (let at = 0; at < 2_001; at++) room.holdName("six by");
  assert.throws(() => room.holdName("x".repeat(4_000)), FULL);
});

test("without a bound there is always room", () => {
  const room = new MemoryRoom(Number.POSITIVE_INFINITY);
  room.hold(Number.MAX_SAFE_INTEGER);
  room.holdName("x".repeat(1_000_000));
});

test("a smaller bound takes nothing away, and lets nothing more in", () => {
  const room = new MemoryRoom(10);
  room.hold(10);
  room.limit(5);
  assert.throws(() => room.hold(1), FULL);
  room.hold(-6);
  room.hold(1);
});
