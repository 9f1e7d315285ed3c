import assert from "node:assert/strict";
import { test } from "node:test";
import { type FileSystems, fileSystemsOf } from "../../src/app/file-systems.ts";
import type { Config } from "../../src/config/config.ts";
import { readConfig } from "../../src/config/read-config.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { FsError } from "../../src/vfs/fs-error.ts";
import { type VfsPath, vfsPathOf } from "../../src/vfs/path.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

const clock = fakeClock();

function configOf(fileSystems: string, folder = "/srv"): Config {
  const result = readConfig(`file_systems:\n${fileSystems}`, "ferrox.yml", { folder });
  assert.ok(result.kind === "config", JSON.stringify(result));
  return result.config;
}

function path(text: string): VfsPath {
  const found = vfsPathOf(text);
  assert.ok(found !== undefined);
  return found;
}

function named({ byName }: FileSystems, name: string): FileSystem {
  const found = byName.get(name);
  assert.ok(found !== undefined);
  return found;
}

async function write(fileSystem: FileSystem, name: string, text: string): Promise<void> {
  assert.ok(fileSystem.writer !== undefined, "it can be written");
  const draft = await fileSystem.writer.write(path(name));
  await draft.write(Buffer.from(text));
  await draft.commit({ expected: "anything", modifiedMs: undefined });
}

async function read(fileSystem: FileSystem, name: string): Promise<string> {
  const file = await fileSystem.open(path(name));
  const bytes = Buffer.alloc(file.stat.size);
  await file.readAt(bytes, 0);
  await file.close();
  return bytes.toString();
}

test("file systems made of others show and change them", async (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "below.txt": "from below" });
  const all = await fileSystemsOf(
    configOf(
      "  t: {kind: mounts, at: {/: o, /deep/er: s}}\n" +
        "  o: {kind: overlay, of: [up, d]}\n" +
        `  d: {kind: disk, root: .}\n` +
        "  up: {kind: memory, writable: true, size: 20B}\n" +
        "  s: {kind: subtree, of: up, path: /sub}\n" +
        "  r: {kind: read-only, of: t}\n",
      folder,
    ),
    clock,
  );
  assert.equal(await read(named(all, "t"), "/below.txt"), "from below");
  await write(named(all, "o"), "/new.txt", "up there");
  assert.equal(await read(named(all, "r"), "/new.txt"), "up there");
  assert.equal(await read(named(all, "up"), "/new.txt"), "up there");
  assert.equal(named(all, "d").writer, undefined);
  assert.equal(named(all, "r").writer, undefined);
  await named(all, "up").writer?.makeDirectory(path("/sub"));
  await write(named(all, "t"), "/deep/er/x", "12");
  assert.equal(await read(named(all, "up"), "/sub/x"), "12");
  const full = write(named(all, "up"), "/large", "more than there is room for");
  await assert.rejects(full, (error) => error instanceof FsError && error.code === "no-space");
});

test("what is in memory goes on under its name, with its new bounds; folders are looked at anew", async () => {
  const before = await fileSystemsOf(
    configOf("  a: {kind: memory, writable: true}\n  b: {kind: disk, root: b}\n"),
    clock,
  );
  await write(named(before, "a"), "/x", "kept");
  const narrow = configOf("  a: {kind: memory, size: 5B}\n  b: {kind: disk, root: b}\n");
  const after = await fileSystemsOf(narrow, clock, before);
  assert.equal(await read(named(after, "a"), "/x"), "kept");
  assert.equal(named(after, "a").writer, undefined);
  assert.notEqual(named(after, "b"), named(before, "b"));
  const again = await fileSystemsOf(
    configOf("  a: {kind: memory, size: 5B, writable: true}\n"),
    clock,
    after,
  );
  await assert.rejects(write(named(again, "a"), "/y", "12"), /room for 5 bytes/);
});

test("a name that means something else now starts empty", async () => {
  const before = await fileSystemsOf(configOf("  a: {kind: memory, writable: true}\n"), clock);
  await write(named(before, "a"), "/x", "gone");
  const between = await fileSystemsOf(configOf("  a: {kind: disk, root: b}\n"), clock, before);
  const after = await fileSystemsOf(configOf("  a: {kind: memory}\n"), clock, between);
  await assert.rejects(named(after, "a").stat(path("/x")), /not found/);
});

test("mounts of which nothing can be changed cannot be changed", async () => {
  const all = await fileSystemsOf(
    configOf("  m: {kind: memory}\n  t: {kind: mounts, at: {/m: m}}\n"),
    clock,
  );
  assert.equal(named(all, "t").writer, undefined);
});
