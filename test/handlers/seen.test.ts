import assert from "node:assert/strict";
import { test } from "node:test";
import { Seen } from "../../src/handlers/seen.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { pathOf } from "../support/request.ts";

const A = pathOf("/a");
const B = pathOf("/b");

/** A memory that can tell whether something still holds. */
function watched() {
  const memory = memoryFileSystem({ "/a": "one" });
  const asked: string[] = [];
  const fileSystem: FileSystem = {
    stat: (path) => memory.stat(path),
    list: (path) => memory.list(path),
    open: (path) => memory.open(path),
    holds(path, seen) {
      asked.push(`${path} ${seen === undefined ? "missing" : seen.kind}`);
      return seen?.version !== "changed";
    },
  };
  return { fileSystem, asked };
}

test("every name that was asked about is asked about again, found or not", async () => {
  const { fileSystem, asked } = watched();
  const seen = new Seen(fileSystem);
  await seen.fileSystem.stat(A);
  await assert.rejects(seen.fileSystem.stat(B), FsError);
  assert.ok(seen.stillHolds());
  assert.deepEqual(asked, ["/a file", "/b missing"]);
});

test("one thing that changed is enough", async () => {
  const { fileSystem } = watched();
  const stat = { kind: "file", size: 0, modifiedMs: 0, version: "changed" } as const;
  const seen = new Seen({ ...fileSystem, stat: () => Promise.resolve(stat) });
  await seen.fileSystem.stat(A);
  assert.equal(seen.stillHolds(), false);
});

test("a file system that cannot tell is not believed", async () => {
  const seen = new Seen(memoryFileSystem({ "/a": "one" }));
  await seen.fileSystem.stat(A);
  assert.equal(seen.stillHolds(), false);
});

test("what refused to be looked at may be over at any moment", async () => {
  const { fileSystem } = watched();
  const denied = new FsError("denied", "/a");
  const seen = new Seen({ ...fileSystem, stat: () => Promise.reject(denied) });
  await assert.rejects(seen.fileSystem.stat(A), denied);
  assert.equal(seen.stillHolds(), false);
});
