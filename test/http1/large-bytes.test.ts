import assert from "node:assert/strict";
import { test } from "node:test";
import type { ByteStream } from "../../src/base/byte-stream.ts";
import { AT_ONCE_BYTES_MAX, sendLargeBytes } from "../../src/http1/large-bytes.ts";

/** Takes `quick` writes at once; whoever writes more has to wait for release(). */
function stream(quick: number) {
  const written: number[] = [];
  const waiting: (() => void)[] = [];
  const fails = new Error("only write() is used");
  const fail = () => {
    throw fails;
  };
  const only: ByteStream = {
    write(chunks) {
      written.push(...chunks.map((chunk) => chunk.length));
      if (written.length <= quick) return undefined;
      return new Promise((resolve) => waiting.push(resolve));
    },
    run: fail,
    read: fail,
    flush: fail,
    leave: fail,
    unread: fail,
    expireAfter: fail,
    finish: fail,
    destroy: fail,
    destroyed: false,
  };
  const release = async () => {
    waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { written, release, stream: only };
}

const HEAD = Buffer.alloc(100);
const KIB_128 = AT_ONCE_BYTES_MAX;

test("a quick peer is given all of it in this turn, the head with the first piece", () => {
  const { written, stream: quick } = stream(100);
  const progress = { bodyBytes: 0, complete: false };
  assert.equal(sendLargeBytes(quick, HEAD, Buffer.alloc(2 * KIB_128 + 1), progress), undefined);
  assert.deepEqual(written, [100, KIB_128, KIB_128, 1]);
  assert.deepEqual(progress, { bodyBytes: 2 * KIB_128 + 1, complete: true });
});

test("a stream says how large its pieces are", () => {
  const { written, stream: plain } = stream(100);
  const progress = { bodyBytes: 0, complete: false };
  const large = { ...plain, pieceBytes: 3 * KIB_128 };
  assert.equal(sendLargeBytes(large, HEAD, Buffer.alloc(4 * KIB_128), progress), undefined);
  assert.deepEqual(written, [100, 3 * KIB_128, KIB_128]);
});

test("a slow peer is given the next piece when it has taken the one before", async () => {
  const { written, release, stream: slow } = stream(0);
  const progress = { bodyBytes: 0, complete: false };
  const sent = sendLargeBytes(slow, HEAD, Buffer.alloc(2 * KIB_128 + 1), progress);
  assert.deepEqual(written, [100, KIB_128]);
  assert.deepEqual(progress, { bodyBytes: KIB_128, complete: false });
  await release();
  assert.deepEqual(written, [100, KIB_128, KIB_128]);
  await release();
  assert.deepEqual(progress, { bodyBytes: 2 * KIB_128 + 1, complete: true });
  let over = false;
  const done = sent?.then(() => {
    over = true;
  });
  assert.equal(over, false);
  await release();
  await done;
  assert.ok(over);
});

test("a peer that goes away ends it", async () => {
  const gone = new Error("the stream is gone");
  const broken = { ...stream(0).stream, write: () => Promise.reject(gone) };
  const progress = { bodyBytes: 0, complete: false };
  const sent = sendLargeBytes(broken, HEAD, Buffer.alloc(2 * KIB_128), progress);
  assert.ok(sent);
  await assert.rejects(sent, gone);
  assert.equal(progress.complete, false);
});
