import assert from "node:assert/strict";
import { test } from "node:test";
import { BufferPool } from "../../src/base/buffer-pool.ts";
import type { ByteSource } from "../../src/base/byte-source.ts";
import { discardBody, type Progress, sendBody } from "../../src/http1/response-body.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { streamPair } from "../support/stream-pair.ts";

function watched(content: Buffer): ByteSource & { closed: number } {
  return {
    closed: 0,
    async readAt(target, position) {
      return content.copy(target, 0, position, position + target.length);
    },
    async close() {
      this.closed++;
    },
  };
}

function setting(): ReturnType<typeof streamPair> & { progress: Progress } {
  const pair = streamPair(fakeClock());
  return { ...pair, progress: { bodyBytes: 0, complete: false } };
}

const OPTIONS = { chunked: false, idleMs: 1_000, pool: new BufferPool() };

test("a range is sent exactly, and its source closed", async () => {
  const { stream, client, progress } = setting();
  const source = watched(Buffer.from("0123456789"));
  await sendBody(stream, { kind: "range", source, start: 2, length: 5 }, progress, OPTIONS);
  assert.equal(client.received().toString(), "23456");
  assert.deepEqual(progress, { bodyBytes: 5, complete: true });
  assert.equal(source.closed, 1);
});

test("a large range passes through two buffers unharmed, however slow the peer", async () => {
  const { stream, client, progress } = setting();
  const content = Buffer.alloc(3_000_000);
  for (let at = 0; at < content.length; at += 4) content.writeUInt32LE(at, at);
  const source = watched(content);
  client.pauseReading();
  const body = { kind: "range", source, start: 0, length: content.length } as const;
  const over = sendBody(stream, body, progress, OPTIONS);
  while (!progress.complete) {
    client.take(100_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.resumeReading();
  await over;
  assert.ok(client.received().equals(content));
});

test("a source that ends early leaves the body incomplete", async () => {
  const { stream, progress } = setting();
  const source = watched(Buffer.from("012"));
  await sendBody(stream, { kind: "range", source, start: 1, length: 5 }, progress, OPTIONS);
  assert.deepEqual(progress, { bodyBytes: 2, complete: false });
  assert.equal(source.closed, 1);
});

test("a source that fails is closed, and its error passed on", async () => {
  const { stream, progress } = setting();
  const source = watched(Buffer.alloc(0));
  source.readAt = () => Promise.reject(new Error("EIO"));
  const body = { kind: "range", source, start: 0, length: 5 } as const;
  await assert.rejects(sendBody(stream, body, progress, OPTIONS), /EIO/);
  assert.equal(source.closed, 1);
  assert.equal(progress.complete, false);
});

test("a peer that goes away ends the sending, and the source is closed", async () => {
  const { stream, client, progress } = setting();
  const source = watched(Buffer.alloc(3_000_000));
  client.pauseReading();
  const body = { kind: "range", source, start: 0, length: 3_000_000 } as const;
  const over = sendBody(stream, body, progress, OPTIONS);
  await new Promise((resolve) => setImmediate(resolve));
  client.reset();
  await assert.rejects(over);
  assert.equal(source.closed, 1);
});

test("a stream longer than it said is an error before a byte too many is sent", async () => {
  const { stream, client, progress } = setting();
  async function* chunks(): AsyncGenerator<Buffer> {
    yield Buffer.from("abc");
    yield Buffer.from("def");
  }
  const body = { kind: "stream", chunks: chunks(), length: 4 } as const;
  await assert.rejects(sendBody(stream, body, progress, OPTIONS), /longer than it said/);
  assert.equal(client.received().toString(), "abc");
});

test("a stream shorter than it said is not complete", async () => {
  const { stream, progress } = setting();
  async function* chunks(): AsyncGenerator<Buffer> {
    yield Buffer.from("abc");
  }
  await sendBody(stream, { kind: "stream", chunks: chunks(), length: 4 }, progress, OPTIONS);
  assert.deepEqual(progress, { bodyBytes: 3, complete: false });
});

test("a body that is not sent is let go of", async () => {
  const source = watched(Buffer.alloc(1));
  await discardBody({ kind: "range", source, start: 0, length: 1 });
  assert.equal(source.closed, 1);
  let ended = false;
  const chunks = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: Buffer.alloc(1) }) as const,
      return: async () => {
        ended = true;
        return { done: true, value: undefined } as const;
      },
    }),
  };
  await discardBody({ kind: "stream", chunks, length: undefined });
  assert.equal(ended, true);
});
