import assert from "node:assert/strict";
import { fstatSync, openSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { closeDescriptor, DiskFile } from "../../src/vfs/disk-file.ts";
import type { Stat } from "../../src/vfs/file-system.ts";
import { at, rejects, textAt } from "../contract/file-system.ts";
import { openDescriptors } from "../support/leaks.ts";
import { tempFolder } from "../support/temp-folder.ts";

const STAT: Stat = { kind: "file", size: 0, modifiedMs: undefined, version: undefined };

function diskFile(path: string): DiskFile {
  return new DiskFile(openSync(path, "r"), STAT, at("/a"));
}

test("bytes past four gibibytes are read where they are", async (t) => {
  const path = join(tempFolder(t), "huge");
  const sparse = await open(path, "w");
  await sparse.write("FOURGIB!", 4_294_967_292);
  await sparse.write("TAIL", 5_368_709_120);
  await sparse.close();
  const file = diskFile(path);
  assert.equal(await textAt(file, 4_294_967_292, 8), "FOURGIB!");
  assert.equal(await textAt(file, 5_368_709_120, 100), "TAIL");
  assert.equal(await textAt(file, 5_368_709_124, 100), "");
  await file.close();
});

test("a file truncated while it is read ends early, without an error", async (t) => {
  const path = join(tempFolder(t), "a");
  writeFileSync(path, "0123456789");
  const file = diskFile(path);
  assert.equal(await textAt(file, 0, 4), "0123");
  truncateSync(path, 6);
  assert.equal(await textAt(file, 4, 4), "45");
  assert.equal(await textAt(file, 6, 4), "");
  truncateSync(path, 0);
  assert.equal(await textAt(file, 4, 4), "");
  await file.close();
});

test("closing waits for the reads under way, and gives the descriptor back once", async (t) => {
  const path = join(tempFolder(t), "a");
  writeFileSync(path, "0123456789");
  const before = openDescriptors();
  const file = diskFile(path);
  const reads = Array.from({ length: 20 }, () => textAt(file, 0, 10));
  const closed = file.close();
  assert.equal(file.close(), closed);
  assert.deepEqual(new Set(await Promise.all(reads)), new Set(["0123456789"]));
  await closed;
  assert.equal(openDescriptors(), before);
});

test("a descriptor stays open for as long as a read may still use it", async (t) => {
  const path = join(tempFolder(t), "a");
  writeFileSync(path, "0123456789");
  const fd = openSync(path, "r");
  const file = new DiskFile(fd, STAT, at("/a"));
  const read = textAt(file, 0, 10);
  const closed = file.close();
  // Without a turn of the event loop: the read may be done, but nobody has been told so yet.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
  assert.equal(fstatSync(fd).size, 10);
  await closed;
  assert.equal(await read, "0123456789");
  assert.throws(() => fstatSync(fd), /EBADF/);
});

test("closing right after the last read still closes", async (t) => {
  const path = join(tempFolder(t), "a");
  writeFileSync(path, "x");
  const before = openDescriptors();
  const file = diskFile(path);
  await textAt(file, 0, 1);
  await file.close();
  assert.equal(openDescriptors(), before);
});

test("a read that the disk refuses is unavailable, and the file can still be closed", async (t) => {
  // A descriptor of a directory: the kernel lets nobody read from it.
  const file = diskFile(tempFolder(t));
  await rejects(file.readAt(Buffer.alloc(1), 0), "unavailable");
  await file.close();
});

test("closing a descriptor that is none is told as an FsError", async () => {
  await rejects(closeDescriptor(2_147_483_000, at("/a")), "unavailable");
});
