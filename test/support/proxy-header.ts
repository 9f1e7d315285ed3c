// PROXY headers of version 2, as a proxy would send them.

import { crc32c } from "../../src/transport/crc32c.ts";

export const V2_SIGNATURE: Buffer = Buffer.from("0d0a0d0a000d0a515549540a", "hex");

/** One header; `family` is the byte of family and protocol. */
export function v2(command: number, family: number, rest: Uint8Array): Buffer {
  const fixed = Buffer.alloc(16);
  V2_SIGNATURE.copy(fixed);
  fixed[12] = command;
  fixed[13] = family;
  fixed.writeUInt16BE(rest.length, 14);
  return Buffer.concat([fixed, rest]);
}

/** 192.0.2.1:56324 → 198.51.100.1:443. */
export const V4_ADDRESSES: Buffer = Buffer.from("c0000201c6336401dc0401bb", "hex");

/** [2001:db8::1]:56324 → [2001:db8::2]:443. */
export const V6_ADDRESSES: Buffer = Buffer.from(
  "20010db800000000000000000000000120010db8000000000000000000000002dc0401bb",
  "hex",
);

export function extra(type: number, value: Uint8Array): Buffer {
  const head = Buffer.from([type, value.length >> 8, value.length & 0xff]);
  return Buffer.concat([head, value]);
}

/** With the sum of everything in an extra at the end. */
export function summed(command: number, family: number, rest: Uint8Array): Buffer {
  const bytes = v2(command, family, Buffer.concat([rest, extra(0x03, Buffer.alloc(4))]));
  bytes.writeUInt32BE(crc32c(bytes), bytes.length - 4);
  return bytes;
}
