import assert from "node:assert/strict";
import { chmodSync, chownSync, closeSync, fstatSync, openSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { giveRights, rightsOf } from "../../src/vfs/disk-rights.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

test("a file has its nine bits, and nothing that runs as somebody else", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "a" });
  chmodSync(join(folder, "a"), 0o4640);
  assert.equal((await rightsOf(join(folder, "a")))?.mode, 0o640);
});

test("what is no file has none to take over", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "a", "d/": "" });
  symlinkSync("a", join(folder, "link"));
  for (const name of ["d", "link", "nothing"]) {
    assert.equal(await rightsOf(join(folder, name)), undefined, name);
  }
});

test("a group that the file cannot be given to gets what everybody has", async (t) => {
  if (process.geteuid?.() !== 0) return t.skip("not root");
  const folder = tempFolder(t);
  chmodSync(folder, 0o777);
  writeTree(folder, { a: "a" });
  chownSync(join(folder, "a"), 65_534, 65_534);
  const fd = openSync(join(folder, "a"), "r+");
  t.after(() => closeSync(fd));
  process.seteuid?.(65_534);
  try {
    await giveRights(fd, { mode: 0o664, uid: 65_534, gid: 4_242 });
  } finally {
    process.seteuid?.(0);
  }
  const { mode, gid } = fstatSync(fd);
  assert.deepEqual([(mode & 0o777).toString(8), gid], ["644", 65_534]);
});
