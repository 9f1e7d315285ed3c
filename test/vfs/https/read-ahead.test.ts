import assert from "node:assert/strict";
import { test } from "node:test";
import { ReadAhead } from "../../../src/vfs/https/read-ahead.ts";

const BYTES = Buffer.from(Array.from({ length: 100 }, (_, index) => index));

interface Asked {
  readonly file: ReadAhead;
  readonly asked: [position: number, length: number][];
}

function fileOf(size = 100, there = BYTES): Asked {
  const asked: [number, number][] = [];
  const file = new ReadAhead({
    size,
    windowBytes: 4,
    pieceBytesMax: 16,
    async fetch(position, length) {
      asked.push([position, length]);
      return there.subarray(position, position + length);
    },
  });
  return { file, asked };
}

async function read(file: ReadAhead, position: number, length: number): Promise<number[]> {
  const target = Buffer.alloc(length);
  return [...target.subarray(0, await file.readAt(target, position))];
}

test("the first read takes a window, and nothing is fetched ahead for it", async () => {
  const { file, asked } = fileOf();
  assert.deepEqual(await read(file, 0, 2), [0, 1]);
  assert.deepEqual(asked, [[0, 4]]);
});

test("whoever goes on gets a window that doubles up to its bound, one piece ahead", async () => {
  const { file, asked } = fileOf();
  for (let position = 0; position < 60; position += 2) {
    assert.deepEqual(await read(file, position, 2), [position, position + 1]);
  }
  assert.deepEqual(asked, [
    [0, 4],
    [4, 8],
    [12, 16],
    [28, 16],
    [44, 16],
    [60, 16],
  ]);
});

test("a jump ends that, and is exact", async () => {
  const { file, asked } = fileOf();
  for (const position of [0, 2, 4]) await read(file, position, 2);
  asked.length = 0;
  assert.deepEqual(await read(file, 50, 3), [50, 51, 52]);
  assert.deepEqual(await read(file, 70, 1), [70]);
  assert.deepEqual(asked, [
    [50, 3],
    [70, 1],
  ]);
});

test("a read that is larger than a piece is put together", async () => {
  const { file, asked } = fileOf();
  assert.deepEqual(await read(file, 10, 40), [...BYTES.subarray(10, 50)]);
  assert.deepEqual(
    asked.map(([, length]) => length),
    [16, 16, 8],
  );
});

test("at the end there is nothing, and nothing is asked for", async () => {
  const { file, asked } = fileOf();
  assert.deepEqual(await read(file, 100, 5), []);
  assert.deepEqual(await read(file, 5_000_000_000, 5), []);
  assert.deepEqual(await read(file, 0, 0), []);
  assert.deepEqual(asked, []);
  assert.deepEqual(await read(file, 98, 5), [98, 99]);
});

test("a file that has become shorter ends where it ends", async () => {
  const { file } = fileOf(100, BYTES.subarray(0, 10));
  assert.deepEqual(await read(file, 0, 20), [...BYTES.subarray(0, 10)]);
  assert.deepEqual(await read(file, 10, 20), []);
});

test("a piece that could not be fetched is asked for again", async () => {
  let fails = true;
  const file = new ReadAhead({
    size: 100,
    windowBytes: 4,
    pieceBytesMax: 16,
    async fetch(position, length) {
      if (fails) throw new Error("the line is dead");
      return BYTES.subarray(position, position + length);
    },
  });
  await assert.rejects(read(file, 0, 2), /the line is dead/);
  fails = false;
  assert.deepEqual(await read(file, 0, 2), [0, 1]);
});

test("a piece fetched ahead that fails disturbs nobody until it is needed", async () => {
  let count = 0;
  const file = new ReadAhead({
    size: 100,
    windowBytes: 4,
    pieceBytesMax: 16,
    async fetch(position, length) {
      if (++count === 2) throw new Error("the line is dead");
      return BYTES.subarray(position, position + length);
    },
  });
  await read(file, 0, 2);
  assert.deepEqual(await read(file, 2, 2), [2, 3]);
  await new Promise(setImmediate);
  assert.deepEqual(await read(file, 4, 2), [4, 5]);
});

test("a closed file is not read, also by those who wait", async () => {
  const { file } = fileOf();
  const waiting = read(file, 0, 2);
  await file.close();
  await assert.rejects(waiting, /read after it was closed/);
  await assert.rejects(read(file, 0, 2), /read after it was closed/);
});
