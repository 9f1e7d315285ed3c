import assert from "node:assert/strict";
import { test } from "node:test";
import { type Connection, Connections } from "../../src/server/connections.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { streamPair } from "../support/stream-pair.ts";

const HERE = { isClosed: false };

/** Asked something, was answered, and waits. */
function rest(connection: Connection): void {
  connection.idle = true;
  connection.idle = false;
  connection.idle = true;
}

test("draining ends idle connections at once and waits for the others", async () => {
  const clock = fakeClock();
  const all = new Connections();
  const idle = streamPair(clock);
  const busy = streamPair(clock);
  const idleOne = all.add(idle.stream, HERE);
  const busyOne = all.add(busy.stream, HERE);
  rest(idleOne);
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
  const connection = all.add(stream, HERE);
  connection.idle = true;
  connection.idle = false;
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
  all.add(stream, HERE);
  all.cut();
  assert.equal(client.closed, true);
  assert.equal(client.finished, false);
});

test("when an entrance is closed, only those who came in there leave", () => {
  const clock = fakeClock();
  const all = new Connections();
  const entrance = { isClosed: false };
  const [idle, busy, other] = [streamPair(clock), streamPair(clock), streamPair(clock)];
  rest(all.add(idle.stream, entrance));
  const busyOne = all.add(busy.stream, entrance);
  rest(all.add(other.stream, HERE));
  entrance.isClosed = true;
  all.dismissIdle();
  assert.deepEqual(
    [idle, busy, other].map(({ client }) => client.closed),
    [true, false, false],
  );
  assert.equal(busyOne.draining, true);
  assert.equal(all.draining, false);
  rest(busyOne);
  assert.equal(busy.client.finished, true);
});

for (const [when, isEarly] of [
  ["before", true],
  ["after", false],
] as const) {
  test(`whoever came in just ${when} the drain may say his first word, if it comes soon`, async () => {
    const clock = fakeClock();
    const all = new Connections();
    const { stream, client } = streamPair(clock);
    const newcomer = all.add(stream, HERE);
    if (isEarly) newcomer.idle = true;
    void all.drain();
    if (!isEarly) newcomer.idle = true;
    assert.equal(client.closed, false);
    assert.equal(client.finished, false);
    const word = stream.read();
    clock.advance(999);
    client.send("GET ");
    assert.equal(String(await word), "GET ");
    const next = assert.rejects(stream.read(), { name: "TimeoutError" });
    clock.advance(2_000);
    await next;
  });
}

test("who is here, and who waits, is counted as they come and go", () => {
  const all = new Connections();
  const [one, two] = [0, 1].map(() => all.add(streamPair(fakeClock()).stream, HERE));
  assert.ok(one !== undefined && two !== undefined);
  assert.deepEqual(all.counts, { accepted: 2, open: 2, idle: 0 });
  one.idle = true;
  one.idle = true;
  two.idle = true;
  two.idle = false;
  assert.deepEqual(all.counts, { accepted: 2, open: 2, idle: 1 });
  all.remove(one);
  all.remove(one);
  assert.deepEqual(all.counts, { accepted: 2, open: 1, idle: 0 });
});
