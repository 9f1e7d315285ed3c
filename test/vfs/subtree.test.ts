import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { readOnly } from "../../src/vfs/read-only.ts";
import { subtree } from "../../src/vfs/subtree.ts";
import { at, fileSystemContract, namesIn, rejects } from "../contract/file-system.ts";
import { put, writerContract } from "../contract/file-system-writer.ts";

const within = (path: string) => (path === "/" ? "/in/side" : `/in/side${path}`);

function inside(files: Iterable<readonly [string, Buffer | string]>) {
  const behind = memoryFileSystem({ "/in/side/": "", "/outside": "secret" });
  for (const [path, content] of files) {
    if (path.endsWith("/")) behind.putDirectory(at(within(path)));
    else behind.put(at(within(path)), Buffer.from(content));
  }
  return { behind, fs: subtree(behind, at("/in/side")) };
}

fileSystemContract("a subtree", async (files) => {
  const { behind, fs } = inside(files);
  return {
    fs,
    replace: async (path, content) => behind.put(at(within(path)), content),
    remove: async (path) => behind.remove(at(within(path))),
  };
});

writerContract("a subtree", async (files) => inside(Object.entries(files)).fs);

describe("a subtree", () => {
  test("shows nothing of what lies outside", async () => {
    const { fs } = inside([["/a", "a"]]);
    assert.deepEqual(await namesIn(fs, ROOT), ["a"]);
    await rejects(fs.stat(at("/outside")), "not-found");
  });

  test("need not be there yet", async () => {
    const behind = memoryFileSystem();
    const fs = subtree(behind, at("/later"));
    await rejects(fs.stat(ROOT), "not-found");
    behind.put(at("/later/x"), Buffer.from("x"));
    assert.deepEqual(await namesIn(fs, ROOT), ["x"]);
  });

  test("of what cannot be changed cannot be changed", () => {
    assert.equal(subtree(readOnly(memoryFileSystem()), at("/a")).writer, undefined);
  });

  test("its root stays", async () => {
    const { fs, behind } = inside([]);
    assert.ok(fs.writer !== undefined);
    await rejects(fs.writer.remove(ROOT), "denied");
    await put(fs.writer, "/x", "x");
    assert.deepEqual(await namesIn(behind, at("/in/side")), ["x"]);
  });
});
