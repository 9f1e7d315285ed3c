// Private parts of Node: what we do when they are there, and when they are not.

import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import { type Loop, MORE } from "../../src/base/byte-stream.ts";
import { bytesTakenByKernel, handleOf, takeHandle } from "../../src/transport/node-handle.ts";
import { until } from "../contract/byte-stream.ts";
import { dial, openGround } from "./ends.ts";

test("a connected socket has a handle that counts as the kernel takes", async (t) => {
  const ground = await openGround(t);
  const client = await dial(t, ground.port);
  const stream = await ground.accepted();
  assert.notEqual(handleOf(client), undefined);
  assert.equal(bytesTakenByKernel(client), 0);
  client.write(Buffer.alloc(64 * 1024 * 1024));
  const before = bytesTakenByKernel(client);
  assert.ok(before > 0 && before < client.bytesWritten, "only a part of one write was taken");
  const run = stream.run(
    (function* (): Loop {
      for (;;) yield MORE;
    })(),
  );
  await until(() => bytesTakenByKernel(client) > before, "more of the same write being taken");
  stream.destroy();
  await run;
});

test("a socket without a handle counts what its documented numbers say", () => {
  const socket = new Socket();
  assert.equal(handleOf(socket), undefined);
  assert.equal(bytesTakenByKernel(socket), 0);
  assert.equal(takeHandle(socket), undefined);
});

test("a handle that is taken leaves its socket destroyed, and stays open", async (t) => {
  const ground = await openGround(t);
  const client = await dial(t, ground.port);
  const stream = await ground.accepted();
  const handle = takeHandle(client);
  assert.notEqual(handle, undefined);
  assert.equal(client.destroyed, true);
  assert.equal(handleOf(client), undefined);
  stream.expireAfter(1_000);
  const read = stream.read();
  ground.clock.advance(2_000);
  await assert.rejects(read, { name: "TimeoutError" });
  const close: unknown = handle && Reflect.get(handle, "close");
  if (typeof close === "function") close.call(handle);
});
