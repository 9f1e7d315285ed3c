import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { usersFileIn } from "../../src/handlers/users-file.ts";
import { diskFileSystem } from "../../src/vfs/disk.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

test("a users file on disk has a text, and another version once it was replaced", async (t) => {
  const root = tempFolder(t);
  writeTree(root, { ".users": "alice:1\n", next: "bob:22\n" });
  const file = usersFileIn(diskFileSystem({ root, symlinks: "any", dotfiles: true }), ".users");
  const before = await file.version();
  assert.equal(await file.version(), before);
  assert.equal(await file.text(), "alice:1\n");
  renameSync(join(root, "next"), join(root, ".users"));
  assert.notEqual(await file.version(), before);
  assert.equal(await file.text(), "bob:22\n");
});

test("one that is missing, or endless, is no users file", async (t) => {
  const root = tempFolder(t);
  const file = usersFileIn(diskFileSystem({ root, symlinks: "any", dotfiles: true }), "users");
  await assert.rejects(file.version(), FsError);
  writeFileSync(join(root, "users"), Buffer.alloc(4 * 1024 * 1024 + 1));
  await assert.rejects(file.text(), /longer than 4194304 bytes/);
});
