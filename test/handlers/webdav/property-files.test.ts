import assert from "node:assert/strict";
import { test } from "node:test";
import { propertyFiles } from "../../../src/handlers/webdav/property-files.ts";
import { memoryFileSystem } from "../../../src/vfs/memory.ts";
import { pathOf } from "../../support/request.ts";
import { said, storeContract, valuesOf } from "./stores.ts";

storeContract(() => propertyFiles(memoryFileSystem()));

test("what was said outlives the store", async () => {
  const fileSystem = memoryFileSystem();
  await propertyFiles(fileSystem).write(pathOf("/a"), "file", said("1"));
  assert.equal(await valuesOf(propertyFiles(fileSystem), "/a"), "<p0>1</p0>");
});

for (const text of [
  "",
  "{",
  "null",
  "[]",
  "{}",
  '{"kind":"link","properties":[]}',
  '{"kind":"file","properties":{}}',
  '{"kind":"file","properties":[{"namespace":"u","name":"p"}]}',
  '{"kind":"file","properties":[null]}',
]) {
  test(`a file that holds ${text || "nothing"} is said to be unreadable, not taken for none`, async () => {
    const store = propertyFiles(memoryFileSystem({ "/a/=properties": text }));
    await assert.rejects(store.read(pathOf("/a"), "file"), { code: "unavailable" });
  });
}
