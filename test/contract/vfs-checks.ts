// The check list of the Rust library `vfs` (its `test_macros.rs`), by its own names, in the words of
// our FileSystem and of the functions over it. It is run for every file system that we have: who
// comes from there finds here what is the same and what is not.

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { FileSystem, FileSystemWriter } from "../../src/vfs/file-system.ts";
import { extensionOf, pathFrom } from "../../src/vfs/names.ts";
import { nameOf, parentOf, ROOT, type VfsPath } from "../../src/vfs/path.ts";
import { readText } from "../../src/vfs/read-text.ts";
import {
  copyTree,
  makeDirectories,
  moveTree,
  type Place,
  removeTree,
  statIfThere,
  walk,
  writerOf,
} from "../../src/vfs/tree.ts";
import type { Differences } from "./differences.ts";
import { at, namesIn, rejects, textAt } from "./file-system.ts";

/** Empty, and may be changed. */
export type EmptyMaker = (test: TestContext) => Promise<FileSystem>;

interface Checked {
  readonly fs: FileSystem;
  readonly writer: FileSystemWriter;
  readonly differences: Differences;
}

export interface VfsCheck {
  readonly name: string;
  readonly run: (checked: Checked) => Promise<void> | void;
}

export async function runCheck(
  { run }: VfsCheck,
  fs: FileSystem,
  differences: Differences,
): Promise<void> {
  await run({ fs, writer: writerOf(place(fs, "/")), differences });
}

function place(fileSystem: FileSystem, path: string): Place {
  return { fileSystem, path: at(path) };
}

async function write(fs: FileSystem, path: string, content: string | Uint8Array): Promise<void> {
  const draft = await writerOf(place(fs, path)).write(at(path));
  try {
    await draft.write(Buffer.from(content));
    await draft.commit({ expected: "anything", modifiedMs: undefined });
  } finally {
    await draft.abort();
  }
}

const text = (fs: FileSystem, path: string) => readText(place(fs, path), 1000);
const isThere = async (fs: FileSystem, path: string) =>
  (await statIfThere(place(fs, path))) !== undefined;

/** Sorted; "path!code" for what could not be listed. */
async function walked(fs: FileSystem, path: string): Promise<string[]> {
  const found: string[] = [];
  for await (const step of walk(place(fs, path))) {
    found.push(step.kind === "entry" ? step.path : `${step.path}!${step.error.code}`);
  }
  return found.sort();
}

/** "/a/b" is a file, "/a/" a directory; those above them are made. */
async function tree(fs: FileSystem, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const target = at(path);
    const directory = path.endsWith("/") ? target : parentOf(target);
    await makeDirectories({ fileSystem: fs, path: directory });
    if (directory !== target) await write(fs, path, `content of ${path}`);
  }
}

const FILES: readonly VfsCheck[] = [
  {
    name: "vfs_can_be_created",
    async run({ fs }) {
      assert.equal((await fs.stat(ROOT)).kind, "directory");
      await makeDirectories(place(fs, "/"));
      assert.deepEqual(await namesIn(fs, ROOT), []);
    },
  },
  {
    name: "write_and_read_file",
    async run({ fs }) {
      await write(fs, "/test_1.txt", "Hello world!");
      assert.equal(await isThere(fs, "/test_1.txt"), true);
      assert.equal(await text(fs, "/test_1.txt"), "Hello world!");
      const { kind, size } = await fs.stat(at("/test_1.txt"));
      assert.deepEqual([kind, size], ["file", 12]);
    },
  },
  {
    // A draft is written from its beginning to its end; it is the reader who seeks.
    name: "write_and_seek_and_read_file",
    async run({ fs }) {
      await write(fs, "/test_1.txt", "Bye bye world!");
      const file = await fs.open(at("/test_1.txt"));
      assert.equal(await textAt(file, 8, 100), "world!");
      assert.equal(await textAt(file, 0, 3), "Bye");
      await file.close();
    },
  },
  {
    name: "append_file",
    async run({ fs, writer }) {
      await write(fs, "/test_append.txt", "Testing 1");
      await writer.append(at("/test_append.txt"), Buffer.from("Testing 2"));
      assert.equal(await text(fs, "/test_append.txt"), "Testing 1Testing 2");
    },
  },
  {
    name: "append_non_existing_file",
    async run({ fs, writer }) {
      await rejects(writer.append(at("/test_append.txt"), Buffer.from("x")), "not-found");
      assert.equal(await isThere(fs, "/test_append.txt"), false);
    },
  },
  {
    name: "remove_file",
    async run({ fs, writer }) {
      await write(fs, "/file.txt", "x");
      await writer.remove(at("/file.txt"));
      assert.equal(await isThere(fs, "/file.txt"), false);
    },
  },
  {
    name: "remove_file_nonexisting",
    run: ({ writer }) => rejects(writer.remove(at("/nonexisting")), "not-found"),
  },
  {
    name: "is_file_is_dir",
    async run({ fs }) {
      await tree(fs, ["/src/a.txt"]);
      assert.equal((await statIfThere(place(fs, "/src")))?.kind, "directory");
      assert.equal((await statIfThere(place(fs, "/src/a.txt")))?.kind, "file");
      assert.equal(await statIfThere(place(fs, "/nowhere")), undefined);
    },
  },
];

const DIRECTORIES: readonly VfsCheck[] = [
  {
    name: "create_dir",
    async run({ fs, writer }) {
      await writer.makeDirectory(at("/dir"));
      const { kind, size } = await fs.stat(at("/dir"));
      assert.deepEqual([kind, size], ["directory", 0]);
      await rejects(writer.makeDirectory(at("/dir")), "exists");
      await rejects(writer.makeDirectory(at("/no/dir")), "not-found");
    },
  },
  {
    name: "create_dir_all",
    async run({ fs }) {
      await makeDirectories(place(fs, "/a/b/c"));
      await makeDirectories(place(fs, "/a/b/c/d"));
      await makeDirectories(place(fs, "/a"));
      assert.deepEqual(await walked(fs, "/"), ["/a", "/a/b", "/a/b/c", "/a/b/c/d"]);
    },
  },
  {
    name: "create_dir_all_should_fail_for_existing_file",
    async run({ fs }) {
      await write(fs, "/a", "x");
      await rejects(makeDirectories(place(fs, "/a")), "not-a-directory");
      await rejects(makeDirectories(place(fs, "/a/b")), "not-a-directory");
    },
  },
  {
    name: "read_dir",
    async run({ fs }) {
      await tree(fs, ["/foo/bar/biz/", "/baz", "/foo/example.txt"]);
      assert.deepEqual(await namesIn(fs, ROOT), ["baz", "foo"]);
      assert.deepEqual(await namesIn(fs, at("/foo")), ["bar", "example.txt"]);
      await rejects(namesIn(fs, at("/no")), "not-found");
      await rejects(namesIn(fs, at("/baz")), "not-a-directory");
    },
  },
  {
    name: "remove_dir",
    async run({ fs, writer }) {
      await tree(fs, ["/dir/"]);
      await writer.remove(at("/dir"));
      assert.equal(await isThere(fs, "/dir"), false);
    },
  },
  {
    name: "remove_dir_nonexisting",
    run: ({ writer }) => rejects(writer.remove(at("/nonexisting/deeper")), "not-found"),
  },
  {
    name: "remove_dir_notempty",
    async run({ fs, writer }) {
      await tree(fs, ["/dir/x"]);
      await rejects(writer.remove(at("/dir")), "not-empty");
      assert.equal(await isThere(fs, "/dir/x"), true);
    },
  },
  {
    name: "remove_dir_all",
    async run({ fs }) {
      await tree(fs, ["/foo/bar/biz/", "/foo/fizz/buzz/", "/foo/bar/c.txt", "/baz"]);
      await removeTree(place(fs, "/foo"));
      assert.deepEqual(await walked(fs, "/"), ["/baz"]);
    },
  },
  {
    name: "remove_dir_all_nonexisting",
    run: ({ fs }) => removeTree(place(fs, "/dir")),
  },
];

const NAMES: readonly VfsCheck[] = [
  {
    name: "filename",
    run() {
      assert.equal(nameOf(ROOT), "");
      assert.equal(nameOf(at("/name.foo.bar")), "name.foo.bar");
      assert.equal(nameOf(at("/fizz.buzz/name")), "name");
    },
  },
  {
    name: "extension",
    run() {
      assert.equal(extensionOf(ROOT), undefined);
      assert.equal(extensionOf(at("/name")), undefined);
      assert.equal(extensionOf(at("/name.bar")), "bar");
      assert.equal(extensionOf(at("/name.")), "");
      assert.equal(extensionOf(at("/.name")), undefined);
      assert.equal(extensionOf(at("/.name.bar")), "bar");
      assert.equal(extensionOf(at("/fizz.buzz/name")), undefined);
    },
  },
  {
    name: "parent",
    run() {
      assert.equal(parentOf(at("/foo/bar")), "/foo");
      assert.equal(parentOf(at("/foo")), ROOT);
      assert.equal(parentOf(ROOT), ROOT);
    },
  },
  {
    // A path is a value; its root is the one root there is.
    name: "root",
    run() {
      assert.equal(pathFrom(at("/foo/bar"), "/"), ROOT);
      assert.equal(pathFrom(ROOT, ""), ROOT);
    },
  },
  {
    // Text, and the file system itself: two file systems have no place in common.
    name: "eq",
    run({ fs }) {
      assert.equal(pathFrom(ROOT, "foo"), pathFrom(at("/foo/bar"), ".."));
      assert.notEqual(at("/foo"), at("/bar"));
      assert.deepEqual(place(fs, "/foo"), place(fs, "/foo"));
    },
  },
  {
    name: "join",
    run() {
      const from = (base: string, ...words: string[]) =>
        words.reduce<VfsPath | undefined>(
          (path, word) => (path === undefined ? undefined : pathFrom(path, word)),
          at(base),
        );
      assert.equal(from("/", "foo", "bar"), "/foo/bar");
      assert.equal(from("/", "foo/bar"), "/foo/bar");
      assert.equal(from("/foo", "..", "bar"), "/bar");
      assert.equal(from("/foo/bar", "../..", "../fizz"), "/fizz");
      assert.equal(from("/foo", "./bar/."), "/foo/bar");
      assert.equal(from("/foo", "bar//buzz"), "/foo/bar/buzz");
      assert.equal(from("/foo", "/bar"), "/bar");
      assert.equal(from("/foo", ""), "/foo");
    },
  },
  {
    // Told as a value, for it is input: nothing is thrown, so there is no message.
    name: "invalid_path_message",
    run: () => assert.equal(pathFrom(ROOT, "foo/"), undefined),
  },
];

const WALKS: readonly VfsCheck[] = [
  walkCheck("walk_dir_root", ["/a", "/b/"], "/", ["/a", "/b"]),
  walkCheck("walk_dir_empty", ["/foo/"], "/foo", []),
  walkCheck("walk_dir_single_file", ["/foo/baz"], "/foo", ["/foo/baz"]),
  walkCheck("walk_dir_single_directory", ["/foo/bar/"], "/foo", ["/foo/bar"]),
  walkCheck("walk_dir_deep_directory", ["/foo/a/b/c/d/"], "/foo", [
    "/foo/a",
    "/foo/a/b",
    "/foo/a/b/c",
    "/foo/a/b/c/d",
  ]),
  walkCheck("walk_dir_flat", ["/foo/a", "/foo/b", "/foo/c/"], "/foo", [
    "/foo/a",
    "/foo/b",
    "/foo/c",
  ]),
  walkCheck("walk_dir_file_in_directory", ["/foo/bar/x"], "/foo", ["/foo/bar", "/foo/bar/x"]),
  walkCheck("walk_dir_nested", ["/foo/a/x", "/foo/b/y", "/foo/b/c/z", "/other"], "/foo", [
    "/foo/a",
    "/foo/a/x",
    "/foo/b",
    "/foo/b/c",
    "/foo/b/c/z",
    "/foo/b/y",
  ]),
  walkCheck("walk_dir_missing_path", [], "/foo", ["/foo!not-found"]),
  {
    name: "walk_dir_remove_directory_while_walking",
    async run({ fs }) {
      await tree(fs, ["/foo/fizz/x", "/foo/buzz/y"]);
      const failed: string[] = [];
      for await (const step of walk(place(fs, "/foo"))) {
        if (step.kind === "error") failed.push(`${step.path}!${step.error.code}`);
        else if (step.path === "/foo/fizz") await removeTree({ fileSystem: fs, path: step.path });
      }
      assert.deepEqual(failed, ["/foo/fizz!not-found"]);
    },
  },
];

function walkCheck(
  name: string,
  paths: readonly string[],
  from: string,
  found: readonly string[],
): VfsCheck {
  return {
    name,
    async run({ fs }) {
      await tree(fs, paths);
      assert.deepEqual(await walked(fs, from), found);
    },
  };
}

const TEXTS: readonly VfsCheck[] = [
  {
    name: "read_to_string",
    async run({ fs }) {
      await write(fs, "/foobar.txt", "Hello World");
      assert.equal(await text(fs, "/foobar.txt"), "Hello World");
    },
  },
  {
    name: "read_to_string_nonexisting",
    run: ({ fs }) => rejects(text(fs, "/foobar.txt"), "not-found"),
  },
  {
    name: "read_to_string_directory",
    async run({ fs }) {
      await tree(fs, ["/foobar/"]);
      await rejects(text(fs, "/foobar"), "is-a-directory");
    },
  },
  {
    name: "read_to_string_nonutf8",
    async run({ fs }) {
      await write(fs, "/foobar.dat", Uint8Array.of(0, 159, 146, 150));
      await rejects(text(fs, "/foobar.dat"), "unsupported");
    },
  },
];

/** copy_file and move_file fail alike. */
function transfers(word: "copy_file" | "move_file"): readonly VfsCheck[] {
  const act = word === "copy_file" ? copyTree : moveTree;
  const to = (fs: FileSystem, from: string, target: string) =>
    act(place(fs, from), place(fs, target));
  return [
    {
      name: word,
      async run({ fs }) {
        await write(fs, "/test_1.txt", "Hello world");
        await to(fs, "/test_1.txt", "/test_2.txt");
        assert.equal(await text(fs, "/test_2.txt"), "Hello world");
        assert.equal(await isThere(fs, "/test_1.txt"), word === "copy_file");
      },
    },
    {
      name: `${word}_not_exist`,
      run: ({ fs }) => rejects(to(fs, "/test_1.txt", "/test_2.txt"), "not-found"),
    },
    {
      name: `${word}_dest_already_exist`,
      async run({ fs }) {
        await tree(fs, ["/test_1.txt", "/test_2.txt"]);
        await rejects(to(fs, "/test_1.txt", "/test_2.txt"), "exists");
        assert.equal(await text(fs, "/test_2.txt"), "content of /test_2.txt");
      },
    },
    {
      name: `${word}_parent_directory_does_not_exist`,
      async run({ fs }) {
        await tree(fs, ["/test_1.txt"]);
        await rejects(to(fs, "/test_1.txt", "/foo/test_2.txt"), "not-found");
        assert.equal(await isThere(fs, "/test_1.txt"), true);
      },
    },
    {
      name: `${word}_parent_directory_is_file`,
      async run({ fs }) {
        await tree(fs, ["/test_1.txt", "/foo"]);
        await rejects(to(fs, "/test_1.txt", "/foo/test_2.txt"), "not-a-directory");
        assert.equal(await isThere(fs, "/test_1.txt"), true);
      },
    },
    {
      name: `${word}_to_root`,
      async run({ fs }) {
        await tree(fs, ["/test_1.txt"]);
        await rejects(to(fs, "/test_1.txt", "/"), "exists");
        assert.equal(await isThere(fs, "/test_1.txt"), true);
      },
    },
  ];
}

const COPIED = ["/b", "/b/c", "/b/c/d", "/b/x"];

const TREES: readonly VfsCheck[] = [
  {
    name: "copy_dir",
    async run({ fs }) {
      await tree(fs, ["/a/x", "/a/c/d"]);
      assert.equal(await copyTree(place(fs, "/a"), place(fs, "/b")), 4);
      assert.deepEqual([...(await walked(fs, "/b")), "/b"].sort(), COPIED);
      assert.equal(await text(fs, "/b/c/d"), "content of /a/c/d");
      assert.equal(await isThere(fs, "/a/c/d"), true);
    },
  },
  {
    name: "copy_dir_to_itself",
    async run({ fs }) {
      await tree(fs, ["/a/x"]);
      await rejects(copyTree(place(fs, "/a"), place(fs, "/a/b")), "denied");
      await rejects(copyTree(place(fs, "/a"), place(fs, "/a")), "exists");
    },
  },
  {
    name: "copy_dir_dest_exists",
    async run({ fs }) {
      await tree(fs, ["/a/x", "/b/"]);
      await rejects(copyTree(place(fs, "/a"), place(fs, "/b")), "exists");
      assert.deepEqual(await walked(fs, "/b"), []);
    },
  },
  {
    name: "move_dir",
    async run({ fs }) {
      await tree(fs, ["/a/x", "/a/c/d"]);
      await moveTree(place(fs, "/a"), place(fs, "/b"));
      assert.deepEqual(await walked(fs, "/"), COPIED);
      assert.equal(await text(fs, "/b/c/d"), "content of /a/c/d");
    },
  },
  {
    name: "move_dir_to_itself",
    async run({ fs }) {
      await tree(fs, ["/a/x"]);
      await rejects(moveTree(place(fs, "/a"), place(fs, "/a/b")), "denied");
      assert.deepEqual(await walked(fs, "/a"), ["/a/x"]);
    },
  },
  {
    name: "move_dir_dest_exists",
    async run({ fs }) {
      await tree(fs, ["/a/x", "/b/"]);
      await rejects(moveTree(place(fs, "/a"), place(fs, "/b")), "exists");
      assert.deepEqual(await walked(fs, "/"), ["/a", "/a/x", "/b"]);
    },
  },
];

/** A whole second: not every disk keeps more. */
const MODIFIED_MS = 1_500_000_000_000;

const TIMES: readonly VfsCheck[] = [
  {
    name: "set_and_query_modification_timestamp",
    async run({ fs, writer, differences }) {
      await write(fs, "/a", "x");
      if (differences.times === "none") {
        return rejects(writer.setModified(at("/a"), MODIFIED_MS), "unsupported");
      }
      await writer.setModified(at("/a"), MODIFIED_MS);
      assert.equal((await fs.stat(at("/a"))).modifiedMs, MODIFIED_MS);
    },
  },
  noTimeOf("set_and_query_creation_timestamp", /creat/i),
  noTimeOf("set_and_query_access_timestamp", /access/i),
];

/**
 * Not kept by any of our file systems: half of all disks do not keep them, and nothing of ours asks.
 * The day one does, this check is to become one that sets and asks.
 */
function noTimeOf(name: string, word: RegExp): VfsCheck {
  return {
    name,
    async run({ fs, writer }) {
      await write(fs, "/a", "x");
      const told = [...Object.keys(await fs.stat(at("/a"))), ...Object.keys(writer)];
      assert.deepEqual(
        told.filter((key) => word.test(key)),
        [],
      );
    },
  };
}

export const VFS_CHECKS: readonly VfsCheck[] = [
  ...FILES,
  ...DIRECTORIES,
  ...NAMES,
  ...WALKS,
  ...TEXTS,
  ...transfers("copy_file"),
  ...transfers("move_file"),
  ...TREES,
  ...TIMES,
];
