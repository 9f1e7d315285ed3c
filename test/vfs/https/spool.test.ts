import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { describe, test } from "node:test";
import { Spool } from "../../../src/vfs/https/spool.ts";
import { rejects } from "../../contract/file-system.ts";
import { tempFolder } from "../../support/temp-folder.ts";

async function textAt(spool: Spool, position: number, length: number): Promise<string> {
  const target = Buffer.alloc(length);
  return target.toString("utf8", 0, await spool.readAt(target, position));
}

for (const [where, memoryBytesMax] of [
  ["in memory", 100],
  ["in a file", 0],
  ["first in memory, then in a file", 5],
] as const) {
  describe(`what is kept ${where}`, () => {
    test("is read from any offset, whatever becomes of the bytes that were written", async (t) => {
      const folder = tempFolder(t);
      const spool = new Spool({ memoryBytesMax, folder });
      const bytes = Buffer.from("abcd");
      await spool.write(bytes);
      bytes.fill("x");
      await spool.write(Buffer.from("efgh"));
      assert.equal(spool.size, 8);
      assert.equal(await textAt(spool, 0, 100), "abcdefgh");
      assert.equal(await textAt(spool, 2, 4), "cdef");
      assert.equal(await textAt(spool, 5, 2), "fg");
      assert.equal(await textAt(spool, 8, 5), "");
      await spool.close();
      await spool.close();
    });

    test("leaves no name in its folder", async (t) => {
      const folder = tempFolder(t);
      const spool = new Spool({ memoryBytesMax, folder });
      await spool.write(Buffer.from("0123456789"));
      assert.deepEqual(readdirSync(folder), []);
      await spool.close();
    });
  });
}

test("a folder that is not there is told in words of files", async (t) => {
  const folder = tempFolder(t);
  rmSync(folder, { recursive: true });
  const spool = new Spool({ memoryBytesMax: 1, folder });
  await spool.write(Buffer.from("1"));
  await rejects(spool.write(Buffer.from("23")), "unavailable");
  await spool.close();
});
