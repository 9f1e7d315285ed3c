// How many may come in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Admission } from "../../src/transport/admission.ts";
import { DEFAULT_TRANSPORT_LIMITS } from "../../src/transport/limits.ts";

function admission(connectionsMax: number, connectionsPerAddressMax: number): Admission {
  return new Admission({ ...DEFAULT_TRANSPORT_LIMITS, connectionsMax, connectionsPerAddressMax });
}

test("a full server admits the next one when somebody has left", () => {
  const it = admission(2, 0);
  assert.equal(it.admit("192.0.2.1"), true);
  assert.equal(it.admit("192.0.2.1"), true);
  assert.equal(it.admit("192.0.2.2"), false);
  assert.equal(it.open, 2);
  it.release("192.0.2.1");
  assert.equal(it.admit("192.0.2.2"), true);
});

test("one address has its share, and others theirs", () => {
  const it = admission(100, 2);
  assert.equal(it.admit("192.0.2.1"), true);
  assert.equal(it.admit("192.0.2.1"), true);
  assert.equal(it.admit("192.0.2.1"), false);
  assert.equal(it.admit("192.0.2.2"), true);
  it.release("192.0.2.1");
  assert.equal(it.admit("192.0.2.1"), true);
  assert.equal(it.open, 3);
});

test("all who come over a Unix socket are not taken for one", () => {
  const it = admission(3, 1);
  assert.equal(it.admit("unix"), true);
  assert.equal(it.admit("unix"), true);
});
