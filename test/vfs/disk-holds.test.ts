import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { diskFileSystem } from "../../src/vfs/disk.ts";
import { pathOf } from "../support/request.ts";
import { tempFolder } from "../support/temp-folder.ts";

const A = pathOf("/a.txt");

function disk(t: TestContext, symlinks: "inside" | "never" | "any" = "inside") {
  const root = tempFolder(t);
  writeFileSync(join(root, "a.txt"), "one");
  const files = diskFileSystem({ root, symlinks, dotfiles: false });
  return { root, files, holds: files.holds?.bind(files) ?? (() => false) };
}

test("what has not changed holds", async (t) => {
  const { files, holds } = disk(t);
  assert.ok(holds(A, await files.stat(A)));
  assert.ok(holds(pathOf("/"), await files.stat(pathOf("/"))));
  assert.ok(holds(pathOf("/b.txt"), undefined));
});

test("what was written, touched, removed or made a folder does not", async (t) => {
  const { root, files, holds } = disk(t);
  const changes: (() => void)[] = [
    () => writeFileSync(join(root, "a.txt"), "two"),
    () => utimesSync(join(root, "a.txt"), 1, 1),
    () => rmSync(join(root, "a.txt")),
  ];
  for (const change of changes) {
    const seen = await files.stat(A);
    await new Promise((resolve) => setTimeout(resolve, 10)); // a tick of the kernel's clock
    change();
    assert.equal(holds(A, seen), false);
  }
  const missing = holds(A, undefined);
  assert.equal(missing, true);
  mkdirSync(join(root, "a.txt"));
  assert.equal(holds(A, undefined), false);
});

test("what may not be seen is taken for missing, or doubted", async (t) => {
  const { root, files, holds } = disk(t);
  writeFileSync(join(root, ".hidden"), "x");
  assert.ok(holds(pathOf("/.hidden"), undefined));
  assert.equal(holds(pathOf("/.hidden"), await files.stat(A)), false);
  symlinkSync("/etc/passwd", join(root, "out"));
  // It leads somewhere, so whoever wants to know must ask stat(), which says "not-found".
  assert.equal(holds(pathOf("/out"), undefined), false);
  await assert.rejects(files.stat(pathOf("/out")));
});
