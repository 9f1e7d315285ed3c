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

  test("gives back the room of what is removed or replaced, whoever put it there", async () => {
    const fs = memoryFileSystem({ "/a": "12345", "/d/b": "12345" }, { bytesMax: 10 });
    await fs.writer.remove(at("/a"));
    fs.remove(at("/d"));
    await put(fs.writer, "/c", "0123456789");
    assert.throws(() => fs.put(at("/d"), Buffer.from("x")), { code: "no-space" });
    fs.put(at("/c"), Buffer.from("9876543210"));
    await fs.writer.remove(at("/c"));
    await rejects(put(fs.writer, "/c", "01234567890"), "no-space");
  });

  test("has room for so many names only, though they hold nothing", async () => {
    const { writer } = memoryFileSystem({}, { bytesMax: 10 });
    let made = 0;
    const makeOne = () => writer.makeDirectory(at(`/${made}`)).then(() => ++made);
    await assert.rejects(
      async () => {
        for (;;) await makeOne();
      },
      { code: "no-space" },
    );
    assert.ok(made > 1_900 && made < 2_100, `${made} names`);
    await rejects(put(writer, "/file", ""), "no-space");
    await writer.remove(at("/0"));
    await put(writer, "/file", "");
    await writer.move(at("/file"), at("/elif"), "nothing").catch(() => undefined);
    await rejects(writer.makeDirectory(at("/more")), "no-space");
  });

  test("puts many small pieces together as they came", async () => {
    const fs = memoryFileSystem();
    const draft = await fs.writer.write(at("/a"));
    const text = Array.from({ length: 3_000 }, (_, i) => `${i},`);
    for (const piece of text) await draft.write(Buffer.from(piece));
    await draft.write(Buffer.alloc(100_000, "x"));
    await draft.write(Buffer.from("end"));
    const { version } = await draft.commit({ expected: "nothing", modifiedMs: undefined });
    const whole = `${text.join("")}${"x".repeat(100_000)}end`;
    assert.equal(await contentOf(fs, at("/a")), whole);
    fs.put(at("/b"), Buffer.from(whole));
    assert.equal((await fs.stat(at("/b"))).version, version);
  });

  test("knows when it was written, by the clock it was given", async () => {
    const clock = fakeClock();
    const fs = memoryFileSystem({}, { clock });
    await put(fs.writer, "/a", "a");
    assert.equal((await fs.stat(at("/a"))).modifiedMs, clock.wallMs());
  });
});
