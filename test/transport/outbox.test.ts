// Bursts, counted where they leave: at the socket's own write.

import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import { Outbox } from "../../src/transport/outbox.ts";

/** A socket that writes down what leaves; `hold()` makes it slow. */
class RecordingSocket extends Socket {
  readonly left: string[] = [];
  #held: (() => void) | undefined;
  #holds = false;

  hold(): void {
    this.#holds = true;
  }

  release(): void {
    this.#holds = false;
    const held = this.#held;
    this.#held = undefined;
    held?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#leave(String(chunk.length), done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#leave(chunks.map(({ chunk }) => chunk.length).join("+"), done);
  }

  #leave(what: string, done: () => void): void {
    this.left.push(what);
    if (this.#holds) this.#held = done;
    else done();
  }
}

function outbox(): { box: Outbox; socket: RecordingSocket } {
  const socket = new RecordingSocket();
  return { box: new Outbox(socket), socket };
}

const KIB = 1024;
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("nothing leaves before it is pushed", () => {
  const { box, socket } = outbox();
  assert.equal(box.write([Buffer.alloc(100)]), undefined);
  assert.deepEqual(socket.left, []);
  box.push();
  assert.deepEqual(socket.left, ["100"]);
  box.push();
  assert.deepEqual(socket.left, ["100"]);
});

test("a single chunk is handed on without a copy", () => {
  const { box, socket } = outbox();
  const chunk = Buffer.from("as it is");
  let written: unknown;
  socket._write = (bytes, _encoding, done) => {
    written = bytes;
    done();
  };
  assert.equal(box.write([chunk]), undefined);
  box.push();
  assert.equal(written, chunk);
});

test("small chunks leave as one, up to 64 KiB", () => {
  const { box, socket } = outbox();
  assert.equal(box.write([Buffer.alloc(32 * KIB), Buffer.alloc(31 * KIB)]), undefined);
  assert.equal(box.write([Buffer.alloc(KIB)]), undefined);
  box.push();
  assert.deepEqual(socket.left, ["65536"]);
});

test("a large burst leaves as a list, in one write", () => {
  const { box, socket } = outbox();
  assert.equal(box.write([Buffer.alloc(32 * KIB), Buffer.alloc(32 * KIB)]), undefined);
  assert.equal(box.write([Buffer.alloc(1)]), undefined);
  box.push();
  assert.deepEqual(socket.left, ["32768+32768+1"]);
});

test("past 128 KiB a burst leaves by itself, and a quick socket asks nobody to wait", () => {
  const { box, socket } = outbox();
  assert.equal(box.write([Buffer.alloc(128 * KIB)]), undefined);
  assert.deepEqual(socket.left, []);
  assert.equal(box.write([Buffer.alloc(1)]), undefined);
  assert.deepEqual(socket.left, ["131072+1"]);
  assert.equal(box.waits, false);
});

test("a slow socket is waited for until all has left, also what came later", async () => {
  const { box, socket } = outbox();
  socket.hold();
  const wait = box.write([Buffer.alloc(200 * KIB)]);
  assert.ok(wait);
  assert.equal(box.waits, true);
  assert.equal(box.write([Buffer.alloc(KIB)]), wait);
  let over = false;
  const done = wait.then(() => {
    over = true;
  });
  await turn();
  assert.equal(over, false);
  socket.release();
  await done;
  assert.equal(socket.writableLength, 0);
  assert.equal(box.waits, false);
});

test("flush() of little that has not left is a promise, below any high-water mark", async () => {
  const { box, socket } = outbox();
  assert.equal(box.flush(), undefined);
  socket.hold();
  assert.equal(box.write([Buffer.alloc(10)]), undefined);
  const flushed = box.flush();
  assert.ok(flushed);
  socket.release();
  await flushed;
  assert.equal(socket.writableLength, 0);
});

test("whoever waits is told when the stream fails, and nobody else hears of it", async () => {
  const { box, socket } = outbox();
  socket.hold();
  const wait = box.write([Buffer.alloc(200 * KIB)]);
  box.fail(new Error("reset"));
  assert.ok(wait);
  await assert.rejects(wait, /reset/);
  const late = box.write([Buffer.alloc(1)]);
  assert.ok(late);
  await assert.rejects(late, /gone/);
  socket.release();
});

/** A socket that keeps what it was given until release(), as the kernel does for a slow peer. */
class KeepingSocket extends Socket {
  readonly kept: Buffer[] = [];
  isSlow = false;
  #held: (() => void) | undefined;

  release(): void {
    this.isSlow = false;
    const held = this.#held;
    this.#held = undefined;
    held?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // A quick one has copied the bytes when the call returns; a slow one still needs them.
    this.kept.push(this.isSlow ? chunk : Buffer.from(chunk));
    if (this.isSlow) this.#held = done;
    else done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), "binary", done);
  }
}

test("what a slow peer has not taken is never written over by other answers", async () => {
  const sockets = Array.from({ length: 4 }, () => new KeepingSocket());
  const boxes = sockets.map((socket) => new Outbox(socket));
  const answer = (round: number, index: number) => `round ${round} of ${index} `.repeat(20);
  for (let round = 0; round < 40; round++) {
    for (const [index, box] of boxes.entries()) {
      const socket = sockets[index];
      if (socket === undefined) continue;
      // Each falls behind for a while, at its own times, and becomes quick again.
      if (round % 8 === index) socket.isSlow = true;
      if (round % 8 === index + 3) {
        socket.release();
        await turn();
      }
      const text = answer(round, index);
      void box.write([Buffer.from(text.slice(0, 50)), Buffer.from(text.slice(50))]);
      box.push();
    }
  }
  for (const socket of sockets) {
    socket.release();
    await turn();
  }
  for (const [index, socket] of sockets.entries()) {
    const expected = Array.from({ length: 40 }, (_, round) => answer(round, index)).join("");
    assert.equal(Buffer.concat(socket.kept).toString(), expected, `socket ${index}`);
  }
});
