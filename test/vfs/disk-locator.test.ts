import assert from "node:assert/strict";
import { closeSync, openSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  type Locator,
  locatorByDescriptor,
  locatorByName,
  systemLocator,
} from "../../src/vfs/disk-locator.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

test("on Linux things are found by descriptor, elsewhere by name", () => {
  assert.equal(systemLocator(), platform() === "linux" ? locatorByDescriptor : locatorByName);
});

for (const [name, locator] of [
  ["descriptor", locatorByDescriptor],
  ["name", locatorByName],
] as const) {
  const placeOf = async (fd: number, diskPath: string) => await locator.realPathOf(fd, diskPath);

  test(`by ${name}: a file lies where its name says`, async (t) => {
    const folder = tempFolder(t);
    writeTree(folder, { "a/b": "b" });
    const fd = opened(locator, join(folder, "a/b"));
    assert.equal(await placeOf(fd, join(folder, "a/b")), join(folder, "a/b"));
    closeSync(fd);
  });

  test(`by ${name}: a file behind symlinks lies where they end`, async (t) => {
    const folder = tempFolder(t);
    writeTree(folder, { "a/b": "b" });
    symlinkSync("a", join(folder, "link"));
    symlinkSync("link/b", join(folder, "chain"));
    const fd = opened(locator, join(folder, "chain"));
    assert.equal(await placeOf(fd, join(folder, "chain")), join(folder, "a/b"));
    closeSync(fd);
  });

  test(`by ${name}: a file may really be called "(deleted)"`, async (t) => {
    const folder = tempFolder(t);
    const path = join(folder, "a (deleted)");
    writeFileSync(path, "a");
    const fd = opened(locator, path);
    assert.equal(await placeOf(fd, path), path);
    closeSync(fd);
  });

  test(`by ${name}: bytes that are no UTF-8 are escaped`, async (t) => {
    const folder = tempFolder(t);
    const bytes = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]);
    writeFileSync(bytes, "a");
    const fd = openSync(bytes, locator.lookFlags);
    assert.equal(await placeOf(fd, `${folder}/\udcff`), `${folder}/\udcff`);
    closeSync(fd);
  });
}

test("by descriptor: the name it was opened by does not matter", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "a" });
  const fd = opened(locatorByDescriptor, join(folder, "a"));
  renameSync(join(folder, "a"), join(folder, "b"));
  symlinkSync("/etc/passwd", join(folder, "a"));
  assert.equal(await locatorByDescriptor.realPathOf(fd, join(folder, "a")), join(folder, "b"));
  closeSync(fd);
});

test("by descriptor: a deleted file lies where it last was", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "a", "a (deleted)": "another" });
  const fd = opened(locatorByDescriptor, join(folder, "a"));
  rmSync(join(folder, "a"));
  assert.equal(await locatorByDescriptor.realPathOf(fd, join(folder, "a")), join(folder, "a"));
  closeSync(fd);
});

test("by name: a file whose name was replaced cannot be told", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "old", b: "new" });
  const fd = opened(locatorByName, join(folder, "a"));
  renameSync(join(folder, "b"), join(folder, "a"));
  assert.equal(await locatorByName.realPathOf(fd, join(folder, "a")), undefined);
  closeSync(fd);
});

test("by name: a name that leads to another file than the open one tells nothing", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { a: "a", b: "b" });
  const fd = opened(locatorByName, join(folder, "a"));
  assert.equal(await locatorByName.realPathOf(fd, join(folder, "b")), undefined);
  closeSync(fd);
});

function opened(locator: Locator, path: string): number {
  return openSync(path, locator.lookFlags);
}
