import assert from "node:assert/strict";
import { test } from "node:test";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { readOnly } from "../../src/vfs/read-only.ts";
import { tellingChanges } from "../../src/vfs/told-changes.ts";
import { fileSystemContract } from "../contract/file-system.ts";
import { writerContract } from "../contract/file-system-writer.ts";
import { pathOf } from "../support/request.ts";

fileSystemContract("a file system that tells", async (files) => {
  const behind = memoryFileSystem(Object.fromEntries(files));
  return {
    fs: tellingChanges(behind, () => {}),
    replace: async (path, content) => behind.put(path, content),
    remove: async (path) => behind.remove(path),
  };
});
writerContract("a file system that tells", async (files) =>
  tellingChanges(memoryFileSystem(files), () => {}),
);

test("each change is told when it is over, and nothing else is", async () => {
  let count = 0;
  const memory = memoryFileSystem({ "/a": "one" });
  const { writer, ...reading } = tellingChanges(memory, () => count++);
  assert.ok(writer);
  const tells = async (change: () => Promise<unknown>, times = 1) => {
    const before = count;
    await change();
    assert.equal(count - before, times);
  };
  await tells(() => reading.stat(pathOf("/a")), 0);
  const draft = await writer.write(pathOf("/b"));
  await tells(() => draft.write(Buffer.from("x")), 0);
  await tells(() => draft.commit({ expected: "anything", modifiedMs: undefined }));
  await tells(() => writer.append(pathOf("/b"), Buffer.from("y")));
  await tells(() => writer.makeDirectory(pathOf("/d")));
  await tells(() => writer.move(pathOf("/b"), pathOf("/d/b"), "nothing"));
  await tells(() => writer.setModified(pathOf("/d/b"), 1));
  await tells(() => writer.remove(pathOf("/d/b")));
  await tells(() => assert.rejects(writer.remove(pathOf("/d/b"))));
  const abandoned = await writer.write(pathOf("/c"));
  await tells(() => abandoned.abort(), 0);
});

test("what cannot be changed through us has nothing to tell", () => {
  const fixed: FileSystem = readOnly(memoryFileSystem({}));
  assert.equal(
    tellingChanges(fixed, () => {}),
    fixed,
  );
});
