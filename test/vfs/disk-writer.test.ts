import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  linkSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type DiskOptions, diskFileSystem } from "../../src/vfs/disk.ts";
import type { FileSystem, FileSystemWriter } from "../../src/vfs/file-system.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { removeTree, walk, writerOf } from "../../src/vfs/tree.ts";
import { at, contentOf, namesIn, rejects } from "../contract/file-system.ts";
import { put } from "../contract/file-system-writer.ts";
import { openDescriptors } from "../support/leaks.ts";
import { runTool } from "../support/run-tool.ts";
import { type Tree, tempFolder, writeTree } from "../support/temp-folder.ts";

interface Shop {
  readonly root: string;
  readonly fs: FileSystem;
  readonly writer: FileSystemWriter;
}

function shop(t: TestContext, tree: Tree, options: Partial<DiskOptions> = {}): Shop {
  const home = tempFolder(t);
  const root = join(home, "www");
  writeTree(root, tree);
  writeTree(home, { "outside/secret.txt": "secret" });
  const fs = diskFileSystem({
    root,
    symlinks: "inside",
    dotfiles: false,
    writable: true,
    ...options,
  });
  assert.ok(fs.writer !== undefined);
  return { root, fs, writer: fs.writer };
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

function draftsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith(".ferrox-"));
}

describe("names that belong to the server", () => {
  const OWN = ["/.ferrox-x", "/.FERROX-x", "/a/.ferrox-d/in", "/.ferrox-0123.draft"];
  for (const dotfiles of [false, true]) {
    test(`are seen and written by nobody (dotfiles: ${dotfiles})`, async (t) => {
      const { fs, writer } = shop(
        t,
        { ".ferrox-x": "x", ".FERROX-x": "x", "a/.ferrox-d/in": "x", ".ferrox-0123.draft": "x" },
        { dotfiles },
      );
      for (const path of OWN) {
        await rejects(fs.stat(at(path)), "not-found");
        await rejects(fs.open(at(path)), "not-found");
        await rejects(writer.write(at(path)), "denied");
        await rejects(writer.append(at(path), Buffer.from("x")), "denied");
        await rejects(writer.makeDirectory(at(path)), "denied");
        await rejects(writer.remove(at(path)), "denied");
        await rejects(writer.move(at(path), at("/b"), "anything"), "denied");
        await rejects(writer.move(at("/a"), at(path), "anything"), "denied");
        await rejects(writer.setModified(at(path), 0), "denied");
        assert.equal(fs.holds?.(at(path), undefined), true);
      }
      await rejects(namesIn(fs, at("/a/.ferrox-d")), "not-found");
      assert.deepEqual(await namesIn(fs, ROOT), ["a"]);
      assert.deepEqual(await namesIn(fs, at("/a")), []);
    });
  }
});

describe("symlinks in the way of a change", () => {
  test("nothing is written to a link that leads to a directory", async (t) => {
    const { root, fs, writer } = shop(t, { "dir/a": "a" });
    symlinkSync("dir", join(root, "link"));
    await rejects(put(writer, "/link", "x"), "is-a-directory");
    assert.equal(readlinkSync(join(root, "link")), "dir");
    assert.equal(await contentOf(fs, at("/dir/a")), "a");
  });

  test("a link to a file is replaced, and the file stays", async (t) => {
    const { root, fs, writer } = shop(t, { a: "a" });
    symlinkSync("a", join(root, "link"));
    await put(writer, "/link", "new");
    assert.equal(await contentOf(fs, at("/link")), "new");
    assert.equal(await contentOf(fs, at("/a")), "a");
  });

  test("a link is what was expected when the file that it leads to is", async (t) => {
    const { root, fs, writer } = shop(t, { a: "a", b: "b" });
    symlinkSync("a", join(root, "link"));
    const { version = "" } = await fs.stat(at("/link"));
    await rejects(put(writer, "/link", "new", { version: "other" }), "changed");
    await put(writer, "/link", "new", { version });
    symlinkSync("a", join(root, "again"));
    await writer.remove(at("/again"), { version });
    symlinkSync("a", join(root, "third"));
    await writer.move(at("/b"), at("/third"), { version });
    assert.deepEqual(await namesIn(fs, ROOT), ["a", "link", "third"]);
    assert.equal(await contentOf(fs, at("/third")), "b");
  });

  test("a link to the outside is something that is there, and is replaced as a link", async (t) => {
    const { root, fs, writer } = shop(t, {});
    symlinkSync("../outside/secret.txt", join(root, "out"));
    await rejects(put(writer, "/out", "x", "nothing"), "changed");
    await rejects(writer.append(at("/out"), Buffer.from("x")), "not-found");
    await rejects(writer.setModified(at("/out"), 0), "not-found");
    await put(writer, "/out", "mine");
    assert.equal(await contentOf(fs, at("/out")), "mine");
    assert.equal(readFileSync(join(root, "../outside/secret.txt"), "utf8"), "secret");
  });

  test("nothing is made, moved or removed below a link to the outside", async (t) => {
    const { root, writer } = shop(t, { a: "a" });
    symlinkSync("../outside", join(root, "out"));
    await rejects(put(writer, "/out/new", "x"), "not-found");
    await rejects(writer.makeDirectory(at("/out/new")), "not-found");
    await rejects(writer.remove(at("/out/secret.txt")), "not-found");
    await rejects(writer.move(at("/a"), at("/out/a"), "anything"), "not-found");
    await rejects(writer.move(at("/out/secret.txt"), at("/b"), "anything"), "not-found");
    assert.deepEqual(readdirSync(join(root, "../outside")), ["secret.txt"]);
  });

  test("a removed link takes nothing with it, as a tree neither", async (t) => {
    const { root, fs, writer } = shop(t, { "dir/a": "a", "tree/x": "x" });
    symlinkSync("dir", join(root, "one"));
    symlinkSync("dir", join(root, "two"));
    symlinkSync("../dir", join(root, "tree/three"));
    await writer.remove(at("/one"));
    await removeTree({ fileSystem: fs, path: at("/two") });
    await removeTree({ fileSystem: fs, path: at("/tree") });
    assert.deepEqual(await namesIn(fs, ROOT), ["dir"]);
    assert.equal(await contentOf(fs, at("/dir/a")), "a");
  });

  test("a walk goes around in no circle", async (t) => {
    const { root, fs } = shop(t, { "a/x": "x" });
    symlinkSync(".", join(root, "self"));
    symlinkSync("..", join(root, "a/up"));
    const seen: string[] = [];
    for await (const step of walk({ fileSystem: fs, path: ROOT })) seen.push(step.path);
    assert.deepEqual(seen.sort(), ["/a", "/a/up", "/a/x", "/self"]);
  });

  test("what is neither file nor directory is not replaced", async (t) => {
    const { root, writer } = shop(t, { a: "a" });
    await runTool("mkfifo", [join(root, "fifo")]);
    await rejects(put(writer, "/fifo", "x"), "denied");
    await rejects(writer.move(at("/a"), at("/fifo"), "anything"), "denied");
    assert.equal(statSync(join(root, "fifo")).isFIFO(), true);
  });
});

describe("who may read what was written", () => {
  test("a replaced file keeps its mode, and its draft never says more", async (t) => {
    const { root, writer } = shop(t, { private: "old", open: "old" });
    chmodSync(join(root, "private"), 0o600);
    chmodSync(join(root, "open"), 0o666);
    const draft = await writer.write(at("/private"));
    await draft.write(Buffer.from("secret"));
    const [name = ""] = draftsIn(root);
    assert.equal(modeOf(join(root, name)), "600");
    await draft.commit({ expected: "anything", modifiedMs: undefined });
    assert.equal(modeOf(join(root, "private")), "600");
    await put(writer, "/open", "new");
    assert.equal(modeOf(join(root, "open")), "666");
  });

  test("a new file is as the process's mask has it", async (t) => {
    const before = process.umask(0o027);
    t.after(() => process.umask(before));
    const { root, writer } = shop(t, {});
    await put(writer, "/new", "new");
    await writer.makeDirectory(at("/dir"));
    assert.equal(modeOf(join(root, "new")), "640");
    assert.equal(modeOf(join(root, "dir")), "750");
  });

  test("a replaced file keeps its owner, for a process that may give it away", async (t) => {
    if (process.geteuid?.() !== 0) return t.skip("not root");
    const { root, writer } = shop(t, { theirs: "old" });
    chownSync(join(root, "theirs"), 65_534, 65_533);
    chmodSync(join(root, "theirs"), 0o640);
    await put(writer, "/theirs", "new");
    const { uid, gid } = statSync(join(root, "theirs"));
    assert.deepEqual([uid, gid, modeOf(join(root, "theirs"))], [65_534, 65_533, "640"]);
  });

  test("another name of the same file keeps the old content", async (t) => {
    const { root, fs, writer } = shop(t, { a: "old" });
    linkSync(join(root, "a"), join(root, "b"));
    await put(writer, "/a", "new");
    assert.equal(await contentOf(fs, at("/b")), "old");
  });
});

describe("drafts", () => {
  test("of a process that died do not keep a directory from being removed", async (t) => {
    const { root, fs, writer } = shop(t, {
      [`d/.ferrox-${"0".repeat(24)}.draft`]: "left",
      [`e/.ferrox-${"0".repeat(24)}.draft`]: "left",
      "e/file": "f",
    });
    await writer.remove(at("/d"));
    await rejects(writer.remove(at("/e")), "not-empty");
    assert.deepEqual(await namesIn(fs, ROOT), ["e"]);
    assert.equal(draftsIn(join(root, "e")).length, 1);
  });

  test("are not found any more when their directory was removed meanwhile", async (t) => {
    const { fs, writer } = shop(t, { "d/": "" });
    const before = openDescriptors();
    const draft = await writer.write(at("/d/a"));
    await draft.write(Buffer.from("x"));
    await writer.remove(at("/d"));
    await rejects(draft.commit({ expected: "anything", modifiedMs: undefined }), "not-found");
    assert.deepEqual(await namesIn(fs, ROOT), []);
    assert.equal(openDescriptors(), before);
  });

  test("of which none is left, whatever happens, nor a descriptor", async (t) => {
    const { root, writer } = shop(t, { a: "a", "d/": "" });
    const before = openDescriptors();
    await put(writer, "/a", "b");
    await put(writer, "/c", "c", "nothing");
    await rejects(put(writer, "/a", "b", "nothing"), "changed");
    await rejects(put(writer, "/d", "b"), "is-a-directory");
    await rejects(put(writer, `/${"n".repeat(256)}`, "b"), "denied");
    await (await writer.write(at("/a"))).abort();
    assert.deepEqual(readdirSync(root).sort(), ["a", "c", "d"]);
    assert.equal(openDescriptors(), before);
  });

  test("for a name where nothing is are not laid over what another process put there", async (t) => {
    const { root, fs, writer } = shop(t, {});
    const other = diskFileSystem({ root, symlinks: "inside", dotfiles: false, writable: true });
    const second = writerOf({ fileSystem: other, path: ROOT });
    for (let round = 0; round < 20; round++) {
      const attempts = [
        put(writer, `/${round}`, "ours", "nothing"),
        put(second, `/${round}`, "theirs", "nothing"),
      ];
      const [ours, theirs] = (await Promise.allSettled(attempts)).map(({ status }) => status);
      const content = await contentOf(fs, at(`/${round}`));
      assert.equal(ours, content === "ours" ? "fulfilled" : "rejected");
      assert.equal(theirs, content === "theirs" ? "fulfilled" : "rejected");
    }
    assert.deepEqual(draftsIn(root), []);
  });
});

describe("names", () => {
  test("too long for a disk are denied", async (t) => {
    const { fs, writer } = shop(t, { a: "a" });
    const long = `/${"n".repeat(256)}`;
    await rejects(writer.write(at(long)), "denied");
    await rejects(writer.makeDirectory(at(long)), "denied");
    await rejects(writer.move(at("/a"), at(long), "anything"), "denied");
    assert.deepEqual(await namesIn(fs, ROOT), ["a"]);
  });

  test("of paths that could not be opened again are denied", async (t) => {
    const { fs, writer } = shop(t, {});
    let path = "";
    for (;;) {
      const next = `${path}/${"d".repeat(200)}`;
      const refused = await writer.makeDirectory(at(next)).then(
        () => false,
        () => true,
      );
      if (refused) break;
      path = next;
    }
    await rejects(writer.makeDirectory(at(`${path}/${"d".repeat(200)}`)), "denied");
    assert.equal((await fs.stat(at(path))).kind, "directory");
    await removeTree({ fileSystem: fs, path: ROOT });
    assert.deepEqual(await namesIn(fs, ROOT), []);
  });

  test("a directory does not move into itself through a link", async (t) => {
    const { root, fs, writer } = shop(t, { "a/x": "x" });
    symlinkSync(".", join(root, "a/self"));
    await rejects(writer.move(at("/a"), at("/a/self/b"), "anything"), "denied");
    symlinkSync("a", join(root, "link"));
    await rejects(writer.move(at("/a"), at("/link/b"), "anything"), "denied");
    assert.equal(await contentOf(fs, at("/a/x")), "x");
  });

  test("of one file: moved onto its other name, it has that one alone", async (t) => {
    const { root, fs, writer } = shop(t, { a: "a" });
    linkSync(join(root, "a"), join(root, "b"));
    await writer.move(at("/a"), at("/b"), "something");
    assert.deepEqual(await namesIn(fs, ROOT), ["b"]);
    assert.equal(await contentOf(fs, at("/b")), "a");
  });
});

describe("times and states", () => {
  for (const modifiedMs of [1_600_000_000_123, 1_600_000_000_000, 1_577_934_245_678, 999]) {
    test(`a time of ${modifiedMs} is told back, to the millisecond`, async (t) => {
      const { fs, writer } = shop(t, {});
      const draft = await writer.write(at("/a"));
      await draft.commit({ expected: "anything", modifiedMs });
      assert.equal(Math.floor((await fs.stat(at("/a"))).modifiedMs ?? 0), modifiedMs);
      await writer.setModified(at("/a"), modifiedMs + 1);
      assert.equal(Math.floor((await fs.stat(at("/a"))).modifiedMs ?? 0), modifiedMs + 1);
    });
  }

  test("a whole second has no fraction", async (t) => {
    const { fs, writer } = shop(t, { a: "a" });
    await writer.setModified(at("/a"), 1_600_000_000_000);
    assert.equal((await fs.stat(at("/a"))).modifiedMs, 1_600_000_000_000);
  });

  test("what was appended through a link is told of the file", async (t) => {
    const { root, fs, writer } = shop(t, { a: "a" });
    symlinkSync("a", join(root, "link"));
    const stat = await writer.append(at("/link"), Buffer.from("b"));
    assert.deepEqual(stat, await fs.stat(at("/a")));
    assert.equal(stat.size, 2);
  });

  test("a file changed behind our back is not what was expected", async (t) => {
    const { root, fs, writer } = shop(t, { a: "a" });
    const { version = "" } = await fs.stat(at("/a"));
    const draft = await writer.write(at("/a"));
    await draft.write(Buffer.from("mine"));
    writeFileSync(join(root, "a"), "theirs");
    await rejects(draft.commit({ expected: { version }, modifiedMs: undefined }), "changed");
    assert.equal(await contentOf(fs, at("/a")), "theirs");
  });
});
