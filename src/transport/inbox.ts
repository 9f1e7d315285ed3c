// The reading side of a stream: whoever waits gets the bytes. A pending read() comes first, then
// the loop, and when nobody waits they are queued up to a bound. Knows nothing of sockets, so that
// every kind of stream keeps the contract of base/byte-stream.ts with the same lines.
//
// The loop is resumed inside arrive(), in the turn in which the bytes came: no promise, no closure
// and no allocation per request.

import { type Arrival, type Loop, MORE } from "../base/byte-stream.ts";
import { TimeoutError } from "../base/timeout-error.ts";

/** What is kept while nobody reads. Pieces are counted too: one byte each would cost far more. */
const QUEUED_BYTES_MAX = 64 * 1024;
const QUEUED_PIECES_MAX = 64;

/** The stream around the inbox. */
export interface InboxOwner {
  readonly destroyed: boolean;
  /** Somebody begins to wait for bytes: what was written must leave, and reading go on. */
  waiting(): void;
  /** The loop has returned. */
  returned(): void;
  destroy(reason?: Error): void;
}

interface Settle<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

type Step = IteratorResult<typeof MORE | Promise<unknown>, void>;

export class Inbox {
  readonly #owner: InboxOwner;
  readonly #queue: Buffer[] = [];
  #queuedBytes = 0;
  #ended = false;
  #reader: Settle<Buffer | null> | undefined;
  #loop: Loop | undefined;
  #run: Settle<void> | undefined;
  /** The loop has yielded MORE and nothing was there. */
  #loopWaits = false;
  /** The promise that the loop waits for. */
  #awaited: Promise<unknown> | undefined;
  /** The loop was asked to end; what it still yields comes out of its `finally` blocks. */
  #leaving = false;

  constructor(owner: InboxOwner) {
    this.#owner = owner;
  }

  /** No more should be read until somebody waits. */
  get full(): boolean {
    return this.#queuedBytes >= QUEUED_BYTES_MAX || this.#queue.length >= QUEUED_PIECES_MAX;
  }

  /** Somebody waits for bytes right now. */
  get awaited(): boolean {
    return this.#reader !== undefined || this.#loopWaits;
  }

  run(loop: Loop): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#loop = loop;
      this.#run = { resolve, reject };
      if (this.#owner.destroyed) this.#leave();
      else this.#resume(null);
    });
  }

  read(): Promise<Buffer | null> {
    if (this.#owner.destroyed) return Promise.reject(new Error("the stream is gone"));
    if (this.#reader !== undefined) return Promise.reject(new Error("one read at a time"));
    const queued = this.#take();
    if (queued !== undefined) return Promise.resolve(queued);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      this.#owner.waiting();
    });
  }

  /**
   * Bytes from the wire. `lent` memory is another connection's after this call, so everybody but
   * the loop gets a copy: what read() gave must live until the next read().
   */
  arrive(bytes: Buffer, lent: boolean): void {
    if (this.#reader === undefined && this.#loopWaits) this.#resume(bytes);
    else this.#handOver(lent ? Buffer.from(bytes) : bytes);
  }

  /** In front of everything queued. */
  unread(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#queue.unshift(bytes);
    this.#queuedBytes += bytes.length;
    if (this.awaited) this.#serve();
  }

  /** The peer has finished. */
  end(): void {
    this.#ended = true;
    if (this.awaited) this.#serve();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Tells whoever waits for bytes that time is over; false: nobody does. */
  expire(): boolean {
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      reader.reject(new TimeoutError("the peer was waited for long enough"));
      return true;
    }
    if (!this.#loopWaits) return false;
    this.#resume("expired");
    return true;
  }

  /** The queue, given away: for a stream that hands its socket to somebody else. */
  takeAll(): Buffer[] {
    this.#queuedBytes = 0;
    return this.#queue.splice(0);
  }

  /**
   * The stream is gone. A loop that waits for `finishing` asked for just that, and goes on with
   * its next line; any other wait is over.
   */
  close(reason: Error | undefined, finishing: Promise<void> | undefined): void {
    this.takeAll();
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.reject(reason ?? new Error("the stream is gone"));
    const waitsForFinish = this.#awaited !== undefined && this.#awaited === finishing;
    if (this.#loopWaits || (this.#awaited !== undefined && !waitsForFinish)) this.#leave();
  }

  #handOver(bytes: Buffer): void {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (this.#reader !== undefined) this.#serve();
  }

  /** Gives what is there to whoever waits. */
  #serve(): void {
    const arrival = this.#take();
    if (arrival === undefined) return;
    const reader = this.#reader;
    if (reader === undefined) {
      this.#resume(arrival);
      return;
    }
    this.#reader = undefined;
    reader.resolve(arrival);
  }

  #take(): Buffer | null | undefined {
    const first = this.#queue.shift();
    if (first === undefined) return this.#ended ? null : undefined;
    this.#queuedBytes -= first.length;
    return first;
  }

  #resume(arrival: Arrival): void {
    this.#loopWaits = false;
    const loop = this.#loop;
    if (loop === undefined) return;
    try {
      this.#follow(loop, loop.next(arrival));
    } catch (error) {
      this.#failed(error);
    }
  }

  #follow(loop: Loop, first: Step): void {
    let step = first;
    while (!step.done) {
      if (this.#owner.destroyed && !this.#leaving) {
        step = this.#abandon(loop, step.value);
        continue;
      }
      if (step.value !== MORE) {
        this.#waitFor(loop, step.value);
        return;
      }
      const arrival = this.#leaving ? null : this.#take();
      if (arrival === undefined) {
        this.#loopWaits = true;
        this.#owner.waiting();
        return;
      }
      step = loop.next(arrival);
    }
    this.#returned();
  }

  /** The stream went away while the loop was running. */
  #abandon(loop: Loop, yielded: typeof MORE | Promise<unknown>): Step {
    this.#leaving = true;
    if (yielded !== MORE) yielded.then(undefined, nobodyWaits);
    return loop.return();
  }

  #waitFor(loop: Loop, promise: Promise<unknown>): void {
    this.#awaited = promise;
    // A loop that was ended in the meantime no longer cares what becomes of the promise.
    promise.then(
      () => {
        if (this.#awaited !== promise) return;
        this.#awaited = undefined;
        this.#resume(null);
      },
      (error: unknown) => {
        if (this.#awaited !== promise) return;
        this.#awaited = undefined;
        this.#throwInto(loop, error);
      },
    );
  }

  #throwInto(loop: Loop, error: unknown): void {
    try {
      this.#follow(loop, loop.throw(error));
    } catch (thrown) {
      this.#failed(thrown);
    }
  }

  #leave(): void {
    const loop = this.#loop;
    if (loop === undefined) return;
    this.#loopWaits = false;
    this.#awaited = undefined;
    this.#leaving = true;
    try {
      this.#follow(loop, loop.return());
    } catch (error) {
      this.#failed(error);
    }
  }

  #returned(): void {
    const run = this.#run;
    this.#loop = undefined;
    this.#run = undefined;
    this.#leaving = false;
    this.#owner.returned();
    run?.resolve();
  }

  #failed(error: unknown): void {
    const run = this.#run;
    this.#loop = undefined;
    this.#run = undefined;
    this.#leaving = false;
    this.#owner.destroy(error instanceof Error ? error : new Error(String(error)));
    run?.reject(error);
  }
}

/** A promise that the loop gave us to wait for, and that is not waited for: the stream is gone. */
function nobodyWaits(): void {}
