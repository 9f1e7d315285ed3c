// What a memory file system may hold: bytes of content, and names, which cost memory too. Without a
// bound of their own, millions of empty files would fit into no bytes at all.

import { FsError } from "./fs-error.ts";

/** What is kept of an entry beside its content: its state, a version, its place in a map. */
const ENTRY_BYTES = 512;
/** Names for a small file system, whatever it may hold. */
const NAMES_BYTES_MIN = 1024 * 1024;

export class MemoryRoom {
  #bytesMax: number;
  #bytes = 0;
  #namesBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** From now on; what is there stays. */
  limit(bytesMax: number): void {
    this.#bytesMax = bytesMax;
  }

  /** Counts content in, or out when negative. @throws FsError "no-space" */
  hold(bytes: number): void {
    if (bytes > 0 && this.#bytes + bytes > this.#bytesMax) {
      throw new FsError("no-space", `there is room for ${this.#bytesMax} bytes`);
    }
    this.#bytes += bytes;
  }

  /** Half as much again as for content. @throws FsError "no-space" */
  holdName(name: string): void {
    const bytes = this.#namesBytes + costOf(name);
    if (bytes > NAMES_BYTES_MIN + this.#bytesMax / 2) {
      throw new FsError("no-space", "there is no room for one more name");
    }
    this.#namesBytes = bytes;
  }

  dropName(name: string): void {
    this.#namesBytes -= costOf(name);
  }
}

function costOf(name: string): number {
  return ENTRY_BYTES + 2 * name.length;
}
