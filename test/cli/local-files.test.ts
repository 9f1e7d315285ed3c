import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { localKindOf, localNameOf, openLocal, walkLocal } from "../../src/cli/local-files.ts";
import { rejects } from "../contract/file-system.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

test("a folder is met before what it holds, and links are not followed", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "d/a": "a", "d/e/b": "b", "d/void/": "" });
  symlinkSync(folder, join(folder, "d/loop"));
  const met: string[] = [];
  for await (const { kind, names } of walkLocal(join(folder, "d"), [])) {
    met.push(`${kind} /${names.join("/")}`);
  }
  assert.equal(met[0], "folder /");
  assert.ok(met.indexOf("folder /e") < met.indexOf("file /e/b"));
  assert.deepEqual(met.sort(), [
    "file /a",
    "file /e/b",
    "folder /",
    "folder /e",
    "folder /void",
    "other /loop",
  ]);
});

test("a file is read from any offset", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "hello" });
  const file = await openLocal(join(folder, "a"));
  const target = Buffer.alloc(10);
  assert.equal(file.size, 5);
  assert.equal(await file.readAt(target, 3), 2);
  assert.equal(target.toString("utf8", 0, 2), "lo");
  await file.close();
});

test("what is not there is told in words", async (t) => {
  const path = join(tempFolder(t), "no");
  await rejects(openLocal(path), "not-found");
  await assert.rejects(localKindOf(path), /no is not on this machine$/);
});

test("a folder has the name it really has", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "d/": "" });
  assert.equal(await localNameOf(join(folder, "d/")), "d");
  assert.equal(await localNameOf(`${folder}/d/.`), "d");
});
