import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceOf } from "../../src/base/byte-source.ts";

test("a buffer is read at any offset, and ends with 0", async () => {
  const source = sourceOf(Buffer.from("0123456789"));
  const target = Buffer.alloc(4);
  assert.equal(await source.readAt(target, 3), 4);
  assert.equal(target.toString(), "3456");
  assert.equal(await source.readAt(target, 8), 2);
  assert.equal(target.toString("latin1", 0, 2), "89");
  assert.equal(await source.readAt(target, 10), 0);
  assert.equal(await source.readAt(target, 2 ** 40), 0);
  await source.close();
});
