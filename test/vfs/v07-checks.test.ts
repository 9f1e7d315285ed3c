// V07: every check of the upstream list, for every file system that there is.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { diskFileSystem } from "../../src/vfs/disk.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { httpsFileSystem } from "../../src/vfs/https/client.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { mounts } from "../../src/vfs/mounts.ts";
import { overlay } from "../../src/vfs/overlay.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { readOnly } from "../../src/vfs/read-only.ts";
import { readText } from "../../src/vfs/read-text.ts";
import { subtree } from "../../src/vfs/subtree.ts";
import { copyTree, makeDirectories, moveTree, removeTree, writerOf } from "../../src/vfs/tree.ts";
import type { Differences } from "../contract/differences.ts";
import { at, namesIn, rejects } from "../contract/file-system.ts";
import { type EmptyMaker, runCheck, VFS_CHECKS } from "../contract/vfs-checks.ts";
import { lend } from "../support/lent.ts";
import { tempFolder } from "../support/temp-folder.ts";

async function overHttps(behind: FileSystem, t: TestContext): Promise<FileSystem> {
  const { url, ca } = await lend(t, behind);
  const fs = httpsFileSystem({ url, ca });
  t.after(() => fs.close());
  return fs;
}

function onDisk(t: TestContext): FileSystem {
  return diskFileSystem({
    root: tempFolder(t),
    symlinks: "inside",
    dotfiles: true,
    writable: true,
  });
}

const MAKERS: readonly [name: string, make: EmptyMaker, differences?: Differences][] = [
  ["memory (MemoryFS)", async () => memoryFileSystem()],
  ["disk (PhysicalFS)", async (t) => onDisk(t)],
  [
    "subtree (AltrootFS)",
    async () => subtree(memoryFileSystem({ "/deep/down/": "" }), at("/deep/down")),
  ],
  ["overlay (OverlayFS)", async () => overlay(memoryFileSystem(), [memoryFileSystem()])],
  [
    "mounts",
    async () => {
      const all = mounts();
      all.attach(ROOT, memoryFileSystem());
      return all;
    },
  ],
  [
    "https (HttpsFS)",
    async (t) => overHttps(memoryFileSystem(), t),
    { openFiles: "by name", names: "utf-8", times: "none", renames: "none" },
  ],
  [
    "https over disk",
    async (t) => overHttps(onDisk(t), t),
    { openFiles: "by name", names: "utf-8", times: "none", renames: "none" },
  ],
];

for (const [name, make, differences = {}] of MAKERS) {
  describe(`V07 ${name}`, () => {
    for (const check of VFS_CHECKS) {
      test(check.name, async (t) => runCheck(check, await make(t), differences));
    }
  });
}

const FILES = { "/a.txt": "a", "/a/d.txt": "d", "/a/x/y/z.txt": "z", "/b.dat": Buffer.of(0, 159) };

/** Files that come with the program, or are lent to be read only. */
const READ_ONLY: readonly [name: string, make: EmptyMaker][] = [
  ["read-only (EmbeddedFS)", async () => readOnly(memoryFileSystem(FILES))],
  ["https over read-only", async (t) => overHttps(readOnly(memoryFileSystem(FILES)), t)],
];

for (const [name, make] of READ_ONLY) {
  describe(`V07 ${name}`, () => {
    test("read_dir lists what is there, and of a file says that it is none", async (t) => {
      const fs = await make(t);
      assert.deepEqual(await namesIn(fs, ROOT), ["a", "a.txt", "b.dat"]);
      assert.deepEqual(await namesIn(fs, at("/a/x")), ["y"]);
      await rejects(namesIn(fs, at("/a.txt")), "not-a-directory");
      await rejects(namesIn(fs, at("/c")), "not-found");
    });

    test("open_file, metadata and read_to_string", async (t) => {
      const fs = await make(t);
      const place = (path: string) => ({ fileSystem: fs, path: at(path) });
      assert.equal(await readText(place("/a/x/y/z.txt"), 10), "z");
      const { kind, size } = await fs.stat(at("/a.txt"));
      assert.deepEqual([kind, size], ["file", 1]);
      await rejects(readText(place("/b.dat"), 10), "unsupported");
      await rejects(readText(place("/a"), 10), "is-a-directory");
      await rejects(readText(place("/c"), 10), "not-found");
    });

    for (const [what, act] of [
      ["create_dir_all", (fs) => makeDirectories({ fileSystem: fs, path: at("/new") })],
      ["create_file", (fs) => create(fs, "/new")],
      ["create_file over another", (fs) => create(fs, "/a.txt")],
      ["append_file", async (fs) => writer(fs).append(at("/a.txt"), Buffer.from("x"))],
      ["remove_file", async (fs) => writer(fs).remove(at("/a.txt"))],
      ["remove_dir_all", (fs) => removeTree({ fileSystem: fs, path: at("/a") })],
      ["set_modification_time", async (fs) => writer(fs).setModified(at("/a.txt"), 0)],
      ["copy_file", (fs) => copyTree(place(fs, "/a.txt"), place(fs, "/new"))],
      ["move_dir", (fs) => moveTree(place(fs, "/a"), place(fs, "/new"))],
    ] satisfies readonly [string, (fs: FileSystem) => Promise<unknown>][]) {
      test(`${what} is refused, and changes nothing`, async (t) => {
        const fs = await make(t);
        await assert.rejects(act(fs), (error) => {
          // Where only "Failed" is said, nobody knows why.
          const codes = ["read-only", "denied", "unsupported"];
          return error instanceof FsError && codes.includes(error.code);
        });
        assert.deepEqual(await namesIn(fs, ROOT), ["a", "a.txt", "b.dat"]);
        assert.equal(await readText(place(fs, "/a.txt"), 10), "a");
      });
    }
  });
}

const place = (fileSystem: FileSystem, path: string) => ({ fileSystem, path: at(path) });
const writer = (fs: FileSystem) => writerOf(place(fs, "/"));

async function create(fs: FileSystem, path: string): Promise<void> {
  const draft = await writer(fs).write(at(path));
  try {
    await draft.commit({ expected: "anything", modifiedMs: undefined });
  } finally {
    await draft.abort();
  }
}

test("V07 the list has every check of the upstream suite", () => {
  const names = VFS_CHECKS.map(({ name }) => name);
  const count = (start: string) => names.filter((name) => name.startsWith(start)).length;
  assert.equal(new Set(names).size, names.length);
  for (const [start, expected] of [
    ["walk_dir", 10],
    ["read_to_string", 4],
    ["copy_file", 6],
    ["move_file", 6],
    ["copy_dir", 3],
    ["move_dir", 3],
    ["set_and_query_", 3],
    ["remove_", 7],
    ["create_dir", 3],
  ] as const) {
    assert.equal(count(start), expected, start);
  }
});
