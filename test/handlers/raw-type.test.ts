import assert from "node:assert/strict";
import { test } from "node:test";
import { isTextual, rawTypesOf } from "../../src/handlers/raw-type.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { pathOf, watched } from "../support/request.ts";

const CUT = Buffer.concat([Buffer.alloc(2047, "x"), Buffer.from("é").subarray(0, 1)]);

for (const [what, bytes, isText] of [
  ["nothing at all", Buffer.alloc(0), true],
  ["a line of ASCII", Buffer.from("plain\n"), true],
  ["UTF-8", Buffer.from("Grüße, 東京\n"), true],
  ["a character that the look ends in", CUT, true],
  ["a NUL in the first line", Buffer.from("a\0b\n"), false],
  ["a NUL in the second line", Buffer.from("a\n\0"), true],
  ["Latin-1", Buffer.from("caf\xe9\n", "latin1"), false],
  ["a character that the line ends in", Buffer.from("caf\xc3\n", "latin1"), false],
] as const) {
  test(`${what} is ${isText ? "text" : "binary"}`, () => {
    assert.equal(isTextual(bytes), isText);
  });
}

const FILES = memoryFileSystem({
  "/a.html": "\0",
  "/README": "\0",
  "/data.bin": "text\n",
  "/notes.zzz": "text\n",
  "/core": "\x7fELF\0",
  "/folder/": "",
});

for (const [path, type] of [
  ["/a.html", "text/html"],
  ["/README", "text/plain"],
  ["/data.bin", "application/octet-stream"],
  ["/notes.zzz", "text/plain"],
  ["/core", "application/octet-stream"],
  ["/folder", "text/directory"],
] as const) {
  test(`${path} is ${type}`, async () => {
    assert.equal(await rawTypesOf(FILES)(pathOf(path), await FILES.stat(pathOf(path))), type);
  });
}

test("only names that promise nothing are looked into, and once for each version", async () => {
  let opened = 0;
  const counting = {
    ...FILES,
    open(path: Parameters<typeof FILES.open>[0]) {
      opened++;
      return FILES.open(path);
    },
  };
  const { fileSystem, openFiles } = watched(counting);
  const types = rawTypesOf(fileSystem);
  for (const path of ["/a.html", "/notes.zzz", "/notes.zzz"].map(pathOf)) {
    await types(path, await FILES.stat(path));
  }
  assert.deepEqual([opened, openFiles()], [1, 0]);
});

test("a file that cannot be read is of no known type", async () => {
  const stat = { kind: "file", size: 1, modifiedMs: 0, version: "1" } as const;
  const type = await rawTypesOf(FILES)(pathOf("/gone"), stat);
  assert.equal(type, "application/octet-stream");
});
