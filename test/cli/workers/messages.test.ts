import assert from "node:assert/strict";
import { test } from "node:test";
import { deserialize, serialize } from "node:v8";
import { errorOf, failureOf, isToPrimary, isToWorker } from "../../../src/cli/workers/messages.ts";
import { chargeOf } from "./charges.ts";

test("a message is known by its kind, and by its direction", () => {
  assert.equal(isToWorker({ kind: "cut" }), true);
  assert.equal(isToPrimary({ kind: "cut" }), false);
  assert.equal(isToPrimary({ kind: "hello" }), true);
});

for (const stranger of [undefined, null, "hello", 7, {}, { kind: 7 }, { kind: "toString" }]) {
  test(`${JSON.stringify(stranger)} is no message`, () => {
    assert.equal(isToWorker(stranger), false);
    assert.equal(isToPrimary(stranger), false);
  });
}

test("an error of the system is the same in another process", () => {
  const facts = { code: "EADDRINUSE", errno: -98, syscall: "listen", port: 80 };
  const error = Object.assign(new Error("listen EADDRINUSE: ::1:80"), facts);
  const arrived = errorOf(deserialize(serialize(failureOf(error))));
  assert.equal(arrived.message, "listen EADDRINUSE: ::1:80");
  assert.deepEqual({ ...arrived }, facts);
});

test("a whole configuration arrives as it was sent", () => {
  const charge = { ...chargeOf(), ticketKeys: Buffer.from("0123456789") };
  assert.deepEqual(deserialize(serialize(charge)), charge);
});
