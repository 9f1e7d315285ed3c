import assert from "node:assert/strict";
import { test } from "node:test";
import { siblingsOf } from "../../src/handlers/precompressed.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { pathOf } from "../support/request.ts";

async function found(fileSystem: FileSystem, path: string): Promise<readonly string[]> {
  const original = await fileSystem.stat(pathOf(path)).catch(() => undefined);
  const siblings = await siblingsOf(fileSystem, pathOf(path), original);
  return siblings.map((sibling) => `${sibling.coding} ${sibling.path}`);
}

test("siblings are found by their suffix, the smallest first", async () => {
  const files = memoryFileSystem({
    "/x/a.css": "",
    "/x/a.css.gz": "",
    "/x/a.css.br": "",
    "/x/a.css.zst": "",
    "/a.css.gz": "",
  });
  assert.deepEqual(await found(files, "/x/a.css"), [
    "br /x/a.css.br",
    "zstd /x/a.css.zst",
    "gzip /x/a.css.gz",
  ]);
});

test("a sibling does not need its original", async () => {
  assert.deepEqual(await found(memoryFileSystem({ "/a.css.gz": "" }), "/a.css"), [
    "gzip /a.css.gz",
  ]);
});

test("a directory is no sibling", async () => {
  assert.deepEqual(
    await found(memoryFileSystem({ "/a.css": "", "/a.css.gz/x": "" }), "/a.css"),
    [],
  );
});

test("a sibling that is older than its original by more than two seconds is left out", async () => {
  const files = memoryFileSystem();
  files.put(pathOf("/a.css"), Buffer.from("x"), 10_000);
  files.put(pathOf("/a.css.br"), Buffer.from("x"), 8_000);
  files.put(pathOf("/a.css.gz"), Buffer.from("x"), 7_999);
  assert.deepEqual(await found(files, "/a.css"), ["br /a.css.br"]);
});

test("a sibling that cannot be looked at is not there, a bug is not hidden", async () => {
  const files = memoryFileSystem({ "/a.css": "" });
  const failing = (error: Error): FileSystem => ({
    list: (path) => files.list(path),
    open: (path) => files.open(path),
    stat: (path) => (path === "/a.css" ? files.stat(path) : Promise.reject(error)),
  });
  assert.deepEqual(await found(failing(new FsError("denied", "")), "/a.css"), []);
  await assert.rejects(found(failing(new TypeError("bug")), "/a.css"), TypeError);
});
