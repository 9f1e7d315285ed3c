import assert from "node:assert/strict";
import { test } from "node:test";
import { Seen } from "../../src/handlers/seen.ts";
import type { FileSystem, Glance } from "../../src/vfs/file-system.ts";
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
  assert.equal(seen.holds(), "seemingly");
  assert.deepEqual(asked, ["/a file", "/b missing"]);
});

test("one thing that changed is enough", async () => {
  const { fileSystem } = watched();
  const stat = { kind: "file", size: 0, modifiedMs: 0, version: "changed" } as const;
  const seen = new Seen({ ...fileSystem, stat: () => Promise.resolve(stat) });
  await seen.fileSystem.stat(A);
  assert.equal(seen.holds(), "no");
});

test("a file system that cannot tell is not believed", async () => {
  const { holds: _, ...fileSystem } = watched().fileSystem;
  const seen = new Seen(fileSystem);
  await seen.fileSystem.stat(A);
  assert.equal(seen.holds(), "no");
});

test("what refused to be looked at may be over at any moment", async () => {
  const { fileSystem } = watched();
  const denied = new FsError("denied", "/a");
  const seen = new Seen({ ...fileSystem, stat: () => Promise.reject(denied) });
  await assert.rejects(seen.fileSystem.stat(A), denied);
  assert.equal(seen.holds(), "no");
});

test("what looks as it did when it held is not asked about again", async () => {
  const { fileSystem, asked } = watched();
  const looks = new Map([
    ["/a", 1],
    ["names in /", 1],
  ]);
  const at = (what: string): Glance | undefined => {
    const look = looks.get(what);
    const glance = { look, isSame: (other: Glance) => "look" in other && other.look === look };
    return look === undefined ? undefined : glance;
  };
  const glancing: FileSystem = {
    ...fileSystem,
    glance: (path) => at(path),
    glanceAtNames: (directory) => at(`names in ${directory}`),
  };
  const seen = new Seen(glancing);
  await seen.fileSystem.stat(A);
  await assert.rejects(seen.fileSystem.stat(B), FsError);
  assert.equal(seen.holds(), "seemingly");
  assert.equal(seen.holds(), "surely");
  assert.equal(asked.length, 2);
  looks.set("names in /", 2);
  assert.equal(seen.holds(), "seemingly");
  assert.deepEqual(asked.slice(2), ["/b missing"]);
  assert.equal(seen.holds(), "surely");
  looks.delete("/a");
  assert.equal(seen.holds(), "seemingly");
  assert.deepEqual(asked.slice(3), ["/a file"]);
  assert.equal(seen.holds(), "seemingly");
});
