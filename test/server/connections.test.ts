import assert from "node:assert/strict";
import { test } from "node:test";
import { Connections } from "../../src/server/connections.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { streamPair } from "../support/stream-pair.ts";

test("draining ends idle connections at once and waits for the others", async () => {
  const clock = fakeClock();
  const all = new Connections();
  const idle = streamPair(clock);
  const busy = streamPair(clock);
  const idleOne = all.add(idle.stream);
  const busyOne = all.add(busy.stream);
  idleOne.idle = true;
  let isOver = false;
  const over = all.drain().then(() => {
    isOver = true;
  });
  assert.equal(idle.client.closed, true);
  assert.equal(busy.client.closed, false);
  assert.equal(busyOne.draining, true);
  all.remove(idleOne);
  await Promise.resolve();
  assert.equal(isOver, false);
  all.remove(busyOne);
  await over;
  assert.equal(all.count, 0);
});

test("a connection that becomes idle while draining is finished, not cut", async () => {
  const clock = fakeClock();
  const all = new Connections();
  const { stream, client } = streamPair(clock);
  const connection = all.add(stream);
  void all.drain();
  void stream.write([Buffer.from("the last answer")]);
  connection.idle = true;
  assert.equal(client.received().toString(), "the last answer");
  assert.equal(client.finished, true);
});

test("draining nothing is over at once", async () => {
  await new Connections().drain();
});

test("whoever is left is cut", () => {
  const all = new Connections();
  const { stream, client } = streamPair(fakeClock());
  all.add(stream);
  all.cut();
  assert.equal(client.closed, true);
  assert.equal(client.finished, false);
});
