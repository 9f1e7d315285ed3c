import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FsError } from "../../src/vfs/fs-error.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { at, contentOf, fileSystemContract, namesIn, rejects } from "../contract/file-system.ts";
import { put, writerContract } from "../contract/file-system-writer.ts";
import { fakeClock } from "../support/fake-clock.ts";

fileSystemContract("a memory file system", async (files) => {
  const fs = memoryFileSystem(Object.fromEntries(files));
  return {
    fs,
    replace: async (path, content) => fs.put(path, content),
    remove: async (path) => fs.remove(path),
  };
});

describe("a memory file system", () => {
  test("takes text as UTF-8", async () => {
    const fs = memoryFileSystem({ "/a": "\u00e9" });
    assert.equal((await fs.stat(at("/a"))).size, 2);
  });

  test("keeps a copy of the bytes it is given", async () => {
    const bytes = Buffer.from("before");
    const fs = memoryFileSystem({ "/a": bytes });
    bytes.write("after!");
    assert.equal(await contentOf(fs, at("/a")), "before");
  });

  test("has no time of its own, only the one it is given", async () => {
    const fs = memoryFileSystem({ "/a": "a" });
    fs.put(at("/b"), Buffer.from("b"), 1_700_000_000_000.5);
    assert.equal((await fs.stat(at("/a"))).modifiedMs, undefined);
    assert.equal((await fs.stat(at("/b"))).modifiedMs, 1_700_000_000_000.5);
  });

  test("gives the same content the same version, in every process", async () => {
    const fs = memoryFileSystem({ "/a": "hello" });
    assert.equal((await fs.stat(at("/a"))).version, "LPJNul-wow4m6Dsqxbninh");
  });

  test("shows names that start with a dot", async () => {
    const fs = memoryFileSystem({ "/.env": "x" });
    assert.deepEqual(await namesIn(fs, ROOT), [".env"]);
    assert.equal(await contentOf(fs, at("/.env")), "x");
  });

  test("removes a directory with all that it holds", async () => {
    const fs = memoryFileSystem({ "/a/b/c": "c", "/d": "d" });
    fs.remove(at("/a"));
    await rejects(fs.stat(at("/a/b/c")), "not-found");
    fs.remove(ROOT);
    assert.deepEqual(await namesIn(fs, ROOT), []);
    assert.throws(() => fs.remove(at("/d")), new FsError("not-found", "/d not found"));
  });

  test("does not let a file and a directory share a name", () => {
    const fs = memoryFileSystem({ "/file": "f", "/dir/x": "x" });
    const codeOf = (act: () => void) => {
      try {
        act();
      } catch (error) {
        return error instanceof FsError ? error.code : error;
      }
      return "no error";
    };
    assert.equal(
      codeOf(() => fs.put(at("/file/below"), Buffer.alloc(0))),
      "not-a-directory",
    );
    assert.equal(
      codeOf(() => fs.putDirectory(at("/file"))),
      "not-a-directory",
    );
    assert.equal(
      codeOf(() => fs.put(at("/dir"), Buffer.alloc(0))),
      "is-a-directory",
    );
    assert.equal(
      codeOf(() => fs.put(ROOT, Buffer.alloc(0))),
      "is-a-directory",
    );
    assert.equal(
      codeOf(() => fs.put(at("/a\udc2fb"), Buffer.alloc(0))),
      "denied",
    );
    assert.equal(
      codeOf(() => fs.putDirectory(at("/a\udc2fb"))),
      "denied",
    );
  });

  test("refuses to be made with a path that is none", () => {
    assert.throws(() => memoryFileSystem({ "/a/../b": "x" }), /no file can be called/);
    assert.throws(() => memoryFileSystem({ relative: "x" }), /no file can be called/);
  });

  test("is not disturbed by changes while it is listed", async () => {
    const fs = memoryFileSystem({ "/a": "a", "/b": "b", "/c": "c" });
    const names: string[] = [];
    for await (const { name } of fs.list(ROOT)) {
      names.push(name);
      fs.remove(at(`/${name}`));
      fs.put(at(`/${name}${name}`), Buffer.from("new"));
    }
    assert.deepEqual(names, ["a", "b", "c"]);
  });
});

writerContract("a memory file system", async (files) => memoryFileSystem(files));

describe("a memory file system that is written to", () => {
  test("holds no more than it may, drafts too", async () => {
    const { writer } = memoryFileSystem({}, { bytesMax: 10 });
    await put(writer, "/a", "12345");
    const draft = await writer.write(at("/b"));
    await draft.write(Buffer.from("12345"));
    await rejects(draft.write(Buffer.from("6")), "no-space");
    await rejects(writer.append(at("/a"), Buffer.from("6")), "no-space");
    await draft.abort();
    await writer.append(at("/a"), Buffer.from("6"));
    await writer.remove(at("/a"));
    await put(writer, "/c", "0123456789");
    await rejects(put(writer, "/c", "0123456789"), "no-space");
  });

  test("knows when it was written, by the clock it was given", async () => {
    const clock = fakeClock();
    const fs = memoryFileSystem({}, { clock });
    await put(fs.writer, "/a", "a");
    assert.equal((await fs.stat(at("/a"))).modifiedMs, clock.wallMs());
  });
});
