// The pair that drivers are tested with keeps the contract that sockets keep; so does its rude
// brother, who also does what no socket does on purpose.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Loop, MORE } from "../../src/base/byte-stream.ts";
import {
  byteStreamContract,
  CONTRACT_LINGER_MS,
  CONTRACT_SEND_RATE,
  type Ends,
} from "../contract/byte-stream.ts";
import { fakeClock } from "./fake-clock.ts";
import { type StreamPairOptions, streamPair } from "./stream-pair.ts";

byteStreamContract("a pair in memory", () => endsOf({}));
byteStreamContract("a rude pair in memory", () => endsOf({ rude: true }));

test("a rude stream scribbles over what a loop was lent, as soon as it waits again", async () => {
  const { stream, client } = streamPair(fakeClock(), { rude: true });
  const kept: unknown[] = [];
  const run = stream.run(
    (function* (): Loop {
      const lent = yield MORE;
      kept.push(lent, String(lent));
      yield MORE;
    })(),
  );
  client.send("secret");
  assert.deepEqual(kept, [Buffer.from("!!!!!!"), "secret"]);
  client.end();
  await run;
});

test("a chunk that was lent and written back arrives as scribble", async () => {
  const { stream, client } = streamPair(fakeClock(), { rude: true });
  const run = stream.run(
    (function* (): Loop {
      const lent = yield MORE;
      if (Buffer.isBuffer(lent)) void stream.write([lent]);
      yield MORE;
    })(),
  );
  client.send("echo");
  assert.equal(client.received().toString(), "!!!!");
  client.end();
  await run;
});

test("a rude stream scribbles over what read() gave at the next read", async () => {
  const { stream, client } = streamPair(fakeClock(), { rude: true });
  client.send("first");
  const first = await stream.read();
  client.send("second");
  assert.equal(String(first), "first");
  await stream.read();
  assert.equal(String(first), "!!!!!");
});

test("three writes before the loop waits are one burst", () => {
  const { stream, client } = streamPair(fakeClock());
  void stream.run(
    (function* (): Loop {
      yield MORE;
      void stream.write([Buffer.from("a")]);
      void stream.write([Buffer.from("b"), Buffer.from("c")]);
      yield MORE;
    })(),
  );
  client.send("go");
  assert.deepEqual(client.bursts, [3]);
  assert.equal(client.received().toString(), "abc");
  client.end();
});

test("a client that closes when it sees the end is the rule", async () => {
  const { stream, client } = streamPair(fakeClock());
  void stream.write([Buffer.from("bye")]);
  await stream.finish();
  assert.equal(client.finished, true);
  assert.equal(client.closed, true);
});

test("an ended pair leaves no timer", async () => {
  const clock = fakeClock();
  const { stream } = streamPair(clock);
  stream.expireAfter(1000);
  assert.equal(clock.timers, 1);
  stream.destroy();
  assert.equal(clock.timers, 0);
});

async function endsOf(options: StreamPairOptions): Promise<Ends> {
  const clock = fakeClock();
  const { stream, client } = streamPair(clock, {
    ...options,
    keepsOpen: true,
    lingerMs: CONTRACT_LINGER_MS,
    sendRateMin: CONTRACT_SEND_RATE,
  });
  return {
    stream,
    clock,
    peer: {
      send: (bytes) => client.send(bytes),
      end: () => client.end(),
      reset: () => client.reset(),
      received: () => client.received(),
      pause: () => client.pauseReading(),
      resume: () => client.resumeReading(),
      take: async () => client.take(1_000_000),
      sip: async () => client.take(10_000),
      get closed() {
        return client.closed;
      },
    },
  };
}
