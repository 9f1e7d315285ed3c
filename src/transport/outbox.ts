// The writing side of a stream: a burst of chunks that leaves as one write. The send call is
// most of what a small answer costs, so sixteen pipelined answers must not make sixteen calls;
// and a head that leaves apart from its body makes two packets.
//
// Chunks are copied together in memory that all streams share: 0.02 us for a small answer, where
// memory of its own is 0.8 us for sixteen of them, and garbage. That is safe while the kernel
// takes what it is given in the very call, which is what it does for a peer that keeps up; then
// nobody holds the memory when the call returns. Where some of it stays behind (a slow peer), those
// bytes keep the memory, and the stream gets its own until it is quick.
//
// Under TLS nothing has left when the call returns, but all of it has been encrypted or copied, so
// the memory is free again (shared-tls.ts): 1.4 us for a small answer. A longer
// list of chunks is put together by Node, which costs no more than doing it here.

import type { Socket } from "node:net";
import { viewsOf } from "./views.ts";

/** More than this not taken by the kernel: whoever writes is asked to wait. */
export const HIGH_WATER_BYTES: number = 128 * 1024;

/**
 * So much of a large body is given at once where it is kept as it is until the peer takes it: a
 * tenth of the ways through the event loop that 128 KiB need, and nothing more in memory. Not all of it: the
 * log would not know how far a client came that went away.
 */
export const KEPT_PIECE_BYTES: number = 1024 * 1024;

/** Up to here copying the chunks together is cheaper than handing the kernel a list of them. */
const JOINED_BYTES_MAX = 64 * 1024;

const NOTHING = new Uint8Array(0);

/** Gives views of the shared memory; undefined: some peer still has to take what lies there. */
let shared: ((length: number) => Buffer) | undefined;

interface Drain {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(reason: Error): void;
}

export class Outbox {
  readonly #socket: Socket;
  readonly #burst: Uint8Array[] = [];
  #burstBytes = 0;
  #drain: Drain | undefined;
  #closed = false;
  /** The kernel took the last burst whole, in the call that gave it. */
  #isQuick = false;
  /** Of what the socket is given nothing is kept. */
  readonly #copiesAtOnce: boolean;

  constructor(socket: Socket, copiesAtOnce = false) {
    this.#socket = socket;
    this.#copiesAtOnce = copiesAtOnce;
  }

  /** Somebody waits for the peer to take bytes. */
  get waits(): boolean {
    return this.#drain !== undefined;
  }

  write(chunks: readonly Uint8Array[]): Promise<void> | undefined {
    if (this.#closed) return rejected(new Error("the stream is gone"));
    for (const chunk of chunks) {
      this.#burst.push(chunk);
      this.#burstBytes += chunk.length;
    }
    if (this.#burstBytes + this.#socket.writableLength <= HIGH_WATER_BYTES) return undefined;
    this.push();
    // Often the kernel has taken it all, in that very call.
    return this.#socket.writableLength <= HIGH_WATER_BYTES ? undefined : this.#drained();
  }

  flush(): Promise<void> | undefined {
    if (this.#closed) return rejected(new Error("the stream is gone"));
    this.push();
    return this.#socket.writableLength === 0 ? undefined : this.#drained();
  }

  /** The burst leaves now. */
  push(): void {
    const count = this.#burst.length;
    if (count === 0 || this.#closed) return;
    const [first] = this.#burst;
    if (count === 1 && first !== undefined) this.#socket.write(first);
    else if (this.#burstBytes <= JOINED_BYTES_MAX) this.#writeJoined();
    else this.#writeAll();
    this.#burst.length = 0;
    this.#burstBytes = 0;
  }

  /** No more is written; what was flushed before still leaves. */
  close(): void {
    this.#closed = true;
    this.#burst.length = 0;
  }

  /** The stream is gone; whoever waits is told. */
  fail(reason: Error): void {
    this.close();
    const drain = this.#drain;
    this.#drain = undefined;
    drain?.reject(reason);
  }

  /** When all that was written has left; one promise for all who ask. */
  #drained(): Promise<void> {
    if (this.#drain === undefined) {
      this.#drain = newDrain();
      this.#askWhenDrained();
    }
    return this.#drain.promise;
  }

  /**
   * An empty write comes back after everything before it has gone. The socket's 'drain' would
   * only speak of queues longer than its own high-water mark.
   */
  #askWhenDrained(): void {
    this.#socket.write(NOTHING, (error) => {
      if (error || this.#drain === undefined) return; // fail() tells whoever waits
      if (this.#socket.writableLength > 0) {
        this.#askWhenDrained();
        return;
      }
      const drain = this.#drain;
      this.#drain = undefined;
      drain.resolve();
    });
  }

  #writeJoined(): void {
    const isFree = this.#isQuick || this.#copiesAtOnce;
    // Behind a write under way the socket keeps the bytes themselves until their turn comes.
    const isShared = isFree && this.#socket.writableLength === 0;
    const bytes = isShared ? sharedBytes(this.#burstBytes) : Buffer.allocUnsafe(this.#burstBytes);
    let at = 0;
    for (const chunk of this.#burst) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    this.#socket.write(bytes);
    this.#isQuick = this.#socket.writableLength === 0;
    if (isShared && !this.#isQuick && !this.#copiesAtOnce) shared = undefined;
  }

  #writeAll(): void {
    this.#socket.cork();
    for (const chunk of this.#burst) this.#socket.write(chunk);
    this.#socket.uncork();
  }
}

function sharedBytes(length: number): Buffer {
  shared ??= viewsOf(Buffer.allocUnsafeSlow(JOINED_BYTES_MAX));
  return shared(length);
}

function newDrain(): Drain {
  let resolve: () => void = unset;
  let reject: (reason: Error) => void = unset;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(nobodyWaits);
  return { promise, resolve, reject };
}

function rejected(reason: Error): Promise<void> {
  const promise = Promise.reject(reason);
  promise.catch(nobodyWaits);
  return promise;
}

function unset(): void {}

/**
 * A loop that is ended while it waits never hears of the rejection, and need not: it was ended
 * for the same reason. Without this, Node would take the process down for it.
 */
function nobodyWaits(): void {}
