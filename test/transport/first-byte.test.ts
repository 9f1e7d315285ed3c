// TLS or plain? And nothing is lost by looking.

import assert from "node:assert/strict";
import { test } from "node:test";
import { firstByte } from "../../src/transport/first-byte.ts";
import { dial, openGround } from "./ends.ts";

for (const [bytes, kind] of [
  [Buffer.from("160301", "hex"), "tls"],
  [Buffer.from("GET / HTTP/1.1\r\n"), "plain"],
  [Buffer.from([0]), "plain"],
] as const) {
  test(`${JSON.stringify(bytes.toString("latin1"))} is ${kind}, and is still there afterwards`, async (t) => {
    const ground = await openGround(t);
    const client = await dial(t, ground.port);
    const stream = await ground.accepted();
    client.write(bytes);
    assert.equal(await firstByte(stream), kind);
    assert.deepEqual(await stream.read(), bytes);
  });
}

test("a client that says nothing and closes is closed", async (t) => {
  const ground = await openGround(t);
  const client = await dial(t, ground.port);
  client.end();
  assert.equal(await firstByte(await ground.accepted()), "closed");
});

test("a client that resets is closed", async (t) => {
  const ground = await openGround(t);
  const client = await dial(t, ground.port);
  const stream = await ground.accepted();
  client.resetAndDestroy();
  assert.equal(await firstByte(stream), "closed");
});

test("a client that says nothing for too long is a timeout", async (t) => {
  const ground = await openGround(t);
  await dial(t, ground.port);
  const stream = await ground.accepted();
  stream.expireAfter(10_000);
  const kind = firstByte(stream);
  ground.clock.advance(11_000);
  assert.equal(await kind, "timeout");
});
