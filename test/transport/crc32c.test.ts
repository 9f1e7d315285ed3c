// Known answers of RFC 3720, section B.4.

import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32c } from "../../src/transport/crc32c.ts";

for (const [what, bytes, sum] of [
  ["nothing", Buffer.alloc(0), 0x00000000],
  ["32 zeros", Buffer.alloc(32), 0x8a9136aa],
  ["32 bytes of ones", Buffer.alloc(32, 0xff), 0x62a8ab43],
  ["0 to 31", Buffer.from(Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e],
  ["31 to 0", Buffer.from(Array.from({ length: 32 }, (_, at) => 31 - at)), 0x113fdb5c],
  ["the nine digits", Buffer.from("123456789"), 0xe3069283],
] as const) {
  test(`the sum of ${what}`, () => {
    assert.equal(crc32c(bytes), sum);
  });
}
