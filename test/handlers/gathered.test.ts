import assert from "node:assert/strict";
import { test } from "node:test";
import { gathered } from "../../src/handlers/gathered.ts";

async function* piecesOf(lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const [at, length] of lengths.entries()) yield Buffer.alloc(length, at + 1);
}

async function lengthsOf(lengths: readonly number[]): Promise<readonly number[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of gathered(piecesOf(lengths))) pieces.push(Buffer.from(piece));
  const sent: Uint8Array[] = [];
  for await (const piece of piecesOf(lengths)) sent.push(piece);
  assert.deepEqual(Buffer.concat(pieces), Buffer.concat(sent));
  return pieces.map(({ length }) => length);
}

for (const [lengths, out] of [
  [[], []],
  [[0], []],
  [[512, 3, 509], [1024]],
  [[100_000], [100_000]],
  [
    [512, 100_000, 512],
    [512, 100_000, 512],
  ],
  [Array.from({ length: 10 }, () => 10_000), [60_000, 40_000]],
  [
    [16_384, 16_384, 16_384, 16_384, 1],
    [65_536, 1],
  ],
] as const) {
  test(`${lengths.length} pieces of ${lengths[0] ?? 0} bytes and so on leave as ${out.length}`, async () => {
    assert.deepEqual(await lengthsOf(lengths), out);
  });
}

test("whoever stops reading ends what is behind", async () => {
  let isEnded = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(50_000);
    } finally {
      isEnded = true;
    }
  }
  for await (const _piece of gathered(endless())) break;
  assert.ok(isEnded);
});
