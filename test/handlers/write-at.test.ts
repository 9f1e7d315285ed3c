import assert from "node:assert/strict";
import { test } from "node:test";
import { writeAt } from "../../src/handlers/write-at.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { pathOf } from "../support/request.ts";

const PATH = pathOf("/a");

async function written(text: string, patch: { data: string; position: number; bytesMax?: number }) {
  const fileSystem = memoryFileSystem({ "/a": text });
  const data = Buffer.from(patch.data);
  await writeAt({ fileSystem, path: PATH }, { bytesMax: 100, ...patch, data });
  return contentOf(fileSystem);
}

async function contentOf(fileSystem: FileSystem): Promise<string> {
  const file = await fileSystem.open(PATH);
  const bytes = Buffer.alloc(file.stat.size);
  await file.readAt(bytes, 0);
  await file.close();
  return bytes.toString();
}

for (const [data, position, after] of [
  ["AB", 0, "ABcdef"],
  ["AB", 2, "abABef"],
  ["AB", 4, "abcdAB"],
  // Over the end.
  ["ABC", 5, "abcdeABC"],
  ["AB", 6, "abcdefAB"],
  ["ABCDEFGH", 0, "ABCDEFGH"],
  ["", 3, "abcdef"],
] as const) {
  test(`"${data}" at ${position} of "abcdef" gives "${after}"`, async () => {
    assert.equal(await written("abcdef", { data, position }), after);
  });
}

test("behind the end nothing is made up", async () => {
  await assert.rejects(written("abc", { data: "x", position: 4 }), { code: "unsupported" });
});

test("a file that is too long is only added to", async () => {
  const long = "x".repeat(11);
  await assert.rejects(written(long, { data: "y", position: 0, bytesMax: 10 }), {
    code: "unsupported",
  });
  assert.equal(await written(long, { data: "y", position: 11, bytesMax: 10 }), `${long}y`);
  await assert.rejects(written("abc", { data: "12345678", position: 2, bytesMax: 9 }), {
    code: "unsupported",
  });
});

test("a file that is not there stays so", async () => {
  const fileSystem = memoryFileSystem({});
  const patch = { data: Buffer.from("x"), position: 0, bytesMax: 9 };
  await assert.rejects(writeAt({ fileSystem, path: PATH }, patch), { code: "not-found" });
});

test("what somebody else has written meanwhile is not lost", async () => {
  const fileSystem = memoryFileSystem({ "/a": "abc" });
  const { writer } = fileSystem;
  assert.ok(writer !== undefined);
  const racing: FileSystem = {
    stat: (path) => fileSystem.stat(path),
    list: (path) => fileSystem.list(path),
    open: (path) => fileSystem.open(path),
    writer: {
      append: (path, bytes) => writer.append(path, bytes),
      makeDirectory: (path) => writer.makeDirectory(path),
      remove: (path, expected) => writer.remove(path, expected),
      move: (from, to, expected) => writer.move(from, to, expected),
      setModified: (path, modifiedMs) => writer.setModified(path, modifiedMs),
      async write(path) {
        await writer.append(path, Buffer.from("!"));
        return writer.write(path);
      },
    },
  };
  const patch = { data: Buffer.from("X"), position: 0, bytesMax: 9 };
  await assert.rejects(writeAt({ fileSystem: racing, path: PATH }, patch), { code: "changed" });
  assert.equal(await contentOf(fileSystem), "abc!");
});
