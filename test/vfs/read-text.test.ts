import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { readText } from "../../src/vfs/read-text.ts";
import { at, rejects } from "../contract/file-system.ts";

const fileSystem = memoryFileSystem({
  "/a": "caf\u00e9",
  "/empty": "",
  "/d/": "",
  "/binary": Buffer.from([0xff, 0xfe]),
});

test("a file is read as text", async () => {
  assert.equal(await readText({ fileSystem, path: at("/a") }, 5), "caf\u00e9");
  assert.equal(await readText({ fileSystem, path: at("/empty") }, 0), "");
});

test("a file that is read in small pieces is whole", async () => {
  const slow = {
    ...fileSystem,
    stat: fileSystem.stat.bind(fileSystem),
    list: fileSystem.list.bind(fileSystem),
    async open() {
      const file = await fileSystem.open(at("/a"));
      return {
        ...file,
        readAt: (to: Uint8Array, at: number) => file.readAt(to.subarray(0, 1), at),
      };
    },
  };
  assert.equal(await readText({ fileSystem: slow, path: at("/a") }, 5), "caf\u00e9");
});

for (const [path, code] of [
  ["/no", "not-found"],
  ["/d", "is-a-directory"],
  ["/binary", "unsupported"],
  ["/a", "unsupported"],
] as const) {
  test(`${path} is no text: ${code}`, async () => {
    await rejects(readText({ fileSystem, path: at(path) }, 4), code);
  });
}
