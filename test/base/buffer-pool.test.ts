import assert from "node:assert/strict";
import { test } from "node:test";
import { BufferPool } from "../../src/base/buffer-pool.ts";

const SMALL_POOL = { bytesMin: 2, bytesMax: 8, lentBytesMax: 20, keptBytesMax: 16 };

for (const [wanted, lent] of [
  [1, 2],
  [2, 2],
  [3, 4],
  [8, 8],
  [9, 8], // there are no larger ones
] as const) {
  test(`whoever wants ${wanted} bytes is lent ${lent}`, () => {
    assert.equal(new BufferPool(SMALL_POOL).lend(wanted).length, lent);
  });
}

test("a buffer given back is lent again, to whoever wants that size", () => {
  const pool = new BufferPool(SMALL_POOL);
  const first = pool.lend(8);
  pool.giveBack(first);
  assert.notEqual(pool.lend(4), first);
  assert.equal(pool.lend(8), first);
  assert.equal(pool.keptBytes, 0);
});

test("two borrowers never share a buffer, nor its memory", () => {
  const pool = new BufferPool(SMALL_POOL);
  const [a, b] = [pool.lend(8), pool.lend(8)];
  assert.notEqual(a.buffer, b.buffer);
});

test("a pool keeps no more than its bound", () => {
  const pool = new BufferPool({ ...SMALL_POOL, lentBytesMax: 100 });
  for (const buffer of [pool.lend(8), pool.lend(8), pool.lend(8)]) pool.giveBack(buffer);
  assert.deepEqual([pool.keptBytes, pool.lentBytes], [16, 0]);
});

test("when much is lent, only the smallest are, until some comes back", () => {
  const pool = new BufferPool(SMALL_POOL);
  const large = [pool.lend(8), pool.lend(8)];
  assert.deepEqual([pool.lend(8).length, pool.lend(8).length, pool.lend(8).length], [2, 2, 2]);
  assert.equal(pool.lentBytes, 22);
  for (const buffer of large) pool.giveBack(buffer);
  assert.equal(pool.lend(8).length, 8);
});

test("ten thousand borrowers of two buffers each get 361 MiB, not ten gibibytes", () => {
  const pool = new BufferPool();
  for (let borrower = 0; borrower < 10_000; borrower++) {
    pool.lend(524_288);
    pool.lend(524_288);
  }
  assert.ok(pool.lentBytes <= 361 * 1_048_576, `${pool.lentBytes} bytes are lent`);
});

test("a buffer given back twice is an error, and so is one of somebody else", () => {
  const pool = new BufferPool(SMALL_POOL);
  const buffer = pool.lend(8);
  assert.throws(() => pool.giveBack(buffer.subarray(0, 4)), /not lent/);
  assert.throws(() => pool.giveBack(Buffer.alloc(8)), /not lent/);
  pool.giveBack(buffer);
  assert.throws(() => pool.giveBack(buffer), /not lent/);
  assert.deepEqual([pool.lentBytes, pool.keptBytes], [0, 8]);
});
