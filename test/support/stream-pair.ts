// A connection in memory: a ByteStream for the driver under test, and the client at its other end.
// Everything happens in the caller's turn, so a test reads as a conversation: send, look, send.
// Time is the clock's alone. `rude: true` puts rude-stream.ts in between.

import type { ByteStream, Loop } from "../../src/base/byte-stream.ts";
import type { Clock } from "../../src/base/clock.ts";
import { earned } from "../../src/base/time-account.ts";
import { Inbox, type InboxOwner } from "../../src/transport/inbox.ts";
import { rudeStream } from "./rude-stream.ts";

export interface StreamPairOptions {
  /** Scribbles over every lent chunk as soon as the loop waits again. */
  readonly rude?: boolean;
  /** More than this not yet taken by the client makes write() return a promise. */
  readonly highWaterBytes?: number;
  readonly lingerMs?: number;
  /** Bytes a second that the client must take while it is waited for; 0: any will do. */
  readonly sendRateMin?: number;
  /** The client does not close when it sees the stream's FIN; end() does it later. */
  readonly keepsOpen?: boolean;
}

/** The other end. */
export interface PairClient {
  /** In Latin-1 when it is text. The chunk is lent to the stream as a socket would lend it. */
  send(bytes: Uint8Array | string): void;
  /** FIN: no more bytes will come. */
  end(): void;
  /** RST: gone without a word. */
  reset(): void;
  /** All bytes taken so far. */
  received(): Buffer;
  /** From now on bytes stay on the way … */
  pauseReading(): void;
  /** … but for so many that are taken now … */
  take(bytes: number): void;
  /** … until all are taken as they come again. */
  resumeReading(): void;
  /** The end has been seen: the stream's FIN after its last byte, or its sudden death. */
  readonly closed: boolean;
  /** The FIN was seen: an orderly end. */
  readonly finished: boolean;
  /** One entry for each burst that left the stream: how many bytes it had. */
  readonly bursts: readonly number[];
  /** Bytes that left the stream and were not taken yet. */
  readonly onTheWay: number;
}

export interface StreamPair {
  readonly stream: ByteStream;
  readonly client: PairClient;
}

export function streamPair(clock: Clock, options: StreamPairOptions = {}): StreamPair {
  const client = new Client(options.keepsOpen ?? false);
  const stream = new PairStream(clock, client, options);
  client.stream = stream;
  return { stream: options.rude ? rudeStream(stream) : stream, client };
}

const SWEEP_MS = 250;

class PairStream implements ByteStream, InboxOwner {
  readonly #clock: Clock;
  readonly #client: Client;
  readonly #inbox: Inbox = new Inbox(this);
  readonly #highWaterBytes: number;
  readonly #lingerMs: number;
  readonly #sendRateMin: number;
  #burst: Uint8Array[] = [];
  #burstBytes = 0;
  #drain: Settled | undefined;
  #finish: Settled | undefined;
  #finSent = false;
  #windowMs = Number.POSITIVE_INFINITY;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #stopSweeping: (() => void) | undefined;
  destroyed = false;

  constructor(clock: Clock, client: Client, options: StreamPairOptions) {
    this.#clock = clock;
    this.#client = client;
    this.#highWaterBytes = options.highWaterBytes ?? 128 * 1024;
    this.#lingerMs = options.lingerMs ?? 2_000;
    this.#sendRateMin = options.sendRateMin ?? 0;
  }

  run(loop: Loop): Promise<void> {
    return this.#inbox.run(loop);
  }

  read(): Promise<Buffer | null> {
    return this.#inbox.read();
  }

  write(chunks: readonly Uint8Array[]): Promise<void> | undefined {
    if (this.destroyed || this.#finish !== undefined) {
      return gone();
    }
    for (const chunk of chunks) {
      this.#burst.push(chunk);
      this.#burstBytes += chunk.length;
    }
    if (this.#burstBytes + this.#client.onTheWay <= this.#highWaterBytes) return undefined;
    this.#push();
    return this.#client.onTheWay <= this.#highWaterBytes ? undefined : this.#drained();
  }

  flush(): Promise<void> | undefined {
    if (this.destroyed || this.#finish !== undefined) {
      return gone();
    }
    this.#push();
    return this.#client.onTheWay === 0 ? undefined : this.#drained();
  }

  waiting(): void {
    this.#push();
    this.#client.pushOn();
  }

  returned(): void {
    this.#push();
  }

  unread(bytes: Buffer): void {
    this.#inbox.unread(bytes);
  }

  expireAfter(ms: number): void {
    this.#windowMs = ms;
    this.#deadlineMs = this.#clock.monotonicMs() + ms;
    if (ms === Number.POSITIVE_INFINITY) this.#sweepNoMore();
    else this.#stopSweeping ??= this.#clock.every(SWEEP_MS, () => this.#sweep());
  }

  leave(): Promise<void> {
    return this.finish();
  }

  finish(): Promise<void> {
    if (this.destroyed) return Promise.resolve();
    if (this.#finish !== undefined) return this.#finish.promise;
    this.#push();
    const finish = settled();
    this.#finish = finish;
    if (this.#deadlineMs === Number.POSITIVE_INFINITY) this.expireAfter(this.#lingerMs);
    this.taken(0);
    return finish.promise;
  }

  destroy(reason?: Error): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.#sweepNoMore();
    this.#burst = [];
    this.#client.cut();
    this.#drain?.reject(reason ?? new Error("the stream is gone"));
    this.#inbox.close(reason, this.#finish?.promise);
    this.#finish?.resolve();
  }

  // What the client does to the stream.

  /** Room for a piece, in the same turn; false: the stream reads no more for now. */
  offer(chunk: Buffer): boolean {
    if (this.destroyed || this.#finish !== undefined) return true;
    if (this.#inbox.full) return false;
    this.#inbox.arrive(chunk, true);
    return true;
  }

  peerEnded(): void {
    if (this.destroyed) return;
    this.#inbox.end();
    if (this.#finSent) this.destroy();
  }

  /** The client took some bytes. */
  taken(bytes: number): void {
    if (bytes > 0 && (this.#drain !== undefined || this.#finish !== undefined)) this.#earn(bytes);
    if (this.#client.onTheWay > 0) return;
    const drain = this.#drain;
    this.#drain = undefined;
    drain?.resolve();
    if (this.#finish === undefined || this.#finSent) return;
    this.#finSent = true;
    this.expireAfter(this.#lingerMs);
    this.#client.fin();
    if (this.#inbox.ended) this.destroy();
  }

  #push(): void {
    if (this.destroyed || this.#burst.length === 0) return;
    const burst = this.#burst;
    this.#burst = [];
    this.#burstBytes = 0;
    this.#client.arrive(burst);
  }

  #drained(): Promise<void> {
    this.#drain ??= settled();
    return this.#drain.promise;
  }

  #earn(bytes: number): void {
    if (this.#windowMs === Number.POSITIVE_INFINITY) return;
    const nowMs = this.#clock.monotonicMs();
    const account = { windowMs: this.#windowMs, rateMin: this.#sendRateMin };
    this.#deadlineMs = nowMs + earned(this.#deadlineMs - nowMs, bytes, account);
  }

  #sweep(): void {
    if (this.#clock.monotonicMs() < this.#deadlineMs) return;
    this.#sweepNoMore();
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    const stuck = this.#drain !== undefined || this.#finish !== undefined;
    if (stuck || !this.#inbox.expire()) this.destroy();
  }

  #sweepNoMore(): void {
    this.#stopSweeping?.();
    this.#stopSweeping = undefined;
  }
}

class Client implements PairClient {
  stream: PairStream | undefined;
  readonly bursts: number[] = [];
  onTheWay = 0;
  finished = false;
  closed = false;
  readonly #keepsOpen: boolean;
  readonly #received: Buffer[] = [];
  #way: Uint8Array[] = [];
  #reads = true;
  #ended = false;
  /** Sent while the stream read no more. */
  #backlog: Buffer[] = [];

  constructor(keepsOpen: boolean) {
    this.#keepsOpen = keepsOpen;
  }

  send(bytes: Uint8Array | string): void {
    if (this.#ended) throw new Error("the client has ended");
    this.#backlog.push(
      typeof bytes === "string" ? Buffer.from(bytes, "latin1") : Buffer.from(bytes),
    );
    this.pushOn();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.pushOn();
  }

  reset(): void {
    const error = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    this.stream?.destroy(error);
  }

  received(): Buffer {
    return Buffer.concat(this.#received);
  }

  pauseReading(): void {
    this.#reads = false;
  }

  take(bytes: number): void {
    let room = bytes;
    let first = this.#way[0];
    while (first !== undefined && room > 0) {
      const piece = first.subarray(0, room);
      room -= piece.length;
      this.onTheWay -= piece.length;
      this.#received.push(Buffer.from(piece));
      if (piece.length === first.length) this.#way.shift();
      else this.#way[0] = first.subarray(piece.length);
      first = this.#way[0];
    }
    this.stream?.taken(bytes - room);
  }

  resumeReading(): void {
    this.#reads = true;
    this.take(this.onTheWay);
  }

  // What the stream does to the client.

  arrive(burst: readonly Uint8Array[]): void {
    let length = 0;
    for (const chunk of burst) {
      if (chunk.length > 0) this.#way.push(chunk);
      length += chunk.length;
    }
    this.onTheWay += length;
    this.bursts.push(length);
    if (this.#reads) this.take(this.onTheWay);
  }

  /** The stream may have room again for what was sent meanwhile. */
  pushOn(): void {
    for (let piece = this.#backlog.shift(); piece !== undefined; piece = this.#backlog.shift()) {
      if (this.stream?.offer(piece)) continue;
      this.#backlog.unshift(piece);
      return;
    }
    if (this.#ended) this.stream?.peerEnded();
  }

  fin(): void {
    this.finished = true;
    this.closed = true;
    if (!this.#keepsOpen) this.end();
  }

  /** What was on the way is lost. */
  cut(): void {
    this.closed = true;
    this.#way = [];
    this.onTheWay = 0;
    this.#backlog = [];
  }
}

interface Settled {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(reason: Error): void;
}

function settled(): Settled {
  let resolve: () => void = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // A loop that was ended while it waited never hears of it.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

function gone(): Promise<void> {
  const { promise, reject } = settled();
  reject(new Error("the stream is gone"));
  return promise;
}
