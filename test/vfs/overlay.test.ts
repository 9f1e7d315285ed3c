import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { diskFileSystem } from "../../src/vfs/disk.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { overlay } from "../../src/vfs/overlay.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { at, contentOf, fileSystemContract, namesIn, rejects } from "../contract/file-system.ts";
import { put, writerContract } from "../contract/file-system-writer.ts";
import { tempFolder } from "../support/temp-folder.ts";

fileSystemContract("an overlay whose files lie below", async (files) => {
  const lower = memoryFileSystem(Object.fromEntries(files));
  const fs = overlay(memoryFileSystem(), [lower]);
  return {
    fs,
    replace: async (path, content) => lower.put(path, content),
    remove: async (path) => lower.remove(path),
  };
});

writerContract("an overlay whose files lie below", async (files) =>
  overlay(memoryFileSystem(), [memoryFileSystem(files)]),
);

writerContract("an overlay with a disk above, whose dotfiles nobody sees", async (files, t) => {
  const root = tempFolder(t);
  const upper = diskFileSystem({
    root,
    symlinks: "inside",
    dotfiles: false,
    writable: true,
    marks: true,
  });
  return overlay(upper, [memoryFileSystem(files)]);
});

writerContract("an overlay whose files lie above", async (files) =>
  overlay(memoryFileSystem(files), [memoryFileSystem()]),
);

writerContract("an overlay whose files lie in both layers", async (files) =>
  overlay(memoryFileSystem(files), [memoryFileSystem(), memoryFileSystem(files)]),
);

describe("an overlay", () => {
  test("shows the union of a directory, the upper one's entries first", async () => {
    const fs = overlay(memoryFileSystem({ "/d/a": "upper", "/d/b": "upper" }), [
      memoryFileSystem({ "/d/b": "lower", "/d/c": "lower" }),
      memoryFileSystem({ "/d/c": "lowest", "/d/e": "lowest" }),
    ]);
    assert.deepEqual(await namesIn(fs, at("/d")), ["a", "b", "c", "e"]);
    assert.equal(await contentOf(fs, at("/d/b")), "upper");
    assert.equal(await contentOf(fs, at("/d/c")), "lower");
    assert.equal(await contentOf(fs, at("/d/e")), "lowest");
  });

  test("never changes what lies below", async () => {
    const lower = memoryFileSystem({ "/a": "a", "/b": "b", "/c": "c", "/d/x": "x" });
    const fs = overlay(memoryFileSystem(), [lower]);
    await put(fs.writer, "/a", "changed");
    await fs.writer.append(at("/b"), Buffer.from("+"));
    await fs.writer.remove(at("/c"));
    await fs.writer.move(at("/d/x"), at("/y"), "anything");
    assert.deepEqual(await namesIn(lower, ROOT), ["a", "b", "c", "d"]);
    assert.equal(await contentOf(lower, at("/a")), "a");
    assert.equal(await contentOf(lower, at("/b")), "b");
    assert.deepEqual(await namesIn(fs, ROOT), ["a", "b", "d", "y"]);
    assert.equal(await contentOf(fs, at("/b")), "b+");
  });

  test("what was removed stays away, whoever opens the same layers later", async () => {
    const [upper, lower] = [memoryFileSystem(), memoryFileSystem({ "/a": "a", "/d/x": "x" })];
    const { writer } = overlay(upper, [lower]);
    await writer.remove(at("/a"));
    await writer.remove(at("/d/x"));
    await writer.remove(at("/d"));
    const again = overlay(upper, [lower]);
    assert.deepEqual(await namesIn(again, ROOT), []);
    await rejects(again.stat(at("/a")), "not-found");
    await rejects(again.stat(at("/d/x")), "not-found");
  });

  test("a directory made anew does not show what an old one held", async () => {
    const [upper, lower] = [memoryFileSystem(), memoryFileSystem({ "/d/x": "x" })];
    const fs = overlay(upper, [lower]);
    await fs.writer.remove(at("/d/x"));
    await fs.writer.remove(at("/d"));
    await fs.writer.makeDirectory(at("/d"));
    await rejects(fs.stat(at("/d/x")), "not-found");
    assert.deepEqual(await namesIn(fs, at("/d")), []);
    await put(fs.writer, "/d/y", "y");
    assert.deepEqual(await namesIn(fs, at("/d")), ["y"]);
  });

  test("its marks are never seen, and nobody can make one", async () => {
    const upper = memoryFileSystem();
    const fs = overlay(upper, [memoryFileSystem({ "/a": "a" })]);
    await fs.writer.remove(at("/a"));
    assert.deepEqual(await namesIn(upper, ROOT), [".wh.a"]);
    assert.deepEqual(await namesIn(fs, ROOT), []);
    await rejects(fs.stat(at("/.wh.a")), "not-found");
    await rejects(fs.open(at("/.wh.a")), "not-found");
    await rejects(put(fs.writer, "/.wh.a", "x"), "denied");
    await rejects(fs.writer.makeDirectory(at("/.wh.d")), "denied");
    await rejects(fs.writer.remove(at("/.wh.a")), "not-found");
    await put(fs.writer, "/b", "b");
    await rejects(fs.writer.move(at("/b"), at("/.wh.b"), "anything"), "denied");
  });

  test("a mark of a change that a crash cut short hides nothing that stands beside it", async () => {
    const upper = memoryFileSystem({ "/.wh.a": "", "/a": "above" });
    const fs = overlay(upper, [memoryFileSystem({ "/a": "below", "/.wh.b": "", "/b": "b" })]);
    assert.deepEqual(await namesIn(fs, ROOT), ["a", "b"]);
    assert.equal(await contentOf(fs, at("/a")), "above");
    assert.equal(await contentOf(fs, at("/b")), "b");
  });

  test("a file above hides a directory below", async () => {
    const fs = overlay(memoryFileSystem({ "/d": "file" }), [memoryFileSystem({ "/d/x": "x" })]);
    assert.equal((await fs.stat(at("/d"))).kind, "file");
    await rejects(fs.stat(at("/d/x")), "not-found");
    await rejects(namesIn(fs, at("/d")), "not-a-directory");
  });
});
