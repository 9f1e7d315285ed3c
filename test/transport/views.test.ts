import assert from "node:assert/strict";
import { test } from "node:test";
import { viewsOf } from "../../src/transport/views.ts";

test("a view shows the beginning of the buffer, as it is now", () => {
  const buffer = Buffer.from("abcdef");
  const viewOf = viewsOf(buffer);
  assert.equal(viewOf(3).toString(), "abc");
  buffer.fill("x");
  assert.equal(viewOf(3).toString(), "xxx");
  assert.equal(viewOf(0).length, 0);
});

test("one view for each length, but for long ones", () => {
  const viewOf = viewsOf(Buffer.alloc(8192));
  assert.equal(viewOf(4096), viewOf(4096));
  assert.notEqual(viewOf(4095), viewOf(4096));
  assert.notEqual(viewOf(4097), viewOf(4097));
  assert.equal(viewOf(4097).length, 4097);
});
