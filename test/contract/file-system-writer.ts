// What every FileSystem that can be changed must do, written once and run for each of them.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Expected, FileSystem, FileSystemWriter } from "../../src/vfs/file-system.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { moveTree } from "../../src/vfs/tree.ts";
import type { Differences } from "./differences.ts";
import { at, contentOf, namesIn, rejects } from "./file-system.ts";

/** A file system with these files; "/a/" is an empty directory. */
export type WritableMaker = (
  files: Readonly<Record<string, string>>,
  test: TestContext,
) => Promise<FileSystem>;

type Fresh = (
  files: Readonly<Record<string, string>>,
  test: TestContext,
) => Promise<{ readonly fs: FileSystem; readonly writer: FileSystemWriter }>;

export function writerContract(
  name: string,
  make: WritableMaker,
  differences: Differences = {},
): void {
  const fresh: Fresh = async (files, t) => {
    const fs = await make(files, t);
    assert.ok(fs.writer !== undefined, "it has no writer");
    return { fs, writer: fs.writer };
  };
  describe(`${name} keeps the contract of a file system that can be changed`, () => {
    writeContract(fresh);
    namesContract(fresh, differences);
    timesContract(fresh, differences);
    draftContract(fresh);
    openFilesContract(fresh, differences);
    expectedContract(fresh);
    appendContract(fresh);
    directoryContract(fresh);
    removeContract(fresh);
    moveContract(fresh, differences);
    moveExpectedContract(fresh, differences);
    refusedContract(fresh);
  });
}

/** Text under a name, in two pieces. */
export async function put(
  writer: FileSystemWriter,
  path: string,
  text: string,
  expected: Expected = "anything",
): Promise<void> {
  const draft = await writer.write(at(path));
  try {
    const cut = text.length >> 1;
    await draft.write(Buffer.from(text.slice(0, cut)));
    await draft.write(Buffer.from(text.slice(cut)));
    await draft.commit({ expected, modifiedMs: undefined });
  } finally {
    await draft.abort();
  }
}

function writeContract(fresh: Fresh): void {
  test("a new file holds what was written, in order", async (t) => {
    const { fs, writer } = await fresh({ "/a/": "" }, t);
    await put(writer, "/a/new", "hello");
    assert.equal(await contentOf(fs, at("/a/new")), "hello");
    assert.deepEqual(await namesIn(fs, at("/a")), ["new"]);
  });

  test("an empty file is a file", async (t) => {
    const { fs, writer } = await fresh({}, t);
    await put(writer, "/empty", "");
    const { kind, size } = await fs.stat(at("/empty"));
    assert.deepEqual([kind, size], ["file", 0]);
  });

  test("a replaced file holds the new content only, and has another version", async (t) => {
    const { fs, writer } = await fresh({ "/a": "much longer than before" }, t);
    const before = await fs.stat(at("/a"));
    await put(writer, "/a", "short");
    const after = await fs.stat(at("/a"));
    assert.equal(await contentOf(fs, at("/a")), "short");
    if (before.version !== undefined) assert.notEqual(after.version, before.version);
  });
}

function namesContract(fresh: Fresh, { names: spoken = "bytes" }: Differences): void {
  test("names of all kinds can be made", async (t) => {
    const { fs, writer } = await fresh({}, t);
    const names = ["a b", "caf\u00e9", "q?mark", "100%", "\u{1f4c4}", "-dash"];
    for (const name of names) await put(writer, `/${name}`, name);
    assert.deepEqual(await namesIn(fs, ROOT), [...names].sort());
  });

  test(`names that are no UTF-8 can${spoken === "bytes" ? "" : "not"} be made`, async (t) => {
    const { fs, writer } = await fresh({}, t);
    if (spoken === "utf-8") return rejects(put(writer, "/\udcff.bin", "x"), "denied");
    await put(writer, "/\udcff.bin", "x");
    assert.deepEqual(await namesIn(fs, ROOT), ["\udcff.bin"]);
  });
}

function timesContract(fresh: Fresh, { times = "kept" }: Differences): void {
  test("commit tells the new state, with the time that was asked for", async (t) => {
    const { fs, writer } = await fresh({}, t);
    const draft = await writer.write(at("/a"));
    await draft.write(Buffer.from("12345"));
    const told = await draft.commit({ expected: "anything", modifiedMs: 1_600_000_000_000 });
    const modifiedMs = times === "kept" ? 1_600_000_000_000 : undefined;
    assert.deepEqual([told.kind, told.size, told.modifiedMs], ["file", 5, modifiedMs]);
    assert.deepEqual(await fs.stat(at("/a")), told);
  });

  test("a time that is set is told", async (t) => {
    const { fs, writer } = await fresh({ "/a": "a" }, t);
    if (times === "none") return rejects(writer.setModified(at("/a"), 1), "unsupported");
    await writer.setModified(at("/a"), 1_500_000_000_000);
    assert.equal((await fs.stat(at("/a"))).modifiedMs, 1_500_000_000_000);
    await rejects(writer.setModified(at("/b"), 1), "not-found");
  });
}

function draftContract(fresh: Fresh): void {
  test("nobody sees a draft, nor what is left of one that was given up", async (t) => {
    const { fs, writer } = await fresh({ "/a": "old" }, t);
    const [over, beside] = [await writer.write(at("/a")), await writer.write(at("/b"))];
    await over.write(Buffer.from("new"));
    await beside.write(Buffer.from("new"));
    assert.deepEqual(await namesIn(fs, ROOT), ["a"]);
    assert.equal(await contentOf(fs, at("/a")), "old");
    await over.abort();
    await beside.abort();
    await beside.abort();
    assert.deepEqual(await namesIn(fs, ROOT), ["a"]);
    assert.equal(await contentOf(fs, at("/a")), "old");
  });

  test("of two drafts for one name the later one stays", async (t) => {
    const { fs, writer } = await fresh({}, t);
    const [one, two] = [await writer.write(at("/a")), await writer.write(at("/a"))];
    await one.write(Buffer.from("one"));
    await two.write(Buffer.from("two"));
    await two.commit({ expected: "anything", modifiedMs: undefined });
    await one.commit({ expected: "anything", modifiedMs: undefined });
    assert.equal(await contentOf(fs, at("/a")), "one");
    assert.deepEqual(await namesIn(fs, ROOT), ["a"]);
  });
}

function openFilesContract(fresh: Fresh, { openFiles = "held" }: Differences): void {
  const who = openFiles === "held" ? "keeps it" : "gets the new one, no longer than it was";
  test(`whoever has opened the old content ${who}`, async (t) => {
    const { fs, writer } = await fresh({ "/a": "old" }, t);
    const file = await fs.open(at("/a"));
    await put(writer, "/a", "newer");
    const target = Buffer.alloc(5);
    assert.equal(await file.readAt(target, 0), 3);
    await file.close();
    assert.equal(target.toString("utf8", 0, 3), openFiles === "held" ? "old" : "new");
  });
}

function expectedContract(fresh: Fresh): void {
  test("what was expected is judged at the moment of the change", async (t) => {
    const { fs, writer } = await fresh({ "/a": "old" }, t);
    await rejects(put(writer, "/a", "new", "nothing"), "changed");
    await rejects(put(writer, "/b", "new", "something"), "changed");
    await rejects(put(writer, "/b", "new", { version: "x" }), "changed");
    await rejects(put(writer, "/a", "new", { version: "x" }), "changed");
    assert.equal(await contentOf(fs, at("/a")), "old");
    assert.deepEqual(await namesIn(fs, ROOT), ["a"]);
    await put(writer, "/a", "new", "something");
    await put(writer, "/b", "b", "nothing");
    const { version } = await fs.stat(at("/a"));
    if (version !== undefined) await put(writer, "/a", "newest", { version });
    assert.deepEqual(await namesIn(fs, ROOT), ["a", "b"]);
  });

  test("of many who each expect nothing, one makes the file", async (t) => {
    const { fs, writer } = await fresh({}, t);
    const attempts = Array.from({ length: 20 }, (_, i) => put(writer, "/a", `${i}`, "nothing"));
    const results = await Promise.allSettled(attempts);
    const winners = results.flatMap(({ status }, i) => (status === "fulfilled" ? [i] : []));
    assert.equal(winners.length, 1);
    assert.equal(await contentOf(fs, at("/a")), `${winners[0]}`);
  });

  test("a removal may expect a version", async (t) => {
    const { fs, writer } = await fresh({ "/a": "a" }, t);
    await rejects(writer.remove(at("/a"), { version: "x" }), "changed");
    assert.deepEqual(await namesIn(fs, ROOT), ["a"]);
  });
}

function appendContract(fresh: Fresh): void {
  test("what is appended stands at the end", async (t) => {
    const { fs, writer } = await fresh({ "/a": "one," }, t);
    const stat = await writer.append(at("/a"), Buffer.from("two,"));
    assert.equal(stat.size, 8);
    await writer.append(at("/a"), Buffer.from("three"));
    assert.equal(await contentOf(fs, at("/a")), "one,two,three");
  });

  test("nothing is appended to what is not there, or is a directory", async (t) => {
    const { writer } = await fresh({ "/d/": "" }, t);
    await rejects(writer.append(at("/a"), Buffer.from("x")), "not-found");
    await rejects(writer.append(at("/d"), Buffer.from("x")), "is-a-directory");
  });

  test("appends at the same time do not mingle", async (t) => {
    const { fs, writer } = await fresh({ "/a": "" }, t);
    const lines = Array.from({ length: 20 }, (_, i) => `line ${String(i).padStart(2, "0")}\n`);
    await Promise.all(lines.map((line) => writer.append(at("/a"), Buffer.from(line))));
    const text = await contentOf(fs, at("/a"));
    assert.deepEqual(text.split(/(?<=\n)/).sort(), lines);
  });
}

function directoryContract(fresh: Fresh): void {
  test("a directory is made in one that is there", async (t) => {
    const { fs, writer } = await fresh({ "/file": "f" }, t);
    await writer.makeDirectory(at("/d"));
    await writer.makeDirectory(at("/d/e"));
    assert.equal((await fs.stat(at("/d/e"))).kind, "directory");
    assert.deepEqual(await namesIn(fs, at("/d")), ["e"]);
    await rejects(writer.makeDirectory(at("/d")), "exists");
    await rejects(writer.makeDirectory(at("/file")), "exists");
    await rejects(writer.makeDirectory(at("/no/where")), "not-found");
    await rejects(writer.makeDirectory(at("/file/below")), "not-a-directory");
    await rejects(put(writer, "/no/where", "x"), "not-found");
    await rejects(put(writer, "/file/below", "x"), "not-a-directory");
  });

  test("a directory is not written to", async (t) => {
    const { fs, writer } = await fresh({ "/d/x": "x" }, t);
    await rejects(put(writer, "/d", "x"), "is-a-directory");
    assert.deepEqual(await namesIn(fs, at("/d")), ["x"]);
  });
}

function removeContract(fresh: Fresh): void {
  test("files and empty directories are removed", async (t) => {
    const { fs, writer } = await fresh({ "/a": "a", "/d/": "", "/e/x": "x" }, t);
    await writer.remove(at("/a"));
    await writer.remove(at("/d"));
    await rejects(writer.remove(at("/e")), "not-empty");
    await rejects(writer.remove(at("/a")), "not-found");
    await rejects(fs.stat(at("/a")), "not-found");
    assert.deepEqual(await namesIn(fs, ROOT), ["e"]);
    await writer.remove(at("/e/x"));
    await writer.remove(at("/e"));
    assert.deepEqual(await namesIn(fs, ROOT), []);
  });

  test("what was removed can be made again, as something else", async (t) => {
    const { fs, writer } = await fresh({ "/a": "a", "/d/x": "x" }, t);
    await writer.remove(at("/a"));
    await writer.makeDirectory(at("/a"));
    assert.deepEqual(await namesIn(fs, at("/a")), []);
    await writer.remove(at("/d/x"));
    await writer.remove(at("/d"));
    await writer.makeDirectory(at("/d"));
    assert.deepEqual(await namesIn(fs, at("/d")), []);
    await writer.remove(at("/d"));
    await put(writer, "/d", "file");
    assert.equal(await contentOf(fs, at("/d")), "file");
  });
}

type Mover = (
  made: { readonly fs: FileSystem; readonly writer: FileSystemWriter },
  from: string,
  to: string,
) => Promise<void>;

/** Where nothing is renamed, moving is copying, and still means the same. */
function moverOf({ renames = "done" }: Differences): Mover {
  return async ({ fs, writer }, from, to) => {
    if (renames === "done") return writer.move(at(from), at(to), "anything");
    await rejects(writer.move(at(from), at(to), "anything"), "unsupported");
    await moveTree({ fileSystem: fs, path: at(from) }, { fileSystem: fs, path: at(to) });
  };
}

function moveContract(fresh: Fresh, differences: Differences): void {
  const moved = moverOf(differences);

  test("a file has its new name, and the old one no more", async (t) => {
    const { fs, writer } = await fresh({ "/a": "a", "/d/": "" }, t);
    await moved({ fs, writer }, "/a", "/d/b");
    await rejects(fs.stat(at("/a")), "not-found");
    assert.equal(await contentOf(fs, at("/d/b")), "a");
  });

  test("a directory that was made here moves with all that it holds", async (t) => {
    const { fs, writer } = await fresh({ "/x/": "" }, t);
    await writer.makeDirectory(at("/d"));
    await put(writer, "/d/a", "a");
    await moved({ fs, writer }, "/d", "/x/e");
    assert.equal(await contentOf(fs, at("/x/e/a")), "a");
    await rejects(fs.stat(at("/d")), "not-found");
  });

  test("a file moved onto itself is still there", async (t) => {
    const { fs, writer } = await fresh({ "/a": "a" }, t);
    await moved({ fs, writer }, "/a", "/a");
    assert.equal(await contentOf(fs, at("/a")), "a");
  });

  test("what is not there does not move, and nothing goes where nothing is", async (t) => {
    const { fs, writer } = await fresh({ "/a": "a", "/f": "f" }, t);
    await rejects(moved({ fs, writer }, "/no", "/b"), "not-found");
    await rejects(moved({ fs, writer }, "/a", "/no/where"), "not-found");
    await rejects(moved({ fs, writer }, "/a", "/f/below"), "not-a-directory");
    assert.deepEqual(await namesIn(fs, ROOT), ["a", "f"]);
  });
}

function moveExpectedContract(fresh: Fresh, differences: Differences): void {
  const moved = moverOf(differences);

  test("a file takes the place of a file, if that is expected", async (t) => {
    const { fs, writer } = await fresh({ "/a": "a", "/b": "b" }, t);
    if (differences.renames === "none") {
      return rejects(writer.move(at("/a"), at("/b"), "something"), "unsupported");
    }
    await rejects(writer.move(at("/a"), at("/b"), "nothing"), "changed");
    assert.equal(await contentOf(fs, at("/b")), "b");
    await writer.move(at("/a"), at("/b"), "something");
    assert.equal(await contentOf(fs, at("/b")), "a");
    assert.deepEqual(await namesIn(fs, ROOT), ["b"]);
  });

  test("a directory neither gives way nor takes a place", async (t) => {
    const { fs, writer } = await fresh({ "/a": "a" }, t);
    await writer.makeDirectory(at("/d"));
    await writer.makeDirectory(at("/e"));
    await rejects(moved({ fs, writer }, "/a", "/d"), "exists");
    await rejects(moved({ fs, writer }, "/d", "/a"), "exists");
    await rejects(moved({ fs, writer }, "/d", "/e"), "exists");
    await rejects(moved({ fs, writer }, "/d", "/d/f"), "denied");
    assert.deepEqual(await namesIn(fs, ROOT), ["a", "d", "e"]);
  });
}

function refusedContract(fresh: Fresh): void {
  const DENIED: readonly [string, (writer: FileSystemWriter) => Promise<unknown>][] = [
    ["written", (writer) => writer.write(ROOT)],
    ["removed", (writer) => writer.remove(ROOT)],
    ["moved", (writer) => writer.move(ROOT, at("/x"), "anything")],
    ["moved to", (writer) => writer.move(at("/a"), ROOT, "anything")],
  ];
  for (const [done, act] of DENIED) {
    test(`the root is not ${done}`, async (t) => {
      const { fs, writer } = await fresh({ "/a": "a" }, t);
      await assert.rejects(act(writer));
      assert.deepEqual(await namesIn(fs, ROOT), ["a"]);
    });
  }

  test("names that no file could have are denied", async (t) => {
    const { writer } = await fresh({}, t);
    for (const path of [at("/a\udc2fb"), at("/\ud800")]) {
      await rejects(writer.write(path), "denied");
      await rejects(writer.makeDirectory(path), "denied");
    }
  });
}
