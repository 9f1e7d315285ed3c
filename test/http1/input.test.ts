import assert from "node:assert/strict";
import { test } from "node:test";
import { Input } from "../../src/http1/input.ts";

test("what was lent is copied before waiting; what is used up is let go of", () => {
  const input = new Input();
  assert.equal(input.isEmpty, true);
  const lent = Buffer.from("abcdef");
  assert.equal(input.take(lent), true);
  input.at = 4;
  input.keep();
  lent.fill("!");
  assert.equal(input.bytes.subarray(input.at).toString(), "ef");
  input.at = input.bytes.length;
  input.keep();
  assert.equal(input.bytes.length, 0);
});

test("a head that was cut is joined", () => {
  const input = new Input();
  input.take(Buffer.from("xab"));
  input.at = 1;
  input.keep();
  input.append(Buffer.from("cd"));
  assert.equal(input.bytes.subarray(input.at).toString(), "abcd");
});

test("the end and the deadline bring nothing", () => {
  const input = new Input();
  assert.equal(input.take(null), false);
  assert.equal(input.take("expired"), false);
  assert.equal(input.isEmpty, true);
});
