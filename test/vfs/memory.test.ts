import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FsError } from "../../src/vfs/fs-error.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { at, contentOf, fileSystemContract, namesIn, rejects } from "../contract/file-system.ts";

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
