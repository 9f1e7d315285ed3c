// What every FileSystem must do, written once and run for each of them. An implementation brings
// a Shelf: a file system that holds the given files, and the means to change them from outside.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Entry, FileSystem, OpenFile } from "../../src/vfs/file-system.ts";
import { FsError, type FsErrorCode } from "../../src/vfs/fs-error.ts";
import { childOf, ROOT, type VfsPath, vfsPathOf } from "../../src/vfs/path.ts";
import type { Differences } from "./differences.ts";

export interface Shelf {
  readonly fs: FileSystem;
  /** Puts other content under a name, as an editor does: a new file takes the old one's place. */
  replace(path: VfsPath, content: Buffer): Promise<void>;
  remove(path: VfsPath): Promise<void>;
}

/** "/a/b" → content; a path with a slash at its end is an empty directory. */
export type ShelfMaker = (files: ReadonlyMap<string, Buffer>, test: TestContext) => Promise<Shelf>;

/** Names that are only names, however they look. The last one is no UTF-8: bytes FF FE. */
const ODD_NAMES = [
  "a b.txt",
  " lead",
  "trail ",
  "a%20b",
  "per%41cent",
  "hash#mark",
  "q?mark",
  "colon:name",
  "back\\slash",
  "new\nline",
  "tab\there",
  "quote\"'",
  "<b>",
  "file..txt",
  "trailing.",
  "-dash",
  "caf\u00e9",
  "cafe\u0301",
  "\u202egpj.exe",
  "\u{1f4c4}",
  "x".repeat(255),
  "\udcff\udcfe.bin",
];

export function fileSystemContract(
  name: string,
  makeShelf: ShelfMaker,
  differences: Differences = {},
): void {
  const shelfWith = (files: Record<string, string>, context: TestContext) =>
    makeShelf(
      new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
      context,
    );
  describe(`${name} keeps the contract of a file system`, () => {
    statContract(shelfWith);
    openContract(shelfWith);
    listContract(shelfWith);
    namesContract(shelfWith, differences);
    changeContract(shelfWith);
    openFilesContract(shelfWith, differences);
  });
}

type ShelfWith = (files: Record<string, string>, context: TestContext) => Promise<Shelf>;

function statContract(shelfWith: ShelfWith): void {
  test("stat tells kind and size", async (t) => {
    const { fs } = await shelfWith({ "/a/b.txt": "hello", "/empty.txt": "", "/void/": "" }, t);
    for (const [path, kind, size] of [
      ["/", "directory", 0],
      ["/a", "directory", 0],
      ["/void", "directory", 0],
      ["/a/b.txt", "file", 5],
      ["/empty.txt", "file", 0],
    ] as const) {
      const stat = await fs.stat(at(path));
      assert.deepEqual([stat.kind, stat.size], [kind, size], path);
    }
  });

  test("a version has only unreserved characters", async (t) => {
    const { fs } = await shelfWith({ "/a": "hello" }, t);
    const { version } = await fs.stat(at("/a"));
    if (version !== undefined) assert.match(version, /^[A-Za-z0-9._~-]+$/);
  });

  test("a file that nobody changes keeps its version", async (t) => {
    const { fs } = await shelfWith({ "/a": "hello" }, t);
    assert.deepEqual(await fs.stat(at("/a")), await fs.stat(at("/a")));
  });

  for (const path of ["/nothing", "/nothing/below", "/a/nothing", "/a/b.txt/below", "/A/B.TXT"]) {
    test(`${path} is not found by any method`, async (t) => {
      const { fs } = await shelfWith({ "/a/b.txt": "hello" }, t);
      await rejects(fs.stat(at(path)), "not-found");
      await rejects(fs.open(at(path)), "not-found");
      await rejects(namesIn(fs, at(path)), "not-found");
    });
  }

  test("a slash that was encoded inside a segment names no file", async (t) => {
    const { fs } = await shelfWith({ "/a/b.txt": "hello" }, t);
    for (const path of [
      "/a\udc2fb.txt",
      "/a/b.txt\udc2f",
      "/\udc2f",
      "/\ud800",
      "/a\udcc3\udca9",
    ]) {
      await rejects(fs.stat(at(path)), "not-found");
      await rejects(fs.open(at(path)), "not-found");
      await rejects(namesIn(fs, at(path)), "not-found");
    }
  });

  test("escaped bytes that are UTF-8 after all are no second name of a file", async (t) => {
    const { fs } = await shelfWith({ "/caf\u00e9": "hello" }, t);
    await rejects(fs.stat(at("/caf\udcc3\udca9")), "not-found");
  });

  test("a name longer than any disk allows is not found", async (t) => {
    const { fs } = await shelfWith({ "/a": "hello" }, t);
    await rejects(fs.stat(at(`/${"x".repeat(256)}`)), "not-found");
    await rejects(fs.stat(at("/x".repeat(4000))), "not-found");
    await rejects(fs.open(at(`/${"x".repeat(256)}`)), "not-found");
  });
}

function openContract(shelfWith: ShelfWith): void {
  test("an open file is read from any offset", async (t) => {
    const { fs } = await shelfWith({ "/a": "hello world" }, t);
    const file = await fs.open(at("/a"));
    for (const [position, length, text] of [
      [0, 11, "hello world"],
      [6, 5, "world"],
      [9, 100, "ld"],
      [11, 10, ""],
      [5_000_000_000, 10, ""],
      [0, 0, ""],
    ] as const) {
      assert.equal(await textAt(file, position, length), text, `${length} from ${position}`);
    }
    await file.close();
  });

  test("reading touches only the part of the target that it says", async (t) => {
    const { fs } = await shelfWith({ "/a": "hello" }, t);
    const file = await fs.open(at("/a"));
    const memory = Buffer.from("--------");
    assert.equal(await file.readAt(memory.subarray(2, 5), 1), 3);
    assert.equal(memory.toString(), "--ell---");
    assert.equal(await file.readAt(memory, 4), 1);
    assert.equal(memory.toString(), "o-ell---");
    await file.close();
  });

  test("many reads at once do not mix", async (t) => {
    const { fs } = await shelfWith({ "/a": "0123456789" }, t);
    const file = await fs.open(at("/a"));
    const digits = Array.from({ length: 50 }, (_, index) => textAt(file, index % 10, 1));
    assert.equal((await Promise.all(digits)).join(""), "0123456789".repeat(5));
    await file.close();
  });

  test("an open file has the stat of its name", async (t) => {
    const { fs } = await shelfWith({ "/a": "hello" }, t);
    const file = await fs.open(at("/a"));
    assert.deepEqual(file.stat, await fs.stat(at("/a")));
    await file.close();
  });

  test("closing twice is closing once", async (t) => {
    const { fs } = await shelfWith({ "/a": "hello" }, t);
    const file = await fs.open(at("/a"));
    await Promise.all([file.close(), file.close()]);
    await file.close();
    await assert.rejects(file.readAt(Buffer.alloc(1), 0), /read after it was closed/);
  });

  test("a directory is not opened", async (t) => {
    const { fs } = await shelfWith({ "/a/b": "hello" }, t);
    await rejects(fs.open(at("/a")), "is-a-directory");
    await rejects(fs.open(ROOT), "is-a-directory");
  });
}

function listContract(shelfWith: ShelfWith): void {
  test("a listing has each entry with its stat", async (t) => {
    const files = { "/a/one": "1", "/a/two": "22", "/a/sub/deep": "deep", "/a/void/": "" };
    const { fs } = await shelfWith(files, t);
    const entries = await entriesIn(fs, at("/a"));
    assert.deepEqual(entries.map(({ name }) => name).sort(), ["one", "sub", "two", "void"]);
    for (const { name, stat } of entries) {
      assert.deepEqual(stat, await fs.stat(childOf(at("/a"), name)), name);
    }
    assert.deepEqual(await namesIn(fs, ROOT), ["a"]);
    assert.deepEqual(await namesIn(fs, at("/a/void")), []);
  });

  test("a file is not listed", async (t) => {
    const { fs } = await shelfWith({ "/a": "hello" }, t);
    await rejects(namesIn(fs, at("/a")), "not-a-directory");
  });

  test("a large directory is listed whole, each name once", async (t) => {
    const names = Array.from({ length: 300 }, (_, index) => `file-${1000 + index}`);
    const { fs } = await shelfWith(Object.fromEntries(names.map((n) => [`/many/${n}`, n])), t);
    assert.deepEqual(await namesIn(fs, at("/many")), names);
  });

  test("a listing may be left early", async (t) => {
    const { fs } = await shelfWith({ "/one": "1", "/two": "2", "/three": "3" }, t);
    let seen = 0;
    for await (const _entry of fs.list(ROOT)) {
      seen++;
      break;
    }
    assert.equal(seen, 1);
    assert.deepEqual(await namesIn(fs, ROOT), ["one", "three", "two"]);
  });
}

/** Half a surrogate pair stands for a byte that is no UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function namesContract(shelfWith: ShelfWith, { names = "bytes" }: Differences): void {
  const spoken = ODD_NAMES.filter((name) => names === "bytes" || !LONE_SURROGATE.test(name));

  test("odd names are listed as they are, and lead to their files", async (t) => {
    const files = ODD_NAMES.map((name, index) => [`/odd/${name}`, `content ${index}`]);
    const { fs } = await shelfWith(Object.fromEntries(files), t);
    assert.deepEqual(await namesIn(fs, at("/odd")), [...spoken].sort());
    for (const [index, name] of ODD_NAMES.entries()) {
      if (!spoken.includes(name)) {
        await rejects(fs.stat(childOf(at("/odd"), name)), "not-found");
        continue;
      }
      const path = childOf(at("/odd"), name);
      assert.equal(await contentOf(fs, path), `content ${index}`, JSON.stringify(name));
      assert.equal((await fs.stat(path)).size, `content ${index}`.length);
    }
  });
}

function changeContract(shelfWith: ShelfWith): void {
  test("another content of the same size is another version", async (t) => {
    const { fs, replace } = await shelfWith({ "/a": "version 1" }, t);
    const before = await fs.stat(at("/a"));
    await replace(at("/a"), Buffer.from("version 2"));
    const after = await fs.stat(at("/a"));
    assert.equal(after.size, before.size);
    if (before.version !== undefined) assert.notEqual(after.version, before.version);
    assert.equal(await contentOf(fs, at("/a")), "version 2");
  });

  test("a file that comes is found, one that goes is not", async (t) => {
    const { fs, replace, remove } = await shelfWith({ "/a": "a" }, t);
    await rejects(fs.stat(at("/b")), "not-found");
    await replace(at("/b"), Buffer.from("b"));
    assert.equal(await contentOf(fs, at("/b")), "b");
    await remove(at("/a"));
    await rejects(fs.open(at("/a")), "not-found");
    assert.deepEqual(await namesIn(fs, ROOT), ["b"]);
  });
}

function openFilesContract(shelfWith: ShelfWith, { openFiles = "held" }: Differences): void {
  if (openFiles === "by name") {
    test("what was opened is what its name leads to, no longer than it was", async (t) => {
      const { fs, replace, remove } = await shelfWith({ "/a": "old", "/b": "bee" }, t);
      const [a, b] = [await fs.open(at("/a")), await fs.open(at("/b"))];
      await replace(at("/a"), Buffer.from("new and longer"));
      await remove(at("/b"));
      assert.equal(await textAt(a, 0, 100), "new");
      await rejects(textAt(b, 0, 100), "not-found");
      await Promise.all([a.close(), b.close()]);
    });
    return;
  }

  test("what was opened is what is read, though the name leads elsewhere now", async (t) => {
    const { fs, replace, remove } = await shelfWith({ "/a": "old", "/b": "bee" }, t);
    const [a, b] = [await fs.open(at("/a")), await fs.open(at("/b"))];
    await replace(at("/a"), Buffer.from("new and longer"));
    await remove(at("/b"));
    assert.equal(await textAt(a, 0, 100), "old");
    assert.equal(await textAt(b, 0, 100), "bee");
    await Promise.all([a.close(), b.close()]);
  });
}

/** A path written in a test; a name with two meanings there is a mistake of the test. */
export function at(path: string): VfsPath {
  const checked = vfsPathOf(path);
  assert.ok(checked !== undefined, `${path} is no path`);
  return checked;
}

export async function rejects(promise: Promise<unknown>, code: FsErrorCode): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof FsError, `not an FsError: ${String(error)}`);
    assert.equal(error.code, code);
    return true;
  });
}

export async function entriesIn(fs: FileSystem, path: VfsPath): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of fs.list(path)) entries.push(entry);
  return entries;
}

/** Sorted: a listing comes in no particular order. */
export async function namesIn(fs: FileSystem, path: VfsPath): Promise<string[]> {
  return (await entriesIn(fs, path)).map(({ name }) => name).sort();
}

export async function contentOf(fs: FileSystem, path: VfsPath): Promise<string> {
  const file = await fs.open(path);
  try {
    return await textAt(file, 0, file.stat.size);
  } finally {
    await file.close();
  }
}

export async function textAt(file: OpenFile, position: number, length: number): Promise<string> {
  const target = Buffer.alloc(length);
  const count = await file.readAt(target, position);
  return target.toString("utf8", 0, count);
}
