import assert from "node:assert/strict";
import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { diskFileSystem } from "../../src/vfs/disk.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { overlay } from "../../src/vfs/overlay.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { readOnly } from "../../src/vfs/read-only.ts";
import {
  copyFile,
  copyTree,
  makeDirectories,
  moveTree,
  type Place,
  removeTree,
  type Walked,
  walk,
} from "../../src/vfs/tree.ts";
import { at, contentOf, rejects } from "../contract/file-system.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

const FILES = { "/a/x": "x", "/a/b/y": "yy", "/a/b/empty/": "", "/z": "z" };

function place(fileSystem: FileSystem, path: string): Place {
  return { fileSystem, path: at(path) };
}

/** "path" of a directory, "path=size" of a file, "path!code" of a failure. */
async function walked(from: Place): Promise<string[]> {
  const found: string[] = [];
  for await (const step of walk(from)) found.push(textOf(step));
  return found;
}

function textOf(step: Walked): string {
  if (step.kind === "error") return `${step.path}!${step.error.code}`;
  return step.stat.kind === "file" ? `${step.path}=${step.stat.size}` : step.path;
}

describe("walk", () => {
  test("meets a directory before what it holds, and everything once", async () => {
    const found = await walked(place(memoryFileSystem(FILES), "/"));
    assert.deepEqual(found.sort(), ["/a", "/a/b", "/a/b/empty", "/a/b/y=2", "/a/x=1", "/z=1"]);
    assert.ok(found.indexOf("/a") < found.indexOf("/a/b"));
    assert.ok(found.indexOf("/a/b") < found.indexOf("/a/b/y=2"));
  });

  test("of an empty directory meets nothing", async () => {
    assert.deepEqual(await walked(place(memoryFileSystem(), "/")), []);
  });

  test("tells what is missing, or no directory, as an item", async () => {
    const fs = memoryFileSystem(FILES);
    assert.deepEqual(await walked(place(fs, "/no")), ["/no!not-found"]);
    assert.deepEqual(await walked(place(fs, "/z")), ["/z!not-a-directory"]);
  });

  test("goes on beside a directory that is removed meanwhile", async () => {
    const fs = memoryFileSystem({ "/a/x": "x", "/b/y": "y" });
    const found: string[] = [];
    for await (const step of walk(place(fs, "/"))) {
      if (step.path === "/a" && step.kind === "entry") fs.remove(at("/a"));
      found.push(textOf(step));
    }
    assert.deepEqual(found, ["/a", "/b", "/a!not-found", "/b/y=1"]);
  });

  test("is not stopped by depth", async () => {
    const fs = memoryFileSystem({ [`${"/d".repeat(5_000)}/x`]: "x" });
    assert.equal((await walked(place(fs, "/"))).length, 5_001);
  });
});

describe("makeDirectories", () => {
  test("makes all that are missing, and minds none that are there", async () => {
    const fs = memoryFileSystem({ "/a/": "" });
    await makeDirectories(place(fs, "/a/b/c"));
    await makeDirectories(place(fs, "/a/b/c"));
    await makeDirectories(place(fs, "/"));
    assert.deepEqual(await walked(place(fs, "/")), ["/a", "/a/b", "/a/b/c"]);
  });

  test("does not replace a file", async () => {
    const fs = memoryFileSystem({ "/a": "a" });
    await rejects(makeDirectories(place(fs, "/a")), "not-a-directory");
    await rejects(makeDirectories(place(fs, "/a/b")), "not-a-directory");
  });
});

describe("removeTree", () => {
  test("removes a file, a directory with all that it holds, and minds nothing there", async () => {
    const fs = memoryFileSystem(FILES);
    await removeTree(place(fs, "/a"));
    await removeTree(place(fs, "/no"));
    assert.deepEqual(await walked(place(fs, "/")), ["/z=1"]);
    await removeTree(place(fs, "/z"));
    assert.deepEqual(await walked(place(fs, "/")), []);
  });

  test("empties the root and leaves it", async () => {
    const fs = memoryFileSystem(FILES);
    await removeTree(place(fs, "/"));
    assert.deepEqual(await walked(place(fs, "/")), []);
  });

  test("takes links away, and leaves what they lead to", async (t) => {
    const root = tempFolder(t);
    writeTree(root, { "a/x": "x", "kept/y": "y" });
    symlinkSync("../kept", join(root, "a/link"));
    symlinkSync("..", join(root, "a/circle"));
    symlinkSync("kept", join(root, "direct"));
    symlinkSync("nowhere", join(root, "loose"));
    const fs = diskFileSystem({ root, symlinks: "inside", dotfiles: false, writable: true });
    await removeTree(place(fs, "/a"));
    await removeTree(place(fs, "/direct"));
    await removeTree(place(fs, "/loose"));
    assert.deepEqual(readdirSync(root), ["kept"]);
    assert.deepEqual(readdirSync(join(root, "kept")), ["y"]);
  });

  test("is refused where nothing can be changed", async () => {
    await rejects(removeTree(place(readOnly(memoryFileSystem(FILES)), "/a")), "read-only");
  });
});

describe("copyFile", () => {
  test("copies content and time, in pieces, and counts them", async () => {
    const [from, to] = [memoryFileSystem(), memoryFileSystem()];
    const content = Buffer.alloc(600_000, "abc");
    from.put(at("/big"), content, 1_600_000_000_000);
    let counted = 0;
    const stat = await copyFile(place(from, "/big"), place(to, "/copy"), {
      expected: "nothing",
      onBytes: (count) => {
        counted += count;
      },
    });
    assert.deepEqual([stat.size, stat.modifiedMs, counted], [600_000, 1_600_000_000_000, 600_000]);
    assert.equal(await contentOf(to, at("/copy")), content.toString());
  });

  test("leaves nothing behind when it fails", async () => {
    const to = memoryFileSystem({}, { bytesMax: 10 });
    const from = memoryFileSystem({ "/a": "more than ten bytes" });
    await rejects(
      copyFile(place(from, "/a"), place(to, "/a"), { expected: "anything" }),
      "no-space",
    );
    assert.deepEqual(await walked(place(to, "/")), []);
  });
});

describe("copyTree", () => {
  test("copies everything, across file systems too, and counts it", async () => {
    const [from, to] = [memoryFileSystem(FILES), memoryFileSystem()];
    assert.equal(await copyTree(place(from, "/a"), place(to, "/copy")), 5);
    assert.deepEqual((await walked(place(to, "/"))).sort(), [
      "/copy",
      "/copy/b",
      "/copy/b/empty",
      "/copy/b/y=2",
      "/copy/x=1",
    ]);
    assert.equal(await copyTree(place(from, "/a/x"), place(from, "/x")), 1);
    assert.equal(await contentOf(from, at("/x")), "x");
  });

  test("never overwrites, and never goes into itself", async () => {
    const fs = memoryFileSystem(FILES);
    await rejects(copyTree(place(fs, "/a"), place(fs, "/z")), "exists");
    await rejects(copyTree(place(fs, "/a"), place(fs, "/a/b/new")), "denied");
    await rejects(copyTree(place(fs, "/no"), place(fs, "/new")), "not-found");
  });

  test("tells what it had to leave out, when somebody wants to know", async () => {
    const to = memoryFileSystem({}, { bytesMax: 1 });
    const from = memoryFileSystem({ "/a/big": "too big", "/a/s": "s" });
    const left: string[] = [];
    const onError = (path: string, error: FsError) => void left.push(`${path} ${error.code}`);
    assert.equal(await copyTree(place(from, "/a"), place(to, "/a"), onError), 2);
    assert.deepEqual(left, ["/a/big no-space"]);
  });
});

describe("moveTree", () => {
  for (const [name, target] of [
    ["within a file system", undefined],
    ["to another file system", memoryFileSystem({ "/d/": "" })],
  ] as const) {
    test(`moves a directory ${name}`, async () => {
      const from = memoryFileSystem({ ...FILES, "/d/": "" });
      const to = target ?? from;
      await moveTree(place(from, "/a"), place(to, "/d/moved"));
      assert.equal(await contentOf(to, at("/d/moved/b/y")), "yy");
      await rejects(from.stat(at("/a")), "not-found");
    });
  }

  test("copies where a rename is not possible", async () => {
    const fs = overlay(memoryFileSystem(), [memoryFileSystem(FILES)]);
    await rejects(fs.writer.move(at("/a"), at("/n"), "nothing"), "unsupported");
    await moveTree(place(fs, "/a"), place(fs, "/n"));
    assert.equal(await contentOf(fs, at("/n/b/y")), "yy");
    await rejects(fs.stat(at("/a")), "not-found");
    assert.deepEqual((await walked({ fileSystem: fs, path: ROOT })).sort(), [
      "/n",
      "/n/b",
      "/n/b/empty",
      "/n/b/y=2",
      "/n/x=1",
      "/z=1",
    ]);
  });

  test("does not replace, and does not go into itself", async () => {
    const fs = memoryFileSystem(FILES);
    await rejects(moveTree(place(fs, "/a"), place(fs, "/a/b/c")), "denied");
    await assert.rejects(moveTree(place(fs, "/a"), place(fs, "/z")), FsError);
    assert.equal(await contentOf(fs, at("/z")), "z");
  });
});

test("a directory that is not to be entered is seen, and what it holds is not", async () => {
  const fileSystem = memoryFileSystem({ "/a/x": "", "/b/y": "" });
  const found: string[] = [];
  for await (const { path } of walk({ fileSystem, path: ROOT }, (path) => path !== "/a")) {
    found.push(path);
  }
  assert.deepEqual(found, ["/a", "/b", "/b/y"]);
});
