import assert from "node:assert/strict";
import { test } from "node:test";
import { BufferPool } from "../../src/base/buffer-pool.ts";
import { type ByteSource, sourceOf } from "../../src/base/byte-source.ts";
import { type Pump, pump } from "../../src/base/pump.ts";

const TEXT = "The quick brown fox jumps over the lazy dog";

function poolOf(bufferBytes: number): BufferPool {
  return new BufferPool({
    bytesMin: bufferBytes,
    bytesMax: bufferBytes,
    lentBytesMax: 1_000_000,
    keptBytesMax: 1_000,
  });
}

/** Copies each chunk, as a consumer must that keeps it. */
async function chunksOf(chunks: Pump): Promise<string[]> {
  const texts: string[] = [];
  for await (const chunk of chunks) texts.push(Buffer.from(chunk).toString());
  return texts;
}

/** A source that answers each read only when it is told to. */
class HandSource implements ByteSource {
  readonly reads: { target: Uint8Array; position: number; answer(count: number): void }[] = [];
  readonly failures: ((error: Error) => void)[] = [];

  readAt(target: Uint8Array, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const answer = (count: number) => {
        target.fill(0x61, 0, count);
        resolve(count);
      };
      this.reads.push({ target, position, answer });
      this.failures.push(reject);
    });
  }

  async close(): Promise<void> {}
}

/** Everything that waits for nothing but microtasks has happened. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

for (const [start, length, chunks] of [
  [0, 43, ["The quick ", "brown fox ", "jumps over", " the lazy ", "dog"]],
  [4, 5, ["quick"]],
  [4, 10, ["quick brow"]],
  [4, 11, ["quick brow", "n"]],
  [40, 3, ["dog"]],
  [10, 0, []],
] as const) {
  test(`${length} bytes from ${start} come as ${chunks.length} chunks`, async () => {
    const pool = poolOf(10);
    const pumped = pump({ source: sourceOf(Buffer.from(TEXT)), start, length }, pool);
    assert.deepEqual(await chunksOf(pumped), chunks);
    assert.deepEqual([pumped.missing, pool.lentBytes], [0, 0]);
  });
}

test("a source that ends early is told by what is missing", async () => {
  const pool = poolOf(10);
  const pumped = pump({ source: sourceOf(Buffer.from("hello")), start: 2, length: 30 }, pool);
  assert.deepEqual(await chunksOf(pumped), ["llo"]);
  assert.deepEqual([pumped.missing, pool.lentBytes], [27, 0]);
});

test("a source that gives a byte at a time is read to the end", async () => {
  const whole = sourceOf(Buffer.from(TEXT));
  const source: ByteSource = {
    readAt: (target, position) => whole.readAt(target.subarray(0, 1), position),
    close: () => whole.close(),
  };
  const pumped = pump({ source, start: 0, length: 43 }, poolOf(10));
  assert.equal((await chunksOf(pumped)).join(""), TEXT);
});

test("positions past four gibibytes are passed on as they are", async () => {
  const source = new HandSource();
  const walk = pump({ source, start: 5_000_000_000, length: 20 }, poolOf(10))[
    Symbol.asyncIterator
  ]();
  const first = walk.next();
  source.reads[0]?.answer(10);
  await first;
  assert.deepEqual(
    source.reads.map(({ position }) => position),
    [5_000_000_000, 5_000_000_010],
  );
  source.reads[1]?.answer(10);
  await walk.return();
});

test("the next chunk is read while the one before is held, and no further", async () => {
  const source = new HandSource();
  const pool = poolOf(10);
  const walk = pump({ source, start: 0, length: 100 }, pool)[Symbol.asyncIterator]();
  const first = walk.next();
  assert.equal(source.reads.length, 1);
  source.reads[0]?.answer(10);
  const held = (await first).value;
  assert.equal(source.reads.length, 2);
  source.reads[1]?.answer(10);
  await turn();
  assert.deepEqual([source.reads.length, pool.lentBytes], [2, 20]);
  assert.notEqual(source.reads[1]?.target.buffer, held?.buffer);
  await walk.return();
  assert.equal(pool.lentBytes, 0);
});

test("a held chunk does not change while the next is read", async () => {
  const pool = poolOf(10);
  const walk = pump({ source: sourceOf(Buffer.from(TEXT)), start: 0, length: 43 }, pool)[
    Symbol.asyncIterator
  ]();
  const { value: held } = await walk.next();
  await turn();
  assert.equal(Buffer.from(held ?? []).toString(), "The quick ");
  await walk.return();
});

test("the last read asks for no more than is left", async () => {
  const source = new HandSource();
  const walk = pump({ source, start: 0, length: 13 }, poolOf(10))[Symbol.asyncIterator]();
  const first = walk.next();
  source.reads[0]?.answer(10);
  await first;
  assert.equal(source.reads[1]?.target.length, 3);
  source.reads[1]?.answer(3);
  assert.equal((await walk.next()).value?.length, 3);
  assert.equal((await walk.next()).done, true);
  assert.equal(source.reads.length, 2);
});

test("a file that fits into one buffer borrows only one", async () => {
  const pool = poolOf(100);
  const walk = pump({ source: sourceOf(Buffer.from(TEXT)), start: 0, length: 43 }, pool)[
    Symbol.asyncIterator
  ]();
  await walk.next();
  assert.equal(pool.lentBytes, 100);
  await walk.return();
});

test("leaving early gives buffers back only when the read under way is over", async () => {
  const source = new HandSource();
  const pool = poolOf(10);
  const walk = pump({ source, start: 0, length: 100 }, pool)[Symbol.asyncIterator]();
  const first = walk.next();
  source.reads[0]?.answer(10);
  await first;
  let isOver = false;
  const left = walk.return().then(() => {
    isOver = true;
  });
  await turn();
  assert.deepEqual([isOver, pool.lentBytes], [false, 10]);
  source.reads[1]?.answer(10);
  await left;
  assert.deepEqual([pool.lentBytes, pool.keptBytes], [0, 20]);
});

test("leaving early forgives a read under way that fails", async () => {
  const source = new HandSource();
  const pool = poolOf(10);
  const walk = pump({ source, start: 0, length: 100 }, pool)[Symbol.asyncIterator]();
  const first = walk.next();
  source.reads[0]?.answer(10);
  await first;
  const left = walk.return();
  source.failures[1]?.(new Error("disk on fire"));
  await left;
  assert.equal(pool.lentBytes, 0);
});

test("a failed read comes out when its chunk is asked for, not before", async () => {
  const source = new HandSource();
  const pool = poolOf(10);
  const walk = pump({ source, start: 0, length: 100 }, pool)[Symbol.asyncIterator]();
  const first = walk.next();
  source.reads[0]?.answer(10);
  await first;
  source.failures[1]?.(new Error("disk on fire"));
  // An unhandled rejection would end the process in this turn.
  await turn();
  await assert.rejects(walk.next(), /disk on fire/);
  assert.equal(pool.lentBytes, 0);
});

test("a first read that fails gives its buffer back", async () => {
  const pool = poolOf(10);
  const source: ByteSource = {
    readAt() {
      throw new Error("not even a promise");
    },
    close: async () => {},
  };
  const pumped = pump({ source, start: 0, length: 100 }, pool);
  await assert.rejects(chunksOf(pumped), /not even a promise/);
  assert.deepEqual([pumped.missing, pool.lentBytes], [100, 0]);
});

test("a source that claims more than was asked for is not believed", async () => {
  const pool = poolOf(10);
  const source: ByteSource = { readAt: async () => 11, close: async () => {} };
  await assert.rejects(
    chunksOf(pump({ source, start: 0, length: 100 }, pool)),
    /more than was asked for/,
  );
  assert.equal(pool.lentBytes, 0);
});

test("a consumer that throws leaves nothing lent", async () => {
  const pool = poolOf(10);
  const walking = (async () => {
    for await (const _chunk of pump(
      { source: sourceOf(Buffer.from(TEXT)), start: 0, length: 43 },
      pool,
    )) {
      throw new Error("the peer is gone");
    }
  })();
  await assert.rejects(walking, /the peer is gone/);
  assert.equal(pool.lentBytes, 0);
});

const MIB = 1024 * 1024;

/** The sizes of the chunks of six mebibytes, each of which took `ms` to leave. */
async function sizesWhenEach(tookMs: number, chunkBytesMax?: number): Promise<number[]> {
  const source: ByteSource = { readAt: async (target) => target.length, close: async () => {} };
  const stretch = { source, start: MIB, length: 6 * MIB };
  const pumped = pump(stretch, new BufferPool(), chunkBytesMax);
  const sizes: number[] = [];
  for await (const chunk of pumped) {
    sizes.push(chunk.length);
    pumped.took(tookMs);
  }
  return sizes;
}

/** What the kernel takes says nothing of the reader: chunks of 128 KiB, one of them read ahead. */
const UNTOLD = (4 * MIB) / 131_072 + 2;

test("chunks grow once the reader is seen to keep up, up to 512 KiB", async () => {
  const sizes = await sizesWhenEach(0);
  assert.deepEqual(new Set(sizes.slice(0, UNTOLD)), new Set([131_072]));
  assert.deepEqual(sizes.slice(UNTOLD), [262_144, 524_288, 524_288, 524_288]);
});

test("a reader that takes its time is given chunks as they were", async () => {
  assert.deepEqual(new Set(await sizesWhenEach(100)), new Set([131_072]));
});

test("a slow reader is given less and less, down to 16 KiB", async () => {
  const sizes = await sizesWhenEach(1_000);
  assert.deepEqual(sizes.slice(0, 6), [131_072, 131_072, 65_536, 32_768, 16_384, 16_384]);
});

test("no chunk is larger than allowed, however quick the reader", async () => {
  const sizes = await sizesWhenEach(0, 500_000);
  assert.deepEqual(sizes.slice(UNTOLD, UNTOLD + 2), [262_144, 500_000]);
});

test("a short stretch is read into a buffer of its size", async () => {
  const pool = new BufferPool();
  const source = sourceOf(Buffer.from(TEXT));
  const walk = pump({ source, start: 0, length: 43 }, pool)[Symbol.asyncIterator]();
  await walk.next();
  assert.equal(pool.lentBytes, 16_384);
  await walk.return();
  assert.equal(pool.lentBytes, 0);
});
