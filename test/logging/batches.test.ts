import assert from "node:assert/strict";
import { test } from "node:test";
import { BATCH_BYTES, Batches, LINE_BYTES_MAX } from "../../src/logging/batches.ts";

function write(batches: Batches, line: string): void {
  batches.write(line, Buffer.byteLength(line));
}

test("lines gathered as text and in place leave together, in their order", () => {
  const batches = new Batches();
  write(batches, "one ü\n");
  batches.wrote(batches.at + batches.room.write("two\n", batches.at));
  assert.equal(batches.next(), undefined);
  batches.seal();
  const batch = batches.next();
  assert.equal(batch?.bytes.toString(), "one ü\ntwo\n");
  assert.equal(batch?.lines, 2);
  assert.equal(batches.next(), undefined);
});

test("a line that is longer than there may be room for is a batch of its own", () => {
  const batches = new Batches();
  const long = `${"x".repeat(LINE_BYTES_MAX)}\n`;
  write(batches, "before\n");
  write(batches, long);
  write(batches, "behind\n");
  batches.seal();
  assert.deepEqual(
    batches.rest().map(({ bytes, lines }) => [bytes.toString(), lines]),
    [
      ["before\n", 1],
      [long, 1],
      ["behind\n", 1],
    ],
  );
});

test("a batch on its way keeps its bytes, whatever is gathered meanwhile", () => {
  const batches = new Batches();
  const line = `${"a".repeat(LINE_BYTES_MAX - 1)}\n`;
  while (!batches.isFull) write(batches, line);
  batches.seal();
  const underway = batches.next();
  while (!batches.isFull) write(batches, line.replaceAll("a", "b"));
  assert.equal(underway?.bytes.toString(), line.repeat(BATCH_BYTES / LINE_BYTES_MAX));
});

test("memory of a batch that was written is used again; of a small one there is none to keep", () => {
  const batches = new Batches();
  const line = `${"a".repeat(LINE_BYTES_MAX - 1)}\n`;
  const first = batches.room;
  while (!batches.isFull) write(batches, line);
  batches.seal();
  assert.notEqual(batches.room.buffer, first.buffer);
  const full = batches.next();
  assert.ok(full);
  batches.written(full);
  while (!batches.isFull) write(batches, line);
  batches.seal();
  assert.equal(batches.room.buffer, first.buffer);
  write(batches, "small\n");
  batches.seal();
  assert.equal(batches.room.buffer, first.buffer);
  const rest = batches.rest();
  assert.equal(rest.at(-1)?.bytes.toString(), "small\n");
  assert.notEqual(rest.at(-1)?.bytes.buffer, first.buffer);
});

test("what could not be written whole comes first again, with the lines that end in it", () => {
  const batches = new Batches();
  write(batches, "one\ntwo\n");
  batches.seal();
  write(batches, "three\n");
  batches.seal();
  const batch = batches.next();
  assert.ok(batch);
  batches.unsent(batch, 5);
  const again = batches.next();
  assert.equal(again?.bytes.toString(), "wo\n");
  assert.equal(again?.lines, 1);
  assert.equal(batches.next()?.bytes.toString(), "three\n");
});
