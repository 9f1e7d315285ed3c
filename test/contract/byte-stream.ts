// What every ByteStream must do, written once: run for the pair in memory, for plain sockets read
// either way, and for TLS. The clock is moved by hand; bytes travel as fast as they like, so
// whatever needs them to arrive waits for it.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type Arrival, type ByteStream, type Loop, MORE } from "../../src/base/byte-stream.ts";
import { TimeoutError } from "../../src/base/timeout-error.ts";
import type { FakeClock } from "../support/fake-clock.ts";
import type { Cleanup } from "../support/temp-folder.ts";

/** The other end of the stream under test. It does not close by itself when it sees the end. */
export interface ContractPeer {
  send(bytes: Uint8Array | string): void;
  /** Half close. */
  end(): void;
  reset(): void;
  received(): Buffer;
  pause(): void;
  resume(): void;
  /** While paused: takes some of what is there; so much that the peer's kernel shows it. */
  take(): Promise<void>;
  /** While paused: takes little, less than CONTRACT_SEND_RATE asks for in two seconds. */
  sip(): Promise<void>;
  /** Sees that nothing more will come. */
  readonly closed: boolean;
}

export interface Ends {
  readonly stream: ByteStream;
  readonly peer: ContractPeer;
  readonly clock: FakeClock;
}

/** How long a finished stream lingers in every implementation that is tested. */
export const CONTRACT_LINGER_MS = 2_000;

/** How many bytes a second a peer must take in every implementation that is tested. */
export const CONTRACT_SEND_RATE = 100_000;

const MEGABYTE = 1024 * 1024;
/** More than the kernel takes by itself, on both sides together. */
const MORE_THAN_FITS = Buffer.alloc(24 * MEGABYTE, "x");

/** Resolves when `condition` holds; bytes need a few turns of the event loop to travel. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** @param open whatever it opens is closed by what it gives to `test.after` */
export function byteStreamContract(name: string, open: (test: Cleanup) => Promise<Ends>): void {
  describe(`${name} keeps the contract of ByteStream`, () => {
    let ends: Ends;
    let cleanups: (() => void)[] = [];
    beforeEach(async () => {
      ends = await open({ after: (act) => cleanups.push(act) });
    });
    afterEach(() => {
      for (const act of cleanups) act();
      cleanups = [];
    });
    readingTests(() => ends);
    loopTests(() => ends);
    writingTests(() => ends);
    deadlineTests(() => ends);
    endingTests(() => ends);
  });
}

function readingTests(ends: () => Ends): void {
  test("a loop is given what arrives, and its answers reach the peer", async () => {
    const { stream, peer } = ends();
    const run = stream.run(echo(stream));
    peer.send("one ");
    await until(() => peer.received().toString() === "one ", "the first echo");
    peer.send("two");
    await until(() => peer.received().toString() === "one two", "the second echo");
    peer.end();
    await run;
  });

  test("a peer that has finished is null to the loop, which may still answer", async () => {
    const { stream, peer } = ends();
    const seen: Arrival[] = [];
    peer.end();
    await stream.run(
      (function* (): Loop {
        seen.push(yield MORE);
        void stream.write([Buffer.from("late answer")]);
      })(),
    );
    assert.deepEqual(seen, [null]);
    await until(() => peer.received().toString() === "late answer", "the answer");
  });

  test("what was put back comes first, in front of what arrived since", async () => {
    const { stream, peer } = ends();
    peer.send("second");
    const first = await stream.read();
    assert.equal(String(first), "second");
    stream.unread(Buffer.from("second"));
    stream.unread(Buffer.from("first "));
    assert.equal(String(await stream.read()), "first ");
    assert.equal(String(await stream.read()), "second");
  });

  test("a pending read gets the bytes before the loop", async () => {
    const { stream, peer } = ends();
    const toLoop: string[] = [];
    const run = stream.run(
      (function* (): Loop {
        for (let bytes = yield MORE; bytes !== null; bytes = yield MORE) toLoop.push(String(bytes));
      })(),
    );
    const read = stream.read();
    peer.send("for read");
    assert.equal(String(await read), "for read");
    peer.send("for the loop");
    await until(() => toLoop.length > 0, "bytes for the loop");
    assert.deepEqual(toLoop, ["for the loop"]);
    peer.end();
    await run;
  });

  test("read() is null at the end, again and again", async () => {
    const { stream, peer } = ends();
    peer.send("x");
    peer.end();
    assert.equal(String(await stream.read()), "x");
    assert.equal(await stream.read(), null);
    assert.equal(await stream.read(), null);
  });

  test("a second read at the same time is refused", async () => {
    const { stream, peer } = ends();
    const first = stream.read();
    await assert.rejects(stream.read(), /one read at a time/);
    peer.send("x");
    assert.equal(String(await first), "x");
  });

  test("bytes given by read() stay until the next read", async () => {
    const { stream, peer } = ends();
    peer.send("first");
    const first = await stream.read();
    peer.send("other");
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(String(first), "first");
  });

  test("bytes that nobody waits for are not lost, however many", async () => {
    const { stream, peer } = ends();
    const sent = Buffer.alloc(8 * MEGABYTE);
    for (let at = 0; at < sent.length; at += 4) sent.writeUInt32BE(at, at);
    peer.send(sent);
    peer.end();
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    const got: Buffer[] = [];
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
      got.push(Buffer.from(bytes));
    }
    assert.ok(Buffer.concat(got).equals(sent));
  });
}

function loopTests(ends: () => Ends): void {
  test("a loop waits for a promise; what arrives meanwhile is kept", async () => {
    const { stream, peer } = ends();
    const seen: string[] = [];
    let goOn = () => {};
    const run = stream.run(
      (function* (): Loop {
        yield new Promise<void>((resolve) => {
          goOn = resolve;
        });
        seen.push("after the promise");
        for (let bytes = yield MORE; bytes !== null; bytes = yield MORE) seen.push(String(bytes));
      })(),
    );
    peer.send("early");
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(seen, []);
    goOn();
    peer.end();
    await run;
    assert.deepEqual(seen, ["after the promise", "early"]);
  });

  test("what a promise rejects with is thrown into the loop", async () => {
    const { stream } = ends();
    const seen: unknown[] = [];
    await stream.run(
      (function* (): Loop {
        try {
          yield Promise.reject(new Error("no such file"));
        } catch (error) {
          seen.push(error instanceof Error && error.message);
        }
      })(),
    );
    assert.deepEqual(seen, ["no such file"]);
    assert.equal(stream.destroyed, false);
  });

  test("what the loop throws rejects run(), after the stream was destroyed", async () => {
    const { stream, peer } = ends();
    const run = stream.run(
      (function* (): Loop {
        yield MORE;
        throw new Error("a bug");
      })(),
    );
    peer.send("x");
    await assert.rejects(run, /a bug/);
    assert.equal(stream.destroyed, true);
    await until(() => peer.closed, "the end at the peer");
  });

  test("a loop that waits for bytes is ended when the stream is destroyed", async () => {
    const { stream } = ends();
    const seen: string[] = [];
    const run = stream.run(
      (function* (): Loop {
        try {
          yield MORE;
          seen.push("went on");
        } finally {
          seen.push("tidied up");
        }
      })(),
    );
    stream.destroy();
    stream.destroy();
    await run;
    assert.deepEqual(seen, ["tidied up"]);
  });

  test("a loop that waits for a promise is ended when the peer resets", async () => {
    const { stream, peer } = ends();
    const seen: string[] = [];
    const run = stream.run(
      (function* (): Loop {
        try {
          yield new Promise(() => {});
        } finally {
          yield Promise.resolve();
          seen.push(`tidied up, ${yield MORE}`);
        }
      })(),
    );
    peer.reset();
    await run;
    assert.deepEqual(seen, ["tidied up, null"]);
    assert.equal(stream.destroyed, true);
  });

  test("a loop that destroys the stream itself is ended at its next wait", async () => {
    const { stream } = ends();
    const seen: string[] = [];
    await stream.run(
      (function* (): Loop {
        try {
          stream.destroy();
          seen.push("still here");
          yield Promise.reject(new Error("nobody hears this"));
          seen.push("went on");
        } finally {
          seen.push("tidied up");
        }
      })(),
    );
    assert.deepEqual(seen, ["still here", "tidied up"]);
  });

  test("a loop given to a dead stream never begins", async () => {
    const { stream } = ends();
    stream.destroy();
    let begun = false;
    await stream.run(
      (function* (): Loop {
        begun = true;
        yield MORE;
      })(),
    );
    assert.equal(begun, false);
  });

  test("a pending read rejects when the stream is destroyed, with the reason", async () => {
    const { stream } = ends();
    const read = stream.read();
    stream.destroy(new Error("enough"));
    await assert.rejects(read, /enough/);
    await assert.rejects(stream.read(), /gone/);
  });
}

function writingTests(ends: () => Ends): void {
  test("a burst arrives whole and in order, small chunks and large", async () => {
    const { stream, peer } = ends();
    void stream.write([Buffer.from("a"), Buffer.from("bc")]);
    void stream.write([new Uint8Array([0x64])]);
    void stream.flush();
    await until(() => peer.received().length === 4, "four bytes");
    assert.equal(peer.received().toString(), "abcd");
    void stream.write([Buffer.alloc(60_000, "e"), Buffer.alloc(60_000, "f")]);
    void stream.flush();
    await until(() => peer.received().length === 120_004, "the large burst");
    assert.equal(peer.received().subarray(60_003, 60_006).toString(), "eff");
  });

  test("waiting for bytes sends the burst", async () => {
    const { stream, peer } = ends();
    void stream.write([Buffer.from("question")]);
    const read = stream.read();
    await until(() => peer.received().toString() === "question", "the question");
    peer.send("answer");
    assert.equal(String(await read), "answer");
  });

  test("writing to a slow peer waits until it reads", async () => {
    const { stream, peer } = ends();
    peer.pause();
    const wait = stream.write([MORE_THAN_FITS]);
    assert.ok(wait);
    let written = false;
    const done = wait.then(() => {
      written = true;
    });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(written, false);
    peer.resume();
    await done;
    await until(() => peer.received().length === MORE_THAN_FITS.length, "everything");
  });

  test("flush() of what has not left resolves when it has", async () => {
    const { stream, peer } = ends();
    assert.equal(stream.flush(), undefined);
    peer.pause();
    const wait = stream.write([MORE_THAN_FITS]);
    const flushed = stream.flush();
    assert.ok(flushed);
    peer.resume();
    await flushed;
    await wait;
    await until(() => peer.received().length === MORE_THAN_FITS.length, "everything");
  });

  test("a write that waits rejects when the stream is destroyed, and the loop tidies up", async () => {
    const { stream, peer } = ends();
    peer.pause();
    const seen: string[] = [];
    const wait = stream.write([MORE_THAN_FITS]);
    const run = stream.run(
      (function* (): Loop {
        try {
          if (wait !== undefined) yield wait;
          seen.push("went on");
        } finally {
          seen.push("tidied up");
        }
      })(),
    );
    stream.destroy(new Error("enough"));
    await run;
    assert.ok(wait);
    await assert.rejects(wait, /enough/);
    assert.deepEqual(seen, ["tidied up"]);
  });

  test("a peer that resets in the middle of a write ends the stream", async () => {
    const { stream, peer } = ends();
    peer.pause();
    const wait = stream.write([MORE_THAN_FITS]);
    assert.ok(wait);
    peer.reset();
    await assert.rejects(wait);
    assert.equal(stream.destroyed, true);
  });
}

function deadlineTests(ends: () => Ends): void {
  test("a loop that waits too long is told, never early, and can still answer", async () => {
    const { stream, peer, clock } = ends();
    const seen: Arrival[] = [];
    stream.expireAfter(5_000);
    const run = stream.run(
      (function* (): Loop {
        seen.push(yield MORE);
        void stream.write([Buffer.from("408")]);
      })(),
    );
    clock.advance(4_999);
    assert.deepEqual(seen, []);
    clock.advance(1_001);
    assert.deepEqual(seen, ["expired"]);
    await run;
    await until(() => peer.received().toString() === "408", "the last answer");
  });

  test("a read that waits too long rejects with TimeoutError; the stream lives on", async () => {
    const { stream, peer, clock } = ends();
    stream.expireAfter(5_000);
    const read = stream.read();
    clock.advance(6_000);
    await assert.rejects(read, TimeoutError);
    peer.send("x");
    assert.equal(String(await stream.read()), "x");
  });

  test("a deadline is replaced by the next one, and by none", async () => {
    const { stream, clock } = ends();
    const read = stream.read();
    stream.expireAfter(1_000);
    stream.expireAfter(10_000);
    clock.advance(5_000);
    stream.expireAfter(Number.POSITIVE_INFINITY);
    clock.advance(100_000);
    assert.equal(stream.destroyed, false);
    stream.expireAfter(1_000);
    clock.advance(2_000);
    await assert.rejects(read, TimeoutError);
  });

  test("when nobody reads, a deadline that passes destroys the stream", async () => {
    const { stream, peer, clock } = ends();
    const run = stream.run(
      (function* (): Loop {
        yield new Promise(() => {});
      })(),
    );
    stream.expireAfter(1_000);
    clock.advance(2_000);
    assert.equal(stream.destroyed, true);
    await run;
    await until(() => peer.closed, "the end at the peer");
  });

  test("a peer that takes nothing is given up, even while somebody reads", async () => {
    const { stream, peer, clock } = ends();
    peer.pause();
    const wait = stream.write([MORE_THAN_FITS]);
    assert.ok(wait);
    const read = stream.read();
    stream.expireAfter(10_000);
    clock.advance(9_000);
    assert.equal(stream.destroyed, false);
    // Two kernels may still be moving bytes between each other: that counts, and comes to an end.
    await until(() => {
      clock.advance(11_000);
      return stream.destroyed;
    }, "the stream given up");
    await assert.rejects(wait);
    await assert.rejects(read);
  });

  test("a peer that takes too little is given up, although it never stops", async () => {
    const { stream, peer, clock } = ends();
    peer.pause();
    const wait = stream.write([MORE_THAN_FITS]);
    assert.ok(wait);
    stream.expireAfter(10_000);
    for (let times = 0; times < 100 && !stream.destroyed; times++) {
      await peer.sip();
      clock.advance(2_000);
    }
    assert.equal(stream.destroyed, true);
    await assert.rejects(wait);
  });

  test("a peer that goes on taking is waited for", async () => {
    const { stream, peer, clock } = ends();
    peer.pause();
    const wait = stream.write([MORE_THAN_FITS]);
    assert.ok(wait);
    stream.expireAfter(10_000);
    for (let times = 0; times < 5; times++) {
      await peer.take();
      clock.advance(9_000);
      assert.equal(stream.destroyed, false, `after taking ${times + 1} times`);
    }
    peer.resume();
    await wait;
    await until(() => peer.received().length === MORE_THAN_FITS.length, "everything");
  });
}

function endingTests(ends: () => Ends): void {
  test("finish() sends the rest, then the end, and is done when the peer closes too", async () => {
    const { stream, peer } = ends();
    void stream.write([Buffer.from("goodbye")]);
    const finished = stream.finish();
    assert.equal(stream.finish(), finished);
    await until(() => peer.closed, "the end at the peer");
    assert.equal(peer.received().toString(), "goodbye");
    assert.equal(stream.destroyed, false);
    peer.end();
    await finished;
    assert.equal(stream.destroyed, true);
    await stream.finish();
  });

  test("leave() sends everything there is before the end", async () => {
    const { stream, peer } = ends();
    peer.pause();
    void stream.write([MORE_THAN_FITS]);
    void stream.write([Buffer.from("goodbye")]);
    const left = stream.leave();
    peer.resume();
    await until(() => peer.closed, "the end at the peer");
    assert.equal(peer.received().length, MORE_THAN_FITS.length + 7);
    assert.equal(peer.received().subarray(-7).toString(), "goodbye");
    peer.end();
    await left;
    await stream.leave();
  });

  test("finish() after the peer's end is done at once", async () => {
    const { stream, peer } = ends();
    peer.end();
    assert.equal(await stream.read(), null);
    void stream.write([Buffer.from("goodbye")]);
    await stream.finish();
    await until(() => peer.closed, "the end at the peer");
    assert.equal(peer.received().toString(), "goodbye");
  });

  test("a loop that waits for finish() goes on with its next line", async () => {
    const { stream, peer } = ends();
    const seen: string[] = [];
    const run = stream.run(
      (function* (): Loop {
        yield stream.finish();
        seen.push("went on");
      })(),
    );
    peer.end();
    await run;
    assert.deepEqual(seen, ["went on"]);
  });

  test("a peer that goes on sending still reads the answer", async () => {
    const { stream, peer } = ends();
    peer.send(Buffer.alloc(MEGABYTE, "b"));
    await stream.read();
    void stream.write([Buffer.from("400 Bad Request")]);
    const finished = stream.finish();
    peer.send(Buffer.alloc(MEGABYTE, "c"));
    await until(() => peer.closed, "the end at the peer");
    assert.equal(peer.received().toString(), "400 Bad Request");
    peer.end();
    await finished;
  });

  test("a peer that never closes is waited for no longer than the linger time", async () => {
    const { stream, peer, clock } = ends();
    const finished = stream.finish();
    await until(() => peer.closed, "the end at the peer");
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(CONTRACT_LINGER_MS - 1);
    assert.equal(stream.destroyed, false);
    clock.advance(1_001);
    assert.equal(stream.destroyed, true);
    await finished;
  });

  test("a peer that never takes the rest is not waited for for ever", async () => {
    const { stream, peer, clock } = ends();
    peer.pause();
    void stream.write([MORE_THAN_FITS]);
    const finished = stream.finish();
    await until(() => {
      clock.advance(2 * CONTRACT_LINGER_MS);
      return stream.destroyed;
    }, "the stream given up");
    await finished;
  });

  test("nothing can be written after the end", async () => {
    const { stream } = ends();
    stream.destroy();
    const wait = stream.write([Buffer.from("x")]);
    assert.ok(wait);
    await assert.rejects(wait, /gone/);
  });
}

function* echo(stream: ByteStream): Loop {
  for (;;) {
    const arrival = yield MORE;
    if (!Buffer.isBuffer(arrival)) return;
    void stream.write([Buffer.from(arrival)]);
  }
}
