import assert from "node:assert/strict";
import { test } from "node:test";
import { BufferPool } from "../../src/base/buffer-pool.ts";

const SMALL_POOL = { bufferBytes: 8, keptMax: 2, lentBeforeSmall: 3, smallBufferBytes: 2 };

test("a buffer given back is lent again", () => {
  const pool = new BufferPool(SMALL_POOL);
  const first = pool.lend();
  assert.equal(first.length, 8);
  pool.giveBack(first);
  assert.equal(pool.lend(), first);
});

test("two borrowers never share a buffer, nor its memory", () => {
  const pool = new BufferPool(SMALL_POOL);
  const [a, b] = [pool.lend(), pool.lend()];
  assert.notEqual(a.buffer, b.buffer);
});

test("a pool keeps no more than its bound", () => {
  const pool = new BufferPool(SMALL_POOL);
  for (const buffer of [pool.lend(), pool.lend(), pool.lend()]) pool.giveBack(buffer);
  assert.equal(pool.keptCount, 2);
  assert.equal(pool.lentCount, 0);
});

test("when many are lent, the next ones are small and are not kept", () => {
  const pool = new BufferPool(SMALL_POOL);
  const large = [pool.lend(), pool.lend(), pool.lend()];
  const small = pool.lend();
  assert.deepEqual([large.map((buffer) => buffer.length), small.length], [[8, 8, 8], 2]);
  pool.giveBack(small);
  assert.deepEqual([pool.lentCount, pool.keptCount], [3, 0]);
  for (const buffer of large) pool.giveBack(buffer);
  assert.equal(pool.lend().length, 8);
});

test("a buffer given back twice is an error, and so is one of somebody else", () => {
  const pool = new BufferPool(SMALL_POOL);
  const buffer = pool.lend();
  assert.throws(() => pool.giveBack(buffer.subarray(0, 4)), /not lent/);
  assert.throws(() => pool.giveBack(Buffer.alloc(8)), /not lent/);
  pool.giveBack(buffer);
  assert.throws(() => pool.giveBack(buffer), /not lent/);
  assert.deepEqual([pool.lentCount, pool.keptCount], [0, 1]);
});

test("without a word, buffers are of 256 KiB", () => {
  assert.equal(new BufferPool().lend().length, 262_144);
});
