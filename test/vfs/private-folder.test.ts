import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { diskFileSystem } from "../../src/vfs/disk.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { privateFolder } from "../../src/vfs/private-folder.ts";
import { makeDirectories, statIfThere, writerOf } from "../../src/vfs/tree.ts";
import { pathOf } from "../support/request.ts";
import { tempFolder } from "../support/temp-folder.ts";

async function put(fileSystem: FileSystem, path: string, text: string): Promise<void> {
  const draft = await writerOf({ fileSystem, path: pathOf(path) }).write(pathOf(path));
  await draft.write(Buffer.from(text));
  await draft.commit({ expected: "anything", modifiedMs: undefined });
}

test("it is not there until something is written, and then for its owner alone", async (t) => {
  const root = tempFolder(t);
  const folder = privateFolder(root, ".ferrox-x");
  assert.equal(await statIfThere({ fileSystem: folder, path: pathOf("/a") }), undefined);
  assert.equal(existsSync(join(root, ".ferrox-x")), false);
  await put(folder, "/a", "one");
  assert.equal(readFileSync(join(root, ".ferrox-x", "a"), "utf8"), "one");
  assert.equal(statSync(join(root, ".ferrox-x")).mode & 0o777, 0o700);
});

test("directories in it are made with the folder itself", async (t) => {
  const folder = privateFolder(tempFolder(t), ".ferrox-x");
  await makeDirectories({ fileSystem: folder, path: pathOf("/a/b/c") });
  await put(folder, "/a/b/c/d", "one");
  await folder.writer.move(pathOf("/a"), pathOf("/e"), "nothing");
  assert.equal((await folder.stat(pathOf("/e/b/c/d"))).size, 3);
  await folder.writer.remove(pathOf("/e/b/c/d"));
  const names: string[] = [];
  for await (const { name } of folder.list(pathOf("/e/b"))) names.push(name);
  assert.deepEqual(names, ["c"]);
});

test("whoever is served the folder around it neither sees nor reaches it", async (t) => {
  const root = tempFolder(t);
  await put(privateFolder(root, ".ferrox-x"), "/a", "one");
  const served = diskFileSystem({ root, symlinks: "inside", dotfiles: true, writable: true });
  const names: string[] = [];
  for await (const { name } of served.list(pathOf("/"))) names.push(name);
  assert.deepEqual(names, []);
  await assert.rejects(served.open(pathOf("/.ferrox-x/a")), { code: "not-found" });
  await assert.rejects(put(served, "/.ferrox-x/b", "two"), { name: "FsError" });
});

test("without the folder around it nothing can be written", async (t) => {
  const folder = privateFolder(join(tempFolder(t), "gone"), ".ferrox-x");
  await assert.rejects(put(folder, "/a", "one"), { code: "not-found" });
});
