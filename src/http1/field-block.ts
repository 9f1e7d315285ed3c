// All that a client has said below its request line, as bytes and as what they mean. Whether the
// same bytes stand somewhere else is all that is asked here; which blocks are worth keeping is
// known-fields.ts's business.

import type { Said } from "./said.ts";

export interface FieldBlock {
  /** HTTP/1.minor: what fields mean depends on it. */
  readonly minor: number;
  /** From the first field line to the empty line, both included. */
  readonly bytes: Buffer;
  readonly said: Said;
}

/** Does the block stand there once more? */
export function repeats({ bytes: block }: FieldBlock, bytes: Buffer, at: number): boolean {
  const { length } = block;
  const end = at + length;
  if (end > bytes.length) return false;
  if (length > COMPARED_HERE_MAX) return bytes.compare(block, 0, length, at, end) === 0;
  for (let index = 0; index < length; index++) {
    if (bytes[at + index] !== block[index]) return false;
  }
  return true;
}

/** The call into Node costs as much as comparing 50 bytes here. */
const COMPARED_HERE_MAX = 48;
