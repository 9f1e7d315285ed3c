// The bytes of one connection that have arrived and are not used yet.
// Knows whether they are borrowed: those must be copied before the loop waits.

import type { Arrival } from "../base/byte-stream.ts";

const EMPTY = Buffer.alloc(0);

export class Input {
  bytes: Buffer = EMPTY;
  /** Everything before it has been used. */
  at = 0;
  #borrowed = false;

  get isEmpty(): boolean {
    return this.at === this.bytes.length;
  }

  /** What just arrived, borrowed; only when empty. Says whether there is anything. */
  take(arrival: Arrival): boolean {
    if (arrival === null || arrival === "expired") return false;
    this.bytes = arrival;
    this.at = 0;
    this.#borrowed = true;
    return true;
  }

  /** The loop is about to wait: what is left is ours then, and stands at the beginning. */
  keep(): void {
    if (this.isEmpty) this.set(EMPTY, 0);
    else if (this.#borrowed) this.set(Buffer.from(this.bytes.subarray(this.at)), 0);
    else if (this.at > 0) this.set(this.bytes.subarray(this.at), 0);
  }

  /** Joins a chunk to what was kept, for a head that was cut. */
  append(chunk: Buffer): void {
    this.set(Buffer.concat([this.bytes.subarray(this.at), chunk]), 0);
  }

  /** Goes on inside bytes that are not borrowed. */
  set(bytes: Buffer, at: number): void {
    this.bytes = bytes;
    this.at = at;
    this.#borrowed = false;
  }
}
