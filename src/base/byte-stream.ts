// The neck of the hourglass: a connected pipe of bytes. A driver (HTTP/1.1, WebSocket) knows
// nothing else of the world; sockets, TLS and the in-memory pairs of the tests all look like this.
//
// Two rules make it fast, and both are part of the contract:
//  - BYTES READ ARE BORROWED. A chunk is yours until you wait again (`yield`, or the next read()).
//    Then its memory may hold another connection's bytes. Copy what you keep.
//  - A BURST OF ANSWERS LEAVES AS ONE WRITE. write() only joins the burst; it leaves when the
//    driver waits for more bytes, or on flush(). So nobody can wait for a peer while holding
//    back what that peer is waiting for.

/** What a Loop yields to wait for bytes. */
export const MORE: unique symbol = Symbol("more");

/** What `yield MORE` gives: borrowed bytes, `null` when the peer has finished, or the deadline. */
export type Arrival = Buffer | null | "expired";

/**
 * A driver. `yield MORE` waits for bytes; `yield promise` waits for the promise (its value is
 * dropped, its rejection is thrown into the loop). Resumed in the same turn in which bytes arrive.
 */
export type Loop = Generator<typeof MORE | Promise<unknown>, void, Arrival>;

export interface ByteStream {
  /**
   * Drives the loop until it returns or the stream is gone; then resolves. When the stream is
   * destroyed while the loop waits, the loop is ended by its `return()`, so `finally` blocks run.
   * What the loop throws rejects the promise, after the stream was destroyed.
   */
  run(loop: Loop): Promise<void>;

  /**
   * The same for code off the hot path (bodies, upgrades). Whoever waits gets the bytes: a
   * pending read() before the loop. `null`: the peer has finished. Rejects with TimeoutError when
   * the deadline passes, and with an Error when the stream is destroyed. One read at a time.
   */
  read(): Promise<Buffer | null>;

  /**
   * Joins the burst; the chunks must not change any more. `undefined`: go on at once. A promise
   * means that the peer is slow: wait for it before writing more. It rejects when the stream is
   * destroyed. While it is pending, every byte that the peer takes moves the deadline by as much
   * time as a byte is worth, never more than the whole of it ahead: see time-account.ts.
   */
  write(chunks: readonly Uint8Array[]): Promise<void> | undefined;

  /**
   * How much of a large body is best given at once, in bytes; undefined: nobody knows. What is kept as
   * it is until the peer takes it may be much; what is copied or encrypted in the call, little.
   */
  readonly pieceBytes?: number;

  /**
   * The burst leaves now; waiting for bytes does the same by itself. A promise: some of it has
   * not left yet. It resolves when everything written has, so that its memory may be used again;
   * it rejects, and the deadline moves, as with the promise of write().
   */
  flush(): Promise<void> | undefined;

  /** Puts bytes in front of the next read (first byte sniffed, upgrade). Keeps the buffer. */
  unread(bytes: Buffer): void;

  /**
   * One deadline per stream, counted from now; replaces the one before; Infinity: none. When it
   * passes, a waiting reader is told ("expired" / TimeoutError) and the stream stays usable, for
   * one last answer; when a write is waiting, or nobody reads, the stream is destroyed.
   * Coarse: up to one second late, never early; for slow readers among thousands of connections up
   * to five.
   * @param nowMs the monotonic clock, from those who have just read it anyway
   */
  expireAfter(ms: number, nowMs?: number): void;

  /**
   * Sends the rest, then FIN, then reads and drops what still arrives until the peer closes too
   * or the linger time is over: closing with unread bytes makes the kernel send RST, which can
   * destroy the answer before the peer has read it (RFC 9112, section 9.6).
   */
  finish(): Promise<void>;

  /**
   * As finish(), for a peer that has promised to send nothing more: then nothing can arrive that
   * would turn the close into a reset, and nobody need linger for it. Where all has left already,
   * the stream is gone when this returns.
   */
  leave(): Promise<void>;

  /** Gone at once. Without a reason it is no error. Safe to call twice. */
  destroy(reason?: Error): void;

  readonly destroyed: boolean;
}
