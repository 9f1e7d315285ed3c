// Sockets as streams: the contract, three times over, and what only a socket can do wrong.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import type { TLSSocket } from "node:tls";
import { type Loop, MORE } from "../../src/base/byte-stream.ts";
import { type KeyPair, tlsContexts } from "../../src/transport/tls-context.ts";
import { startTls } from "../../src/transport/tls-server.ts";
import {
  byteStreamContract,
  CONTRACT_LINGER_MS,
  CONTRACT_SEND_RATE,
  type Ends,
  until,
} from "../contract/byte-stream.ts";
import { holdings, leaksSettled } from "../support/leaks.ts";
import type { Cleanup } from "../support/temp-folder.ts";
import { contractPeer, dial, dialTls, type Ground, openGround, testCertificates } from "./ends.ts";

const limits = { lingerMs: CONTRACT_LINGER_MS, sendRateMin: CONTRACT_SEND_RATE };
const cleanups: (() => void)[] = [];
let certificate: KeyPair;

before(async () => {
  const made = await testCertificates({ after: (act) => cleanups.push(act) });
  certificate = made.main;
});
after(() => {
  for (const act of cleanups) act();
});

byteStreamContract("a plain socket that reads into the shared buffer", (t) => plainEnds(t, "on"));
byteStreamContract("a plain socket that reads by events", (t) => plainEnds(t, "off"));
byteStreamContract("a TLS socket", tlsEnds);

for (const sharedRead of ["on", "off"] as const) {
  test(`detach() gives the socket with what was not read in front (shared read ${sharedRead})`, async (t) => {
    const ground = await openGround(t, { sharedRead });
    const client = await dial(t, ground.port);
    const stream = await ground.accepted();
    client.write("sniffed ");
    const bytes = await stream.read();
    assert.equal(String(bytes), "sniffed ");
    stream.unread(Buffer.from("sniffed "));
    const socket = stream.detach();
    assert.equal(stream.destroyed, true);
    let seen = "";
    socket.resume().on("data", (piece: Buffer) => {
      seen += piece.toString();
    });
    client.write("and new");
    await until(() => seen === "sniffed and new", "all bytes at the new owner");
    let ended = false;
    socket.on("end", () => {
      ended = true;
    });
    client.end();
    await until(() => ended, "the end at the new owner");
    socket.end("answer");
    const peer = contractPeer(client);
    await until(() => peer.closed, "the end at the client");
    assert.equal(peer.received().toString(), "answer");
  });

  test(`an endless sender is cut off after finish() (shared read ${sharedRead})`, async (t) => {
    const ground = await openGround(t, { sharedRead });
    const client = await dial(t, ground.port);
    const stream = await ground.accepted();
    client.on("error", () => {});
    const piece = Buffer.alloc(1024 * 1024);
    const send = () => {
      while (client.writable && client.write(piece));
    };
    client.on("drain", send);
    send();
    await stream.finish();
    assert.equal(stream.destroyed, true);
    client.destroy();
  });

  test(`a detached stream is counted until its socket closes (shared read ${sharedRead})`, async (t) => {
    const ground = await openGround(t, { sharedRead });
    const client = await dial(t, ground.port);
    const socket = (await ground.accepted()).detach();
    assert.equal(ground.transport.admission.open, 1);
    socket.destroy();
    await until(() => ground.transport.admission.open === 0, "the count going down");
    client.destroy();
  });
}

test("chunks of all sockets lie in the same memory", async (t) => {
  const ground = await openGround(t);
  const memory = new Set<ArrayBufferLike>();
  const clients = [await dial(t, ground.port), await dial(t, ground.port)];
  const runs = [await ground.accepted(), await ground.accepted()].map((stream) =>
    stream.run(
      (function* (): Loop {
        const lent = yield MORE;
        if (Buffer.isBuffer(lent)) memory.add(lent.buffer);
        stream.destroy();
      })(),
    ),
  );
  for (const client of clients) client.on("error", () => {}).write("x");
  await Promise.all(runs);
  assert.equal(memory.size, 1);
  for (const client of clients) client.destroy();
});

test("a client that keeps sending a mebibyte reads the refusal, and no reset", async (t) => {
  const ground = await openGround(t);
  const client = await dial(t, ground.port);
  const peer = contractPeer(client);
  let failed: Error | undefined;
  client.on("error", (error) => {
    failed = error;
  });
  const stream = await ground.accepted();
  const run = stream.run(
    (function* (): Loop {
      yield MORE;
      void stream.write([Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")]);
      yield stream.finish();
    })(),
  );
  for (let sent = 0; sent < 1024 * 1024; sent += 16 * 1024) {
    client.write(Buffer.alloc(16 * 1024, "x"));
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.end();
  await run;
  await until(() => peer.closed, "the end at the client");
  assert.equal(peer.received().toString(), "HTTP/1.1 400 Bad Request\r\n\r\n");
  assert.equal(failed, undefined);
});

test("a client that half-closes after its question gets the answer", async (t) => {
  const ground = await openGround(t);
  const client = await dial(t, ground.port);
  client.end("question");
  const stream = await ground.accepted();
  await stream.run(
    (function* (): Loop {
      yield MORE;
      yield new Promise((resolve) => setImmediate(resolve));
      void stream.write([Buffer.from("answer")]);
      yield stream.finish();
    })(),
  );
  const peer = contractPeer(client);
  await until(() => peer.closed, "the end at the client");
  assert.equal(peer.received().toString(), "answer");
});

for (const sharedRead of ["on", "off"] as const) {
  test(`2,000 connections that break off anywhere leave nothing (shared read ${sharedRead})`, {
    timeout: 120_000,
  }, async (t) => {
    const before = holdings();
    const ground = await openGround(t, { sharedRead, limits });
    const runs: Promise<void>[] = [];
    for (let count = 0; count < 2_000; count += 50) {
      const batch = Array.from({ length: 50 }, (_, index) =>
        breakOff(t, ground, count + index, runs),
      );
      await Promise.all(batch);
    }
    ground.listener.close();
    await Promise.all(runs);
    await until(() => ground.transport.admission.open === 0, "every connection released");
    assert.equal(ground.clock.timers, 0);
    assert.deepEqual(await leaksSettled(before), []);
  });
}

const BIG = Buffer.alloc(4 * 1024 * 1024);

/** One connection, broken off at one of eight stages. */
async function breakOff(
  t: Cleanup,
  ground: Ground,
  number: number,
  runs: Promise<void>[],
): Promise<void> {
  const client = await dial(t, ground.port);
  client.on("error", () => {});
  const stream = await ground.accepted();
  runs.push(
    stream.run(
      (function* (): Loop {
        stream.expireAfter(60_000);
        for (;;) {
          const arrival = yield MORE;
          if (!Buffer.isBuffer(arrival)) break;
          const wait = stream.write([arrival[0] === 0x62 ? BIG : Buffer.from("small")]);
          if (wait !== undefined) yield wait;
        }
        yield stream.finish();
      })(),
    ),
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const stages = [
    () => client.resetAndDestroy(),
    () => client.destroy(),
    () => client.write("s", () => client.resetAndDestroy()),
    () => client.write("b", () => client.resetAndDestroy()),
    () => client.pause().write("b", () => client.destroy()),
    () => client.resume().end("s"),
    () => client.write("b", () => stream.destroy()),
    () => client.resume().write("s", () => void stream.finish()),
  ];
  stages[number % stages.length]?.();
  await turn();
  if (number % 3 === 0) await turn();
  if (number % stages.length > 4)
    await until(() => stream.destroyed || client.readableEnded, "an end");
  client.destroy();
}

async function plainEnds(t: Cleanup, sharedRead: "on" | "off"): Promise<Ends> {
  const ground = await openGround(t, { sharedRead, limits });
  assert.equal(ground.transport.sharedRead !== undefined, sharedRead === "on");
  const client = await dial(t, ground.port);
  const stream = await ground.accepted();
  return {
    stream,
    peer: contractPeer(client),
    clock: ground.clock,
  };
}

async function tlsEnds(t: Cleanup): Promise<Ends> {
  const ground = await openGround(t, { limits });
  const wire = await dial(t, ground.port);
  const contexts = tlsContexts({ main: certificate, others: [] });
  const { transport } = ground;
  const options = { contexts, transport, protocols: ["http/1.1"] };
  const [client, stream] = await Promise.all([
    dialTls(wire).then(ticketArrived),
    ground.accepted().then((plain) => startTls(plain, options)),
  ]);
  assert.ok(stream);
  return {
    stream,
    peer: contractPeer(client, wire),
    clock: ground.clock,
  };
}

/**
 * A ticket is the last thing of a handshake that is on its way: a reset that meets it looks to
 * the server like an end. Node loses what a client writes in the turn in which it comes.
 */
async function ticketArrived(client: TLSSocket): Promise<TLSSocket> {
  await once(client, "session");
  await new Promise((resolve) => setImmediate(resolve));
  return client;
}

test("leave() of a plain socket is over at once when everything has left", async (t) => {
  const ground = await openGround(t);
  const client = await dial(t, ground.port);
  const stream = await ground.accepted();
  let received = "";
  client.on("data", (bytes) => {
    received += bytes.toString();
  });
  void stream.write([Buffer.from("goodbye")]);
  const left = stream.leave();
  assert.equal(stream.destroyed, true, "it does not wait for the client's end");
  await left;
  await until(() => client.readableEnded, "the end at the client");
  assert.equal(received, "goodbye");
});
