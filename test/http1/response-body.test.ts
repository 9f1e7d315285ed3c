import assert from "node:assert/strict";
import { test } from "node:test";
import { BufferPool } from "../../src/base/buffer-pool.ts";
import type { ByteSource } from "../../src/base/byte-source.ts";
import type { Body } from "../../src/http/response.ts";
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

const clock = fakeClock();

function setting(): ReturnType<typeof streamPair> & { progress: Progress } {
  const pair = streamPair(clock);
  return { ...pair, progress: { bodyBytes: 0, complete: false } };
}

const OPTIONS = { chunked: false, idleMs: 1_000, pool: new BufferPool(), clock, bandwidthMax: 0 };

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

/** What waits for nothing but other turns has happened. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const TEXT = Buffer.from("0123456789abcdefghij");

const PACED = { ...OPTIONS, bandwidthMax: 8 }; // two bytes each quarter of a second

const BODIES: readonly (() => Body)[] = [
  () => ({ kind: "bytes", bytes: TEXT }),
  () => ({ kind: "range", source: watched(TEXT), start: 0, length: 20 }),
  () => ({ kind: "stream", chunks: once(TEXT), length: 20 }),
];

for (const bodyOf of BODIES) {
  test(`a ${bodyOf().kind} body leaves at its bandwidth`, async () => {
    const { stream, client, progress } = setting();
    const timers = clock.timers;
    const over = sendBody(stream, bodyOf(), progress, PACED);
    await settled();
    const seen = [client.received().toString()];
    for (const ms of [249, 1, 250, 250, 250]) {
      clock.advance(ms);
      await settled();
      seen.push(client.received().toString());
    }
    assert.deepEqual(seen, ["01", "01", "0123", "012345", "01234567", "0123456789"]);
    while (!progress.complete) {
      clock.advance(250);
      await settled();
    }
    await over;
    assert.equal(client.received().toString(), TEXT.toString());
    assert.equal(clock.timers, timers);
  });
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

test("a chunked stream keeps its packing at any bandwidth", async () => {
  const { stream, client, progress } = setting();
  const body = { kind: "stream", chunks: once(Buffer.from("abc")), length: undefined } as const;
  const over = sendBody(stream, body, progress, { ...PACED, chunked: true });
  await settled();
  clock.advance(250);
  await over;
  assert.equal(client.received().toString(), "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
});

test("a body of a second's worth leaves at once", async () => {
  const { stream, client, progress } = setting();
  const source = watched(TEXT);
  await sendBody(stream, { kind: "range", source, start: 0, length: 8 }, progress, PACED);
  assert.equal(client.received().toString(), "01234567");
});

test("a peer that leaves while its next piece waits costs no longer than that wait", async () => {
  const ownClock = fakeClock();
  const { stream, client } = streamPair(ownClock);
  const progress: Progress = { bodyBytes: 0, complete: false };
  const source = watched(TEXT);
  const body = { kind: "range", source, start: 0, length: 20 } as const;
  const over = sendBody(stream, body, progress, { ...PACED, clock: ownClock });
  await settled();
  client.reset();
  ownClock.advance(250);
  await assert.rejects(over, /gone|reset/);
  assert.equal(source.closed, 1);
});
