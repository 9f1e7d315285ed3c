// Turning away costs little, whatever the other side does.

import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import { Deadlines } from "../../src/transport/deadlines.ts";
import { Refusals } from "../../src/transport/refusal.ts";
import { until } from "../contract/byte-stream.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { contractPeer, dial, openGround } from "./ends.ts";

const ANSWER = Buffer.from("HTTP/1.1 503 Service Unavailable\r\n\r\n");
const full = { limits: { connectionsMax: 0 }, refusal: ANSWER };

test("a client that sends on and on reads the whole answer", async (t) => {
  const ground = await openGround(t, full);
  const peer = contractPeer(await dial(t, ground.port));
  peer.send(Buffer.alloc(1024 * 1024));
  await until(() => peer.closed, "the end");
  assert.deepEqual(peer.received(), ANSWER);
  peer.end();
  await until(() => ground.clock.timers === 1, "only the listener's own timer left");
});

test("a client that does not go is closed after a second", async (t) => {
  const ground = await openGround(t, full);
  const client = await dial(t, ground.port);
  const peer = contractPeer(client);
  await until(() => peer.closed, "the end");
  assert.equal(ground.clock.timers, 2);
  ground.clock.advance(2_000);
  await until(() => ground.clock.timers === 1, "only the listener's own timer left");
});

test("of a flood only a few are waited for; the others are closed at once", () => {
  const refusals = new Refusals(new Deadlines(fakeClock()));
  const sockets = Array.from({ length: 100 }, () => new Socket());
  for (const socket of sockets) refusals.refuse(socket, ANSWER);
  assert.equal(sockets.filter((socket) => socket.destroyed).length, 36);
  for (const socket of sockets) socket.destroy();
});
