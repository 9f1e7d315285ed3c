import assert from "node:assert/strict";
import { test } from "node:test";
import { uploaded } from "../../src/handlers/form-upload.ts";
import type { FormPart } from "../../src/handlers/multipart-form.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { type MemoryFileSystem, memoryFileSystem } from "../../src/vfs/memory.ts";
import { pathOf } from "../support/request.ts";

function file(fileName: string, ...pieces: readonly string[]): FormPart {
  return {
    kind: "file",
    name: "files",
    fileName,
    content: (async function* () {
      for (const piece of pieces) yield Buffer.from(piece);
    })(),
  };
}

function choice(value: string): FormPart {
  return { kind: "field", name: "if-taken", value };
}

async function* sent(...parts: readonly FormPart[]): AsyncGenerator<FormPart> {
  yield* parts;
}

async function upload(
  fileSystem: FileSystem,
  parts: AsyncIterable<FormPart>,
  reports: string[] = [],
): Promise<string[]> {
  const outcomes = await uploaded(parts, {
    fileSystem,
    directory: pathOf("/in"),
    mayWrite: (name) => name !== "closed",
    report: (error) => reports.push(error.code),
  });
  return outcomes.map(({ name, what }) => `${name} ${what}`);
}

async function content(fileSystem: FileSystem, path: string): Promise<string> {
  const open = await fileSystem.open(pathOf(path));
  try {
    const bytes = Buffer.alloc(open.stat.size);
    await open.readAt(bytes, 0);
    return bytes.toString();
  } finally {
    await open.close();
  }
}

function site(): MemoryFileSystem {
  return memoryFileSystem({ "/in/old.txt": "old", "/in/sub/x": "x" });
}

async function names(fileSystem: FileSystem): Promise<string[]> {
  const list: string[] = [];
  for await (const { name } of fileSystem.list(pathOf("/in"))) list.push(name);
  return list.sort();
}

test("several files are stored, each on its own", async () => {
  const files = site();
  assert.deepEqual(await upload(files, sent(file("a", "1", "2"), file("x/b", "3"))), [
    "a uploaded",
    "b uploaded",
  ]);
  assert.deepEqual([await content(files, "/in/a"), await content(files, "/in/b")], ["12", "3"]);
});

test("what is there is left as it is, unless a field before it says otherwise", async () => {
  const files = site();
  assert.deepEqual(await upload(files, sent(file("old.txt", "new"), choice("replace"))), [
    "old.txt exists",
  ]);
  assert.equal(await content(files, "/in/old.txt"), "old");
  assert.deepEqual(await upload(files, sent(choice("nonsense"), file("old.txt", "new"))), [
    "old.txt exists",
  ]);
  assert.deepEqual(await upload(files, sent(choice("both"), file("old.txt", "new"))), [
    "old (2).txt uploaded",
  ]);
  assert.equal(await content(files, "/in/old (2).txt"), "new");
  assert.deepEqual(await upload(files, sent(choice("replace"), file("old.txt", "newer"))), [
    "old.txt replaced",
  ]);
  assert.equal(await content(files, "/in/old.txt"), "newer");
});

test("a directory is never replaced by a file", async () => {
  const files = site();
  assert.deepEqual(await upload(files, sent(choice("replace"), file("sub", "f"))), [
    "sub is-a-directory",
  ]);
  assert.equal(await content(files, "/in/sub/x"), "x");
});

test("a name that is none, or closed to the sender, keeps nobody else from being stored", async () => {
  const files = site();
  const reports: string[] = [];
  assert.deepEqual(
    await upload(
      files,
      sent(file("..", "1"), file("closed", "2"), file("", ""), file("c", "3")),
      reports,
    ),
    [".. no-name", "closed denied", "c uploaded"],
  );
  assert.deepEqual(reports, ["denied"]);
  assert.deepEqual(await names(files), ["c", "old.txt", "sub"]);
});

test("an upload that breaks off leaves nothing of its file, and all that came before", async () => {
  const files = site();
  const broken: FormPart = {
    kind: "file",
    name: "files",
    fileName: "half",
    content: (async function* () {
      yield Buffer.from("half");
      throw new Error("gone");
    })(),
  };
  await assert.rejects(upload(files, sent(file("whole", "1"), broken)), /gone/);
  assert.deepEqual(await names(files), ["old.txt", "sub", "whole"]);
});

test("who was faster is not overwritten", async () => {
  const files = site();
  const late: FormPart = {
    kind: "file",
    name: "files",
    fileName: "race",
    content: (async function* () {
      yield Buffer.from("late");
      files.put(pathOf("/in/race"), Buffer.from("early"), 0);
    })(),
  };
  assert.deepEqual(await upload(files, sent(late)), ["race changed"]);
  assert.equal(await content(files, "/in/race"), "early");
});

test("a full disk is told, and told to the operator", async () => {
  const files = site();
  const { writer } = files;
  assert.ok(writer);
  const full: FileSystem = {
    stat: (path) => files.stat(path),
    list: (path) => files.list(path),
    open: (path) => files.open(path),
    writer: {
      ...writer,
      write: () => Promise.reject(new FsError("no-space", "full")),
    },
  };
  const reports: string[] = [];
  assert.deepEqual(await upload(full, sent(file("a", "1")), reports), ["a no-space"]);
  assert.deepEqual(reports, ["no-space"]);
});
