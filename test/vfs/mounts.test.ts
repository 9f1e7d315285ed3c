import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { mounts } from "../../src/vfs/mounts.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { readOnly } from "../../src/vfs/read-only.ts";
import { at, contentOf, fileSystemContract, namesIn, rejects } from "../contract/file-system.ts";
import { put, writerContract } from "../contract/file-system-writer.ts";

fileSystemContract("a file system mounted at the root", async (files) => {
  const inner = memoryFileSystem(Object.fromEntries(files));
  const fs = mounts();
  fs.attach(ROOT, inner);
  return {
    fs,
    replace: async (path, content) => inner.put(path, content),
    remove: async (path) => inner.remove(path),
  };
});

writerContract("a file system mounted at the root", async (files) => {
  const fs = mounts();
  fs.attach(ROOT, memoryFileSystem(files));
  return fs;
});

describe("mounts", () => {
  test("are empty directories as long as nothing is mounted", async () => {
    const fs = mounts();
    assert.deepEqual(await namesIn(fs, ROOT), []);
    assert.equal((await fs.stat(ROOT)).kind, "directory");
    await rejects(fs.stat(at("/a")), "not-found");
    await rejects(namesIn(fs, at("/a")), "not-found");
    await rejects(put(fs.writer, "/a", "x"), "read-only");
  });

  test("show the way to what is mounted", async () => {
    const fs = mounts();
    fs.attach(at("/far/away"), memoryFileSystem({ "/x": "x" }));
    assert.deepEqual(await namesIn(fs, ROOT), ["far"]);
    assert.deepEqual(await namesIn(fs, at("/far")), ["away"]);
    assert.deepEqual(await namesIn(fs, at("/far/away")), ["x"]);
    assert.equal((await fs.stat(at("/far"))).kind, "directory");
    await rejects(fs.open(at("/far")), "is-a-directory");
    assert.equal(await contentOf(fs, at("/far/away/x")), "x");
  });

  test("hide what lies below them, and a way joins what is there", async () => {
    const fs = mounts();
    fs.attach(ROOT, memoryFileSystem({ "/a/b/hidden": "h", "/a/seen": "s" }));
    fs.attach(at("/a/b"), memoryFileSystem({ "/x": "x" }));
    assert.deepEqual(await namesIn(fs, at("/a")), ["b", "seen"]);
    assert.deepEqual(await namesIn(fs, at("/a/b")), ["x"]);
    await rejects(fs.stat(at("/a/b/hidden")), "not-found");
  });

  test("come and go while files are open", async () => {
    const fs = mounts();
    fs.attach(at("/tab"), memoryFileSystem({ "/x": "lent" }));
    const file = await fs.open(at("/tab/x"));
    fs.detach(at("/tab"));
    fs.detach(at("/tab"));
    await rejects(fs.stat(at("/tab/x")), "not-found");
    const target = Buffer.alloc(4);
    await file.readAt(target, 0);
    await file.close();
    assert.equal(target.toString(), "lent");
    fs.attach(at("/tab"), memoryFileSystem({ "/y": "y" }));
    assert.deepEqual(await namesIn(fs, at("/tab")), ["y"]);
    assert.throws(() => fs.attach(at("/tab"), memoryFileSystem()), { code: "exists" });
  });

  test("are neither removed nor moved nor covered", async () => {
    const fs = mounts();
    fs.attach(ROOT, memoryFileSystem({ "/f": "f" }));
    fs.attach(at("/a/b"), memoryFileSystem({ "/x": "x" }));
    for (const way of ["/a", "/a/b"]) {
      await rejects(fs.writer.remove(at(way)), "denied");
      await rejects(fs.writer.move(at(way), at("/c"), "anything"), "denied");
      await rejects(fs.writer.makeDirectory(at(way)), "exists");
      await rejects(put(fs.writer, way, "x"), "is-a-directory");
      await rejects(fs.writer.append(at(way), Buffer.from("x")), "is-a-directory");
      await rejects(fs.writer.move(at("/f"), at(way), "anything"), "exists");
    }
  });

  test("a move from one to another is not theirs to do", async () => {
    const fs = mounts();
    fs.attach(ROOT, memoryFileSystem({ "/f": "f" }));
    fs.attach(at("/m"), memoryFileSystem());
    await rejects(fs.writer.move(at("/f"), at("/m/f"), "anything"), "unsupported");
  });

  test("each is as writable as it is", async () => {
    const fs = mounts();
    fs.attach(at("/rw"), memoryFileSystem());
    fs.attach(at("/ro"), readOnly(memoryFileSystem({ "/x": "x" })));
    await put(fs.writer, "/rw/new", "new");
    assert.equal(await contentOf(fs, at("/rw/new")), "new");
    await rejects(put(fs.writer, "/ro/new", "new"), "read-only");
    await rejects(fs.writer.remove(at("/ro/x")), "read-only");
  });
});
