import assert from "node:assert/strict";
import { renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DiskRoot, realPathOf } from "../../src/vfs/disk-root.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

test("a plain root is its own real path", async (t) => {
  const folder = tempFolder(t);
  const root = new DiskRoot(folder);
  assert.equal(await root.realPath(), folder);
  assert.equal(await root.hasMovedFrom(folder), false);
});

test("a root behind a symlink is where the link leads now", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "one/": "", "two/": "" });
  symlinkSync("one", join(folder, "current"));
  const root = new DiskRoot(join(folder, "current"));
  assert.equal(await root.realPath(), join(folder, "one"));
  rmSync(join(folder, "current"));
  symlinkSync("two", join(folder, "current"));
  assert.equal(await root.realPath(), join(folder, "two"));
  assert.equal(await root.hasMovedFrom(join(folder, "one")), true);
  assert.equal(await root.hasMovedFrom(join(folder, "two")), false);
});

test("a plain root that becomes a symlink has moved", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "www/": "" });
  const root = new DiskRoot(join(folder, "www"));
  assert.equal(await root.realPath(), join(folder, "www"));
  renameSync(join(folder, "www"), join(folder, "elsewhere"));
  symlinkSync("elsewhere", join(folder, "www"));
  assert.equal(await root.hasMovedFrom(join(folder, "www")), true);
  assert.equal(await root.realPath(), join(folder, "elsewhere"));
});

test("a missing root is asked for again each time", async (t) => {
  const folder = join(tempFolder(t), "www");
  const root = new DiskRoot(folder);
  await assert.rejects(root.realPath(), { code: "ENOENT" });
  writeTree(folder, { "/": "" });
  assert.equal(await root.realPath(), folder);
});

test("a real path may have bytes that are no UTF-8", async (t) => {
  const folder = tempFolder(t);
  const bytes = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x61])]);
  symlinkSync("/", bytes);
  symlinkSync(bytes, join(folder, "link"));
  assert.equal(await realPathOf(join(folder, "link")), "/");
  rmSync(bytes);
  writeTree(folder, { "x/": "" });
  renameSync(join(folder, "x"), bytes);
  assert.equal(await realPathOf(join(folder, "link")), `${folder}/\udcffa`);
});
